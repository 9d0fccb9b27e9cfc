package lib;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;

/** Reads the shards of a stream, all at once: a {@link ShardReader} and a thread for each. */
public final class StreamReader {
    private final KinesisClient kinesis;
    private final StreamRef stream;
    private final StartingPosition start;
    private final Duration pollInterval;
    private final Log log;

    /** @param start and pollInterval: see {@link ShardReader} */
    public StreamReader(KinesisClient kinesis, StreamRef stream, StartingPosition start, Duration pollInterval, Log log) {
        this.kinesis = kinesis;
        this.stream = stream;
        this.start = start;
        this.pollInterval = pollInterval;
        this.log = log;
    }

    /**
     * Returns when every shard has ended.
     *
     * @param sink is called from the threads of all shards
     * @throws ExecutionException the error of the first shard that fails, which ends the others; its cause is a
     *                            {@link Failure} that names the shard, or what the sink threw
     */
    public void read(List<Shard> shards, ShardReader.Sink sink) throws InterruptedException, ExecutionException {
        var threads = Executors.newCachedThreadPool();
        var readers = new ExecutorCompletionService<Void>(threads);
        try {
            for (var shard : shards) {
                readers.submit(() -> read(shard.shardId(), sink));
            }
            for (int ended = 0; ended < shards.size(); ended++) {
                readers.take().get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private Void read(String shardId, ShardReader.Sink sink) throws Exception {
        try {
            new ShardReader(kinesis, stream, shardId, start, pollInterval).read(sink);
        } catch (SdkException e) {
            throw new Failure("shard " + shardId + ": " + ErrorLine.of(e), e);
        }
        log.info("shard %s ended; if it was split or merged, start again to read its children", shardId);
        return null;
    }
}
