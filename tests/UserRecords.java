package lib;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.StreamSupport;

/** Records for tests of a part that takes them one by one. */
final class UserRecords {
    static final Instant ARRIVAL = Instant.parse("2026-11-24T12:00:00.123Z");

    private UserRecords() {}

    static UserRecord record(byte[] data) {
        return record("key", data);
    }

    static UserRecord record(String partitionKey, byte[] data) {
        return new UserRecord("shard", "49", 0, partitionKey, null, ARRIVAL, data, null, null);
    }

    static List<UserRecord> of(Iterable<UserRecord> records) {
        return StreamSupport.stream(records.spliterator(), false).toList();
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
