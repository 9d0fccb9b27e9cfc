package lib.read;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import lib.cli.ErrorLine;
import lib.cli.Failure;
import lib.cli.Log;
import lib.kinesis.Backoff;
import lib.kinesis.GetRecordsResult;
import lib.kinesis.KinesisRecord;
import lib.kinesis.KinesisStream;
import lib.kinesis.Refusals;
import lib.positions.Until;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.model.ChildShard;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;

/** Reads one shard: get an iterator, get records, hand them on, wait, go on with the next iterator, until the shard ends. */
public final class ShardReader {
    /** As long as it is not known how large they are. */
    private static final int FIRST_RECORDS = 1_000;

    private static final int FEWER_AFTER_TIMEOUT = 10;

    /** From here on the network sets the pace, and the next response is to arrive in good time. */
    private static final Duration SLOW_FETCH = Duration.ofSeconds(1);
    private static final int LARGE_FETCH = 100_000; // bytes: a smaller response is slow for another reason than its size

    /**
     * How many empty responses in a row, all with a lag of 0, end a shard that is closed. The service ends it by a null iterator; moto
     * never does.
     */
    private static final int TIPS_OF_CLOSED_SHARD = 5;

    private final Settings settings;
    private final String shardId;
    private final Retention.Reader retained;
    private final FetchLimit fetches;
    private final Backoff backoff;
    private StartingPosition position;
    private String iterator;
    private int limit;
    private boolean isClosed;
    private int tips; // in a row
    private Duration fetchTime;

    /**
     * What the shards of a stream have in common.
     *
     * @param giveUp how long a shard may fail for reasons other than throttling
     */
    public record Settings(KinesisStream stream, Polling polling, Until until, Duration giveUp, Log log) {}

    /**
     * @param start    where to begin
     * @param retained of this shard, from {@code start} on
     * @param isClosed whether the shard takes no more records, so that the reading ends where the shard does
     * @param fetches  limits the shards for which records are fetched and handed on
     */
    ShardReader(Settings settings, String shardId, StartingPosition start, Retention.Reader retained, boolean isClosed,
            FetchLimit fetches) {
        this.settings = settings;
        this.shardId = shardId;
        this.position = start;
        this.retained = retained;
        this.isClosed = isClosed;
        this.fetches = fetches;
        this.limit = Math.min(FIRST_RECORDS, settings.polling().records());
        this.backoff = new Backoff("shard " + shardId, settings.giveUp(), settings.log());
    }

    /**
     * What one GetRecords brought.
     *
     * @param records            in the order of the shard; empty when there were none
     * @param millisBehindLatest how far from the tip of the shard; null when the service did not tell
     */
    public record Batch(String shardId, List<KinesisRecord> records, Long millisBehindLatest) {
        public boolean isBehind() {
            return millisBehindLatest != null && millisBehindLatest > 0;
        }

        /**
         * Returns whether the batch is empty and has a lag of 0: then the shard has no more records now (API reference, GetRecords).
         * Neither is enough alone: an empty reply can come anywhere, and kinesis-mock reports a lag of 0 between two records of one
         * millisecond.
         */
        boolean isTip() {
            return records.isEmpty() && millisBehindLatest != null && millisBehindLatest == 0;
        }
    }

    /** Where the records go. */
    public interface Sink {
        Taken accept(Batch batch) throws IOException;

        /** Ends the batch under way within seconds, and refuses later batches. Called by another thread. */
        default void stop() {}
    }

    /** What became of a batch: none of its records was of use, or some were, or no more are wanted. */
    public enum Taken { NONE, SOME, ENOUGH }

    /**
     * Where the reading ended.
     *
     * @param children the shards that the shard was split or merged into; empty when the service did not tell
     */
    record End(Where where, List<ChildShard> children) {
        private static final End WITHIN = new End(Where.WITHIN, List.of());
        private static final End TIP = new End(Where.TIP, List.of());
    }

    /** At a record where the reading is to end, at a tip beyond which it is not to go, or at the end of a closed shard. */
    enum Where { WITHIN, TIP, SHARD_END }

