package lib;

import java.util.function.Function;

/**
 * A Kinesis record to what is printed for it.
 *
 * @param name  says how: another of this name makes the same of a record
 * @param parts in an order that is always the same; each is unpacked when its turn comes
 */
public record Unpacking(String name, Function<UserRecord, Iterable<UserRecord>> parts) {}
