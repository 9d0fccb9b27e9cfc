package lib.records;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** A record, or something of it, to bytes. */
@FunctionalInterface
public interface RecordFormat {
    /** Appends it. The record may lack whatever can be null. */
    void append(UserRecord record, OutputStream out) throws IOException;

    /** The same bytes for every record. */
    static RecordFormat literal(byte[] bytes) {
        return (record, out) -> out.write(bytes);
    }

    /** One after the other. */
    static RecordFormat of(List<RecordFormat> parts) {
        var array = parts.toArray(RecordFormat[]::new);
        return (record, out) -> {
            for (var part : array) {
                part.append(record, out);
            }
        };
    }
}
