package lib.records;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;
import lib.records.UserRecord.Source;

/** What was read, to the record that it is. */
@FunctionalInterface
public interface RecordParser {
    /** @throws InvalidRecord when it is none */
    UserRecord parse(Source source, byte[] data) throws InvalidRecord;

    /** The data of its records compressed. */
    default RecordParser gzip() {
        return (source, data) -> {
            var record = parse(source, data);
            var packed = new ByteArrayOutputStream(record.data().length / 2 + 32);
            try (var out = new GZIPOutputStream(packed)) {
                out.write(record.data());
            } catch (IOException e) {
                throw new UncheckedIOException(e); // of no file
            }
            return UserRecord.of(source, record.partitionKey(), record.explicitHashKey(), packed.toByteArray());
        };
    }
}