    /**
     * Returns at the end; called again, goes on from there.
     *
     * @throws Failure              what trying again does not help against
     * @throws IOException          what the sink throws
     * @throws InterruptedException when the thread is interrupted between two polls
     */
    End read(Sink sink) throws IOException, InterruptedException {
        while (true) {
            long next;
            var waiting = System.nanoTime();
            fetches.begin();
            var asked = System.nanoTime();
            backoff.exclude(asked - waiting);
            try {
                var reply = getRecords();
                backoff.success();
                var batch = new Batch(shardId, settings.until().before(reply.records()), reply.millisBehindLatest());
                var taken = sink.accept(batch);
                var bytes = bytes(batch.records());
                var mayHaveMore = batch.isBehind() || reply.records().size() >= limit; // kinesis-mock has no lag within a millisecond
                moveBehind(batch.records(), bytes);
                if (taken == Taken.ENOUGH || batch.records().size() < reply.records().size()
                        || position.type() == ShardIteratorType.AFTER_SEQUENCE_NUMBER && settings.until().isAt(position.sequenceNumber())) {
                    return End.WITHIN;
                }
                iterator = reply.nextShardIterator();
                tips = batch.isTip() ? tips + 1 : 0;
                if (iterator == null || isClosed && tips >= TIPS_OF_CLOSED_SHARD) {
                    return new End(Where.SHARD_END, reply.childShards());
                }
                var isOver = settings.until().isOver(asked);
                if (isOver && !isClosed && batch.isTip()) {
                    return End.TIP;
                }
                next = asked + settings.polling().interval(isOver || isClosed || mayHaveMore, bytes).toNanos();
            } catch (ExpiredIteratorException e) { // though it is new
                iterator = null;
                next = System.nanoTime() + backoff.after(e).toNanos();
            } catch (SdkException e) {
                if (Refusals.isTimeout(e)) {
                    limit = Math.max(1, limit / FEWER_AFTER_TIMEOUT);
                    fetches.timedOut(asked);
                    if (fetches.hanging().compareTo(settings.giveUp()) > 0) { // does not wait for the second try of each shard
                        throw new Failure("shard %s: %s (gave up after %d s without a response for any shard)"
                                .formatted(shardId, ErrorLine.of(e), settings.giveUp().toSeconds()), e);
                    }
                }
                next = System.nanoTime() + backoff.after(e).toNanos();
            } finally {
                fetches.end();
            }
            waitUntil(next);
        }
    }

    /** The shard is closed now: the reading ends where the shard does. */
    void goToShardEnd() {
        isClosed = true;
        tips = 0;
    }

    private GetRecordsResult getRecords() throws InterruptedException {
        var next = next();
        var afterGap = retained.gap(position, next.records(), next.isEnd(), next::time);
        var reply = afterGap == null ? next : afterGap;
        retained.read(reply.records(), reply.millisBehindLatest(), reply::time);
        return reply;
    }

    /** Renews an iterator that expired while the shard waited for others, or for the reader of the output. */
    private GetRecordsResult next() {
        if (iterator != null) {
            try {
                return fetch();
            } catch (ExpiredIteratorException e) {
                settings.log().verbose("shard %s: renewing its iterator, which has expired", shardId);
            }
        }
        iterator = shardIterator();
        return fetch();
    }

    private GetRecordsResult fetch() {
        var began = System.nanoTime();
        var reply = settings.stream().getRecords(iterator, limit);
        fetchTime = Duration.ofNanos(System.nanoTime() - began);
        fetches.answered(fetchTime);
        return reply;
    }

    private String shardIterator() {
        try {
            return settings.stream().getShardIterator(shardId, position);
        } catch (InvalidArgumentException | ResourceNotFoundException e) {
            if (position.type() == ShardIteratorType.TRIM_HORIZON || !retained.isKnown() && position.sequenceNumber() == null) {
                throw e;
            }
            var oldest = StartingPosition.builder().type(ShardIteratorType.TRIM_HORIZON).build();
            var iterator = settings.stream().getShardIterator(shardId, oldest); // fails, too, when it is not the position that is refused
            if (!retained.isKnown()) {
                throw new Failure("shard " + shardId + ": the service refuses the sequence number " + position.sequenceNumber()
                        + "; write --from after: with a sequence number of this shard, as -o json prints it, or --from earliest", e);
            }
            retained.warn("the service refuses the position, so reading resumes at the oldest record: " + ErrorLine.of(e));
            position = oldest;
            return iterator;
        }
    }

    private void moveBehind(List<KinesisRecord> records, long bytes) {
        if (records.isEmpty()) {
            return;
        }
        position = StartingPosition.builder().type(ShardIteratorType.AFTER_SEQUENCE_NUMBER)
                .sequenceNumber(records.get(records.size() - 1).sequenceNumber()).build();
        limit = settings.polling().limit(records.size(), bytes);
        if (fetchTime.compareTo(SLOW_FETCH) > 0 && bytes > LARGE_FETCH) {
            limit = (int) Math.max(1, Math.min(limit, records.size() * FetchLimit.GOOD_TIME.toMillis() / fetchTime.toMillis()));
        }
    }

    private static long bytes(List<KinesisRecord> records) {
        var bytes = 0L; // without a stream, which takes a tenth of the time of small records
        for (var record : records) {
            bytes += record.data().length;
        }
        return bytes;
    }

    private static void waitUntil(long nanoTime) throws InterruptedException {
        var millis = (nanoTime - System.nanoTime() + 999_999) / 1_000_000; // rather late than a sixth call in a second
        if (millis > 0) {
            Thread.sleep(millis);
        }
    }
}
