package lib;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ChildShard;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;

/** Reads one shard: get an iterator, get records, hand them on, wait, go on with the next iterator, until the shard ends. */
public final class ShardReader {
    /** The shortest time between two GetRecords: a shard takes 5 a second (API reference, GetRecords). */
    public static final Duration MIN_POLL_INTERVAL = Duration.ofMillis(200);

    /** As long as it is not known how large they are. */
    private static final int FIRST_RECORDS = 1_000;

    /** A reply of so many bytes may have been cut off at 10 MiB (API reference, GetRecords), before a record of 1 MiB. */
    private static final long CUT_OFF = 9 << 20;

    private static final Duration TRIMMED_SOON = Duration.ofMinutes(1);

    private final Settings settings;
    private final String shardId;
    private final Duration retention;
    private final Semaphore memory;
    private final Backoff backoff;
    private StartingPosition position;
    private String iterator;
    private int limit;
    private boolean held;
    private boolean pastTip;

    /**
     * What the shards of a stream have in common.
     *
     * @param kinesis does not try again by itself: that is done here
     * @param giveUp  how long a shard may fail for reasons other than throttling
     */
    public record Settings(KinesisClient kinesis, StreamRef stream, Polling polling, Until until, Duration giveUp, Log log) {}

    /**
     * @param start     where to begin
     * @param retention how long the stream holds a record; null when {@code start} may well be older than that
     * @param memory    a permit is taken for as long as records are fetched and handed on
     */
    public ShardReader(Settings settings, String shardId, StartingPosition start, Duration retention, Semaphore memory) {
        this.settings = settings;
        this.shardId = shardId;
        this.position = start;
        this.retention = retention;
        this.memory = memory;
        this.limit = Math.min(FIRST_RECORDS, settings.polling().records());
        this.backoff = new Backoff("shard " + shardId, settings.giveUp(), settings.log());
    }

    /**
     * What one GetRecords brought.
     *
     * @param records            in the order of the shard; empty when there were none
     * @param millisBehindLatest how far from the tip of the shard; null when the service did not tell
     */
    public record Batch(String shardId, List<Record> records, Long millisBehindLatest) {
        boolean isBehind() {
            return millisBehindLatest != null && millisBehindLatest > 0;
        }
    }

    /** Where the records go. */
    public interface Sink {
        Taken accept(Batch batch) throws IOException;
    }

    /** What became of a batch: none of its records was of use, or some were, or no more are wanted. */
    public enum Taken { NONE, SOME, ENOUGH }

    /**
     * Where the reading ended.
     *
     * @param children the shards that the shard was split or merged into; empty when the service did not tell
     */
    public record End(Where where, List<ChildShard> children) {
        private static final End WITHIN = new End(Where.WITHIN, List.of());
        private static final End TIP = new End(Where.TIP, List.of());
    }

    /** At a record where the reading is to end, at a tip beyond which it is not to go, or at the end of a closed shard. */
    public enum Where { WITHIN, TIP, SHARD_END }

    /**
     * Returns at the end; called again, goes on from there.
     *
     * @throws Failure              what trying again does not help against
     * @throws IOException          what the sink throws
     * @throws InterruptedException when the thread is interrupted between two polls
     */
    public End read(Sink sink) throws IOException, InterruptedException {
        while (true) {
            long next;
            memory.acquire();
            try {
                var asked = System.nanoTime();
                var reply = getRecords();
                backoff.success();
                var batch = new Batch(shardId, settings.until().before(reply.records()), reply.millisBehindLatest());
                var taken = sink.accept(batch);
                var bytes = bytes(batch.records());
                var isFull = reply.records().size() >= limit || bytes >= CUT_OFF;
                var mayHaveMore = !batch.isBehind() && isFull; // of the same millisecond: kinesis-mock says that this is the tip
                moveBehind(batch.records(), bytes);
                if (taken == Taken.ENOUGH || batch.records().size() < reply.records().size()
                        || position.type() == ShardIteratorType.AFTER_SEQUENCE_NUMBER && settings.until().isAt(position.sequenceNumber())) {
                    return End.WITHIN;
                }
                iterator = reply.nextShardIterator();
                if (iterator == null) {
                    return new End(Where.SHARD_END, reply.childShards());
                }
                if (!pastTip && !mayHaveMore && settings.until().isReached(asked, batch.millisBehindLatest())) {
                    return End.TIP;
                }
                next = asked + settings.polling().interval(batch.isBehind() || mayHaveMore, bytes).toNanos();
            } catch (ExpiredIteratorException e) {
                iterator = null;
                next = System.nanoTime() + backoff.after(e).toNanos();
            } catch (SdkException e) {
                next = System.nanoTime() + backoff.after(e).toNanos();
            } finally {
                memory.release();
            }
            waitUntil(next);
        }
    }

    /** From here on the reading does not end at a tip. */
    void goPastTip() {
        pastTip = true;
    }

    private GetRecordsResponse getRecords() {
        if (iterator == null) {
            iterator = shardIterator();
        }
        var reply = settings.kinesis().getRecords(request -> request
                .streamARN(settings.stream().arn()).shardIterator(iterator).limit(limit));
        if (!held && isTrimmed(reply)) {
            beginAtTrimHorizon("older than the " + retention.toHours() + " hours that the stream holds");
            return getRecords();
        }
        held = true;
        return reply;
    }

    private String shardIterator() {
        try {
            return settings.kinesis().getShardIterator(request -> request
                    .streamName(settings.stream().name()).streamARN(settings.stream().arn()).shardId(shardId)
                    .shardIteratorType(position.type())
                    .startingSequenceNumber(position.sequenceNumber())
                    .timestamp(position.timestamp())).shardIterator();
        } catch (InvalidArgumentException | ResourceNotFoundException e) {
            if (held || retention == null || position.type() == ShardIteratorType.TRIM_HORIZON) {
                throw e;
            }
            beginAtTrimHorizon("refused: " + ErrorLine.of(e));
            return shardIterator();
        }
    }

    private boolean isTrimmed(GetRecordsResponse reply) {
        return retention != null && position.type() != ShardIteratorType.TRIM_HORIZON && isTrimmed(reply.millisBehindLatest(), retention);
    }

    /** Whether the first reply says that a position lies before the trim horizon, where the service begins then, without a word. */
    static boolean isTrimmed(Long millisBehindLatest, Duration retention) {
        return millisBehindLatest != null && millisBehindLatest >= retention.minus(TRIMMED_SOON).toMillis();
    }

    private void beginAtTrimHorizon(String why) {
        settings.log().warn("shard %s: its position in the checkpoint is %s; RECORDS ARE MISSING before the oldest one, which comes next",
                shardId, why);
        held = true;
        iterator = null;
        position = StartingPosition.builder().type(ShardIteratorType.TRIM_HORIZON).build();
    }

    private void moveBehind(List<Record> records, long bytes) {
        if (records.isEmpty()) {
            return;
        }
        position = StartingPosition.builder().type(ShardIteratorType.AFTER_SEQUENCE_NUMBER)
                .sequenceNumber(records.get(records.size() - 1).sequenceNumber()).build();
        limit = settings.polling().limit(records.size(), bytes);
    }

    private static long bytes(List<Record> records) {
        var bytes = 0L; // without a stream, which takes a tenth of the time of small records
        for (var record : records) {
            bytes += record.data().asByteArrayUnsafe().length;
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
