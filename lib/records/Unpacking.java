package lib.records;

import java.util.Collections;
import java.util.Iterator;
import java.util.function.Function;

/**
 * A Kinesis record to what is printed for it.
 *
 * @param name  says how: another of this name makes the same of a record
 * @param parts in an order that is always the same; each is unpacked when its turn comes
 */
public record Unpacking(String name, Function<UserRecord, Iterable<UserRecord>> parts) {
    /** Returns an Unpacking that unpacks each part further, when its turn comes. (A stream's flatMap would hold all parts of a part.) */
    public Unpacking then(Function<UserRecord, Iterable<UserRecord>> further) {
        return new Unpacking(name, record -> () -> new Iterator<>() {
            private final Iterator<UserRecord> whole = parts.apply(record).iterator();
            private Iterator<UserRecord> current = Collections.emptyIterator();

            @Override
            public boolean hasNext() {
                while (!current.hasNext() && whole.hasNext()) {
                    current = further.apply(whole.next()).iterator();
                }
                return current.hasNext();
            }

            @Override
            public UserRecord next() {
                return hasNext() ? current.next() : whole.next(); // which throws
            }
        });
    }
}
