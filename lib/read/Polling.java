package lib.read;

import java.time.Duration;
import lib.kinesis.Quotas;

/**
 * How often a shard is asked for how much.
 *
 * @param caughtUp from one GetRecords to the next once the reader has caught up
 * @param behind   the same before; both take longer when a reply has brought what a shard gives in longer, unless this is zero,
 *                 for a Kinesis without limits
 * @param records  that one GetRecords may bring
 * @param bytes    that it should bring at most, with what the records take in memory besides; two records at least, and more
 *                 where it takes more to bring what a shard gives
 */
public record Polling(Duration caughtUp, Duration behind, int records, long bytes) {
    private static final long OVERHEAD = 150; // of the objects that a record is, in bytes
    private static final long MOST_BYTES = 1_000_000; // twice as many take twice the memory, and are no faster

    /** As much as there is, as fast as a shard gives it, until the reader has caught up. */
    public static Polling all(Duration caughtUp) {
        return new Polling(caughtUp, Quotas.MIN_POLL_INTERVAL, Quotas.RECORDS_A_GET, MOST_BYTES);
    }

    /** The same as fast as it comes: of a local Kinesis, which has not the limits of the service. */
    public static Polling unlimited(Duration caughtUp) {
        return new Polling(caughtUp, Duration.ZERO, Quotas.RECORDS_A_GET, MOST_BYTES);
    }

    /** As much as there is, at this interval whether or not the reader has caught up. */
    public static Polling every(Duration interval) {
        return new Polling(interval, interval, Quotas.RECORDS_A_GET, interval.toMillis() * Quotas.READ_BYTES_A_SECOND / 1_000);
    }

    /** How many records are to be asked for, when as many as this have so many bytes. */
    int limit(int count, long bytes) {
        var ofMemory = this.bytes * count / (bytes + OVERHEAD * count);
        var ofQuota = behind.toMillis() * Quotas.READ_BYTES_A_SECOND / 1_000 * count / Math.max(1, bytes);
        return (int) Math.min(records, Math.max(2, Math.max(ofMemory, ofQuota))); // of 1 MiB, a call for each takes a fifth longer
    }

    /** @param bytes that the last one has brought */
    Duration interval(boolean isBehind, long bytes) {
        var interval = isBehind ? behind : caughtUp;
        if (behind.isZero()) {
            return isBehind && bytes == 0 ? Quotas.MIN_POLL_INTERVAL : interval;
        }
        var quota = Duration.ofSeconds(1).multipliedBy(bytes).dividedBy(Quotas.READ_BYTES_A_SECOND);
        return quota.compareTo(interval) > 0 ? quota : interval;
    }
}
