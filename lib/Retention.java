package lib;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;

/**
 * Notices when the stream no longer holds records that a reader has yet to read, because the reader was away, or slow, for too long.
 * The service then goes on with the oldest record that is left, without a word.
 */
final class Retention {
    private static final Duration SHORTEST = Duration.ofDays(1); // API reference, DecreaseStreamRetentionPeriod
    private static final long REFRESH_NANOS = TimeUnit.MINUTES.toNanos(1); // it can be changed at any time

    private final KinesisClient kinesis;
    private final StreamRef stream;
    private final Duration giveUp;
    private final Log log;
    private Duration period;
    private long asked;

    /**
     * @param kinesis makes one attempt a call
     * @param giveUp  how long a call may fail for reasons other than throttling
     */
    Retention(KinesisClient kinesis, StreamRef stream, Duration giveUp, Log log) {
        this.kinesis = kinesis;
        this.stream = stream;
        this.giveUp = giveUp;
        this.log = log;
    }

    /** Returns how long the stream holds a record; the shortest time that there is when the user may not see it. */
    private synchronized Duration period() throws InterruptedException {
        if (period == null || System.nanoTime() - asked > REFRESH_NANOS) {
            try {
                period = Duration.ofHours(backoff("stream " + stream.name()).call(() -> kinesis.describeStreamSummary(request -> request
                        .streamName(stream.name()).streamARN(stream.arn()))).streamDescriptionSummary().retentionPeriodHours());
            } catch (Failure e) {
                if (!e.isRefusal("AccessDeniedException")) {
                    throw e;
                }
                period = SHORTEST;
            }
            asked = System.nanoTime();
        }
        return period;
    }

    private Backoff backoff(String what) {
        return new Backoff(what, giveUp, log);
    }

    /**
     * Returns what one thread that reads a shard asks.
     *
     * @param start     where the thread begins
     * @param isResumed whether another run has left that position: else nothing is missing before the first record
     */
    Reader reader(String shardId, StartingPosition start, boolean isResumed) {
        return new Reader(shardId, start.timestamp(), isResumed);
    }

    /** What is known of the reading of a shard. */
    final class Reader {
        private final String shardId;
        private Instant arrival; // of the last record that was read, or the time where the reading began; null when that is not known
        private boolean isKnown;
        private Instant oldestArrival; // of the oldest record, when it was last asked for; null before
        private Instant oldestAt;

        private Reader(String shardId, Instant arrival, boolean isKnown) {
            this.shardId = shardId;
            this.arrival = arrival;
            this.isKnown = isKnown;
        }

        /** Returns whether another run, or this one, has read the shard up to its position. */
        boolean isKnown() {
            return isKnown;
        }

        /** Takes note of a reply. */
        void read(List<Record> records, Long millisBehindLatest) {
            isKnown |= !records.isEmpty() || millisBehindLatest != null && millisBehindLatest == 0;
            arrival = records.isEmpty() ? arrival : records.get(records.size() - 1).approximateArrivalTimestamp();
        }

        /** Warns that records are missing, and says why. */
        void warn(String why) {
            log.warn("shard %s: %s; RECORDS ARE MISSING before the oldest one, which comes next", shardId, why);
        }

        /**
         * Returns the reply with the oldest record of the shard when records are gone between the position and those that came next, and
         * warns; null when nothing is missing, as far as can be known.
         *
         * <p>A position that is gone tells nothing by itself: perhaps it was the last record for longer than the stream holds one. So
         * there must have been records since, at a time when the shard was not read: the next one is older than half of what the stream
         * holds, which no reader comes to that keeps up. MillisBehindLatest does not tell: it is 0 at an old record without others after it.
         *
         * @param next the records that came next, in the order of the shard
         * @param time when they came, by the service's clock; asked for when it matters
         */
        GetRecordsResponse gap(StartingPosition position, List<Record> next, Supplier<Instant> time) throws InterruptedException {
            if (!isKnown || position.type() == ShardIteratorType.TRIM_HORIZON || next.isEmpty()) {
                return null;
            }
            var first = next.get(0).approximateArrivalTimestamp();
            if (first == null || isComplete(first, time.get(), SHORTEST) || isComplete(first, time.get(), period())) {
                return null;
            }
            var oldest = oldest();
            if (oldest == null) {
                return null;
            }
            oldestArrival = oldest.records().get(0).approximateArrivalTimestamp();
            oldestAt = time.get();
            if (!isGone(position, oldest.records().get(0))) {
                return null;
            }
            warn("the last record that was read is older than the " + period().toHours() + " hours that the stream holds");
            return oldest;
        }

        /** Returns whether the stream still holds what came after the last record that was read, or the next one is so young that nothing did. */
        private boolean isComplete(Instant first, Instant now, Duration period) {
            return Duration.between(first, now).compareTo(period.dividedBy(2)) < 0
                    || arrival != null && (Duration.between(arrival, now).compareTo(period) < 0 || isAheadOfOldest(now));
        }

        /** Returns whether the oldest record was so much older that time has not caught up: some engines keep records longer than they say. */
        private boolean isAheadOfOldest(Instant now) {
            return oldestArrival != null && Duration.between(oldestArrival, arrival).compareTo(Duration.between(oldestAt, now)) > 0;
        }

        /** Returns a reply with the oldest record that the stream holds of the shard, and no other; null when there is none by now. */
        private GetRecordsResponse oldest() throws InterruptedException {
            var backoff = backoff("shard " + shardId);
            var iterator = backoff.call(() -> kinesis.getShardIterator(request -> request.streamName(stream.name()).streamARN(stream.arn())
                    .shardId(shardId).shardIteratorType(ShardIteratorType.TRIM_HORIZON))).shardIterator();
            while (iterator != null) {
                Thread.sleep(ShardReader.MIN_POLL_INTERVAL.toMillis());
                var current = iterator;
                var reply = backoff.call(() -> kinesis.getRecords(request -> request
                        .streamARN(stream.arn()).shardIterator(current).limit(1)));
                if (!reply.records().isEmpty()) {
                    return reply;
                }
                iterator = reply.nextShardIterator();
            }
            return null;
        }

        private static boolean isGone(StartingPosition position, Record oldest) {
            return position.sequenceNumber() != null
                    ? new BigInteger(position.sequenceNumber()).compareTo(new BigInteger(oldest.sequenceNumber())) < 0
                    : oldest.approximateArrivalTimestamp() != null && position.timestamp().isBefore(oldest.approximateArrivalTimestamp());
        }
    }
}
