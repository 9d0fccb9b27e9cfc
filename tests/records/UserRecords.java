package lib.records;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.StreamSupport;

/** Records for tests of a part that takes them one by one. */
public final class UserRecords {
    public static final Instant ARRIVAL = Instant.parse("2026-11-24T12:00:00.123Z");

    private UserRecords() {}

    public static UserRecord record(byte[] data) {
        return record("key", data);
    }

    public static UserRecord record(String partitionKey, byte[] data) {
        return new UserRecord("shard", "49", 0, partitionKey, null, ARRIVAL, data, null, null);
    }

    public static List<UserRecord> of(Iterable<UserRecord> records) {
        return StreamSupport.stream(records.spliterator(), false).toList();
    }

    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
