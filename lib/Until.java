package lib;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import software.amazon.awssdk.services.kinesis.model.Record;

/**
 * Where the reading of each shard ends. Every part can be null: then it ends nothing.
 *
 * @param started        the start of the run, by {@link System#nanoTime}
 * @param afterStart     ends a shard that has been read up to this long after the start; negative is before
 * @param time           ends a shard at its first record of this time or later
 * @param sequenceNumber ends a shard behind this record
 */
public record Until(long started, Duration afterStart, Instant time, BigInteger sequenceNumber) {
    /** It does not end. */
    public static final Until NEVER = new Until(0, null, null, null);

    /** The tip of each shard, as it is now. */
    public static Until tip() {
        return new Until(System.nanoTime(), Duration.ZERO, null, null);
    }

    /**
     * @param end  {@link Position#LATEST} is the tip of each shard, as it is now
     * @param from where the reading begins
     * @param now  the service's time, or up to a second less
     * @throws UsageException when nothing can end there
     */
    public static Until of(Position end, Position from, Instant now) {
        if (end.equals(Position.LATEST)) {
            return tip();
        }
        if (end instanceof Position.After after) {
            return new Until(System.nanoTime(), null, null, after.sequenceNumber());
        }
        var time = end instanceof Position.Later later ? later.after(from.time(now)) : end.time(now);
        if (time == null) {
            throw new UsageException("--until takes earliest never, and +DURATION only with a --from that is a time");
        }
        return new Until(System.nanoTime(), Duration.between(now, time), time, null);
    }

    /** What ends first. */
    public Until or(Until other) {
        return new Until(Math.max(started, other.started),
                Stream.of(afterStart, other.afterStart).filter(Objects::nonNull).min(Duration::compareTo).orElse(null),
                time != null ? time : other.time, sequenceNumber != null ? sequenceNumber : other.sequenceNumber);
    }

    /** The records up to the end. */
    List<Record> before(List<Record> records) {
        for (int i = 0; i < records.size(); i++) {
            if (isPast(records.get(i))) {
                return records.subList(0, i);
            }
        }
        return records;
    }

    private boolean isPast(Record record) {
        var arrival = record.approximateArrivalTimestamp();
        return time != null && arrival != null && !arrival.isBefore(time)
                || sequenceNumber != null && sequenceNumber.compareTo(new BigInteger(record.sequenceNumber())) < 0;
    }

    /** Whether the record, null when there was none yet, is the last one. */
    boolean isAt(String lastRead) {
        return sequenceNumber != null && lastRead != null && sequenceNumber.compareTo(new BigInteger(lastRead)) <= 0;
    }

    /**
     * Whether a shard has been read up to the end without a record beyond it. That a reply is empty says nothing; its lag does.
     *
     * @param asked              when GetRecords was called, by {@link System#nanoTime}
     * @param millisBehindLatest of the reply; null when the service did not tell
     */
    boolean isReached(long asked, Long millisBehindLatest) {
        return afterStart != null && millisBehindLatest != null
                && Duration.ofNanos(asked - started).minusMillis(millisBehindLatest).compareTo(afterStart) >= 0;
    }
}
