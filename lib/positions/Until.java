package lib.positions;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import lib.cli.UsageException;
import lib.kinesis.KinesisRecord;

/**
 * Where the reading of each shard ends. A part that is null ends nothing.
 *
 * <p>A time ends a shard at the first record that arrived then or later, or once the time is over and the shard is drained. How large
 * MillisBehindLatest is says nothing here: for AWS it is the distance from now, for kinesis-mock the distance from the newest record.
 *
 * @param started        the start of the run, by {@link System#nanoTime}
 * @param afterStart     how long after the start the time is over; negative is before the start
 * @param time           by the service's clock
 * @param sequenceNumber of the last record that is read
 */
public record Until(long started, Duration afterStart, Instant time, BigInteger sequenceNumber) {
    /** It does not end. */
    public static final Until NEVER = new Until(0, null, null, null);

    /**
     * How long after the start a record must have arrived to be certainly beyond it. The time of a reply has no fractions, and arrival
     * times are not exact (API reference, Record): after a split, kinesalite's are up to a second ahead.
     */
    private static final Duration MARGIN = Duration.ofSeconds(5);

    /**
     * Ends each shard at its tip, as it is now.
     *
     * @param now the service's time, or up to a second less
     */
    public static Until tip(Instant now) {
        return new Until(System.nanoTime(), Duration.ZERO, now.plus(MARGIN), null);
    }

    /**
     * @param end  {@link Position#LATEST} is the tip of each shard, as it is now
     * @param from where the reading begins
     * @param now  the service's time, or up to a second less
     * @throws UsageException when nothing can end there
     */
    public static Until of(Position end, Position from, Instant now) {
        if (end.equals(Position.LATEST)) {
            return tip(now);
        }
        if (end instanceof Position.After after) {
            return new Until(System.nanoTime(), null, null, new BigInteger(after.sequenceNumber()));
        }
        if (end instanceof Position.Earliest) {
            throw new UsageException("--until earliest is before every record; write latest, a time, +10m or after:SEQUENCE");
        }
        var time = end instanceof Position.Later later ? later.after(from.time(now)) : end.time(now);
        if (time == null) {
            throw new UsageException("--until takes +DURATION only with a --from that is a time, such as --from -1h");
        }
        return new Until(System.nanoTime(), Duration.between(now, time), time, null);
    }

    /** Ends where the first of both ends. */
    public Until or(Until other) {
        return new Until(Math.max(started, other.started), first(afterStart, other.afterStart), first(time, other.time),
                first(sequenceNumber, other.sequenceNumber));
    }

    private static <T extends Comparable<T>> T first(T one, T other) {
        return Stream.of(one, other).filter(Objects::nonNull).min(Comparator.naturalOrder()).orElse(null);
    }

    /** Returns the records up to the end. */
    public List<KinesisRecord> before(List<KinesisRecord> records) {
        for (int i = 0; i < records.size(); i++) {
            if (isPast(records.get(i))) {
                return records.subList(0, i);
            }
        }
        return records;
    }

    private boolean isPast(KinesisRecord record) {
        var arrival = record.arrival();
        return time != null && arrival != null && !arrival.isBefore(time)
                || sequenceNumber != null && sequenceNumber.compareTo(new BigInteger(record.sequenceNumber())) < 0;
    }

    /** Returns whether the record is the last one; false for null, when there was none yet. */
    public boolean isAt(String lastRead) {
        return sequenceNumber != null && lastRead != null && sequenceNumber.compareTo(new BigInteger(lastRead)) <= 0;
    }

    /**
     * Returns whether the time was over when GetRecords was called, so that a shard without more records is read up to the end.
     *
     * @param asked when GetRecords was called, by {@link System#nanoTime}
     */
    public boolean isOver(long asked) {
        return afterStart != null && asked - started >= TimeUnit.NANOSECONDS.convert(afterStart); // at most 292 years
    }

    /** Returns since when the time is over, by {@link System#nanoTime}; only when it {@link #isOver}. */
    public long overSince() {
        return started + TimeUnit.NANOSECONDS.convert(afterStart);
    }
}
