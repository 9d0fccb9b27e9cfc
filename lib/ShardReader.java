package lib;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;

/** Reads one shard: get an iterator, get records, hand them on, wait, go on with the next iterator, until the shard ends. */
public final class ShardReader {
    /** The shortest time between two GetRecords: a shard takes 5 a second (API reference, GetRecords). */
    public static final Duration MIN_POLL_INTERVAL = Duration.ofMillis(200);

    private final KinesisClient kinesis;
    private final StreamRef stream;
    private final String shardId;
    private final Duration pollInterval;
    private StartingPosition position;

    /**
     * @param start        where to begin
     * @param pollInterval from one GetRecords to the next once the reader has caught up
     */
    public ShardReader(KinesisClient kinesis, StreamRef stream, String shardId, StartingPosition start, Duration pollInterval) {
        this.kinesis = kinesis;
        this.stream = stream;
        this.shardId = shardId;
        this.position = start;
        this.pollInterval = pollInterval;
    }

    /** Where the records go. */
    public interface Sink {
        /** @param records of one GetRecords, in the order of the shard; empty when there were none */
        void accept(String shardId, List<Record> records) throws IOException;
    }

    /**
     * Returns at the end of the shard.
     *
     * @throws IOException          what the sink throws
     * @throws InterruptedException when the thread is interrupted between two polls
     */
    public void read(Sink sink) throws IOException, InterruptedException {
        var iterator = shardIterator();
        while (iterator != null) {
            var polled = System.nanoTime();
            try {
                var response = getRecords(iterator);
                sink.accept(shardId, response.records());
                moveBehind(response.records());
                iterator = response.nextShardIterator();
                if (iterator != null) {
                    waitUntil(polled + intervalAfter(response).toNanos());
                }
            } catch (ExpiredIteratorException e) {
                waitUntil(polled + MIN_POLL_INTERVAL.toNanos());
                iterator = shardIterator();
            }
        }
    }

    private String shardIterator() {
        var asked = Instant.now();
        var iterator = kinesis.getShardIterator(request -> request
                .streamName(stream.name()).streamARN(stream.arn()).shardId(shardId)
                .shardIteratorType(position.type())
                .startingSequenceNumber(position.sequenceNumber())
                .timestamp(position.timestamp())).shardIterator();
        if (position.type() == ShardIteratorType.LATEST) {
            // asked for LATEST a second time, the service would skip what came in between
            position = StartingPosition.builder().type(ShardIteratorType.AT_TIMESTAMP).timestamp(asked).build();
        }
        return iterator;
    }

    private GetRecordsResponse getRecords(String iterator) {
        return kinesis.getRecords(request -> request.streamARN(stream.arn()).shardIterator(iterator));
    }

    private void moveBehind(List<Record> records) {
        if (!records.isEmpty()) {
            position = StartingPosition.builder().type(ShardIteratorType.AFTER_SEQUENCE_NUMBER)
                    .sequenceNumber(records.get(records.size() - 1).sequenceNumber()).build();
        }
    }

    private Duration intervalAfter(GetRecordsResponse response) {
        var millisBehind = response.millisBehindLatest(); // may be absent
        return millisBehind != null && millisBehind > 0 ? MIN_POLL_INTERVAL : pollInterval;
    }

    private static void waitUntil(long nanoTime) throws InterruptedException {
        var millis = (nanoTime - System.nanoTime() + 999_999) / 1_000_000; // rather late than a sixth call in a second
        if (millis > 0) {
            Thread.sleep(millis);
        }
    }
}
