package lib.read;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import lib.cli.Log;
import lib.kinesis.Backoff;
import lib.kinesis.GetRecordsResult;
import lib.kinesis.KinesisRecord;
import lib.kinesis.KinesisStream;
import lib.kinesis.Quotas;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;

/**
 * Notices when the stream no longer holds records that a reader has yet to read, because the reader was away, or slow, for too long.
 * The service then goes on with the oldest record that is left, without a word.
 *
 * @param giveUp how long a call may fail for reasons other than throttling
 */
public record Retention(KinesisStream stream, Duration giveUp, Log log) {
    /**
     * The shortest retention period (API reference, DecreaseStreamRetentionPeriod). The present period is not asked for: it may have been
     * raised.
     */
    private static final Duration SHORTEST = Duration.ofDays(1);

    private static final StartingPosition OLDEST = StartingPosition.builder().type(ShardIteratorType.TRIM_HORIZON).build();

    /**
     * Returns the state of one thread that reads a shard.
     *
     * @param start     where the thread begins
     * @param isResumed whether another run has left that position: else nothing is missing before the first record
     */
    public Reader reader(String shardId, StartingPosition start, boolean isResumed) {
        return new Reader(shardId, start.timestamp(), isResumed);
    }

    /** What is known of the reading of a shard. */
    public final class Reader {
        private final String shardId;
        private final Instant begin; // null when it is not a time
        private boolean isKnown;
        private boolean isBehind; // there were more records after the last reply
        private Supplier<Instant> readUpTo; // null when that is not known, as of another run
        private Instant oldestArrival; // of the oldest record, when it was last asked for; null before
        private Instant oldestAt;

        private Reader(String shardId, Instant begin, boolean isKnown) {
            this.shardId = shardId;
            this.begin = begin;
            this.isKnown = isKnown;
        }

        /** Returns whether another run, or this one, has read the shard up to its position. */
        boolean isKnown() {
            return isKnown;
        }

        /**
         * Takes note of a reply.
         *
         * @param time when it came, by the service's clock; asked for when it matters
         */
        public void read(List<KinesisRecord> records, Long millisBehindLatest, Supplier<Instant> time) {
            isBehind = millisBehindLatest != null && millisBehindLatest > 0;
            if (!records.isEmpty()) {
                var arrival = records.get(records.size() - 1).arrival();
                readUpTo = arrival == null ? null : () -> arrival;
                isKnown = true;
            } else if (millisBehindLatest != null && !isBehind) {
                readUpTo = time;
                isKnown = true;
            }
        }

        /** Warns that records are missing, and says why. */
        void warn(String why) {
            log.warn("shard %s: %s; RECORDS ARE MISSING", shardId, why);
        }

        private void warn() {
            warn("the stream no longer holds the records that followed the last record read");
        }

        /**
         * Warns when the shard has lost records between the position and the next records, and returns the reply with the shard's oldest
         * record; null when the shard has no record, or no record is known to be missing.
         *
         * @param next  the records that came next, in the order of the shard
         * @param isEnd whether the reply reached the tip of the shard, or the end of a closed shard
         * @param time  when they came, by the service's clock; asked for when it matters
         */
        public GetRecordsResult gap(StartingPosition position, List<KinesisRecord> next, boolean isEnd, Supplier<Instant> time)
                throws InterruptedException {
            if (!isKnown || position.type() == ShardIteratorType.TRIM_HORIZON) {
                return null;
            }
            var isSuspect = next.isEmpty() ? isEnd && isOverdue(time) : !isComplete(position, next.get(0), time);
            if (!isSuspect) {
                return null;
            }
            var oldest = oldest();
            if (oldest == null) {
                if (next.isEmpty()) {
                    warn();
                }
                return null;
            }
            oldestArrival = oldest.records().get(0).arrival();
            oldestAt = time.get();
            if (!isGone(position, oldest.records().get(0))) {
                return null;
            }
            warn();
            return oldest;
        }

        /**
         * Returns whether there were more records a day or more ago. Their lag does not tell: an engine may give the newest record's age.
         */
        private boolean isOverdue(Supplier<Instant> time) {
            return isBehind && readUpTo != null && !isHeld(readUpTo.get(), time.get());
        }

        /**
         * Returns whether nothing is missing, without looking for the oldest record.
         *
         * <p>A run that goes on from another run's position does not know when that run last read the shard: its last record may have been
         * the newest one for days. So the next record must also be older than half of the retention, which no reader that keeps up meets.
         * MillisBehindLatest does not tell: it is 0 at an old record without others after it.
         */
        private boolean isComplete(StartingPosition position, KinesisRecord first, Supplier<Instant> time) {
            if (position.type() == ShardIteratorType.AT_SEQUENCE_NUMBER) { // of which a part is yet to be read
                return first.sequenceNumber().equals(position.sequenceNumber());
            }
            if (first.arrival() == null) {
                return true;
            }
            var now = time.get();
            if (readUpTo == null) {
                return begin != null && isHeld(begin, now)
                        || Duration.between(first.arrival(), now).compareTo(SHORTEST.dividedBy(2)) < 0;
            }
            return isHeld(readUpTo.get(), now) || isAheadOfOldest(readUpTo.get(), now);
        }

        private static boolean isHeld(Instant arrival, Instant now) {
            return Duration.between(arrival, now).compareTo(SHORTEST) < 0;
        }

        /** Returns whether the oldest record was so much older than this time that it has not caught up since. */
        private boolean isAheadOfOldest(Instant time, Instant now) {
            return oldestArrival != null && Duration.between(oldestArrival, time).compareTo(Duration.between(oldestAt, now)) > 0;
        }

        /**
         * Returns a reply with the oldest record that the stream holds of the shard, and no other; null when there is none by now, or none
         * is found within {@code giveUp}: records that came are waiting to be handed on.
         */
        private GetRecordsResult oldest() throws InterruptedException {
            var backoff = new Backoff("shard " + shardId, giveUp, log);
            var iterator = backoff.call(() -> stream.getShardIterator(shardId, OLDEST));
            var started = System.nanoTime();
            while (iterator != null && System.nanoTime() - started < giveUp.toNanos()) {
                Thread.sleep(Quotas.MIN_POLL_INTERVAL.toMillis());
                var current = iterator;
                var reply = backoff.call(() -> stream.getRecords(current, 1));
                if (!reply.records().isEmpty()) {
                    return reply;
                }
                iterator = reply.isEnd() ? null : reply.nextShardIterator();
            }
            return null;
        }

        private static boolean isGone(StartingPosition position, KinesisRecord oldest) {
            return position.sequenceNumber() != null
                    ? new BigInteger(position.sequenceNumber()).compareTo(new BigInteger(oldest.sequenceNumber())) < 0
                    : oldest.arrival() != null && position.timestamp().isBefore(oldest.arrival());
        }
    }
}
