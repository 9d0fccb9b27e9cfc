package lib.worker;

import java.time.Duration;
import lib.cli.Failure;
import lib.cli.Log;
import lib.kinesis.KinesisStream;
import lib.kinesis.Shards;
import lib.kinesis.StreamSummary;
import lib.leases.ApplicationStart;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/**
 * What a worker asks about its stream before it believes the Kinesis Client Library.
 *
 * @param giveUp how long a call may fail for reasons other than throttling
 */
record ShardEndCheck(KinesisStream stream, Duration giveUp, Log log) {
    /**
     * Checks that the shard has ended, which the library believes of all that it does not find.
     *
     * @param origin the stream that the application is of
     * @throws Failure when the stream is deleted, or the shard is open
     */
    void checkEnd(String shardId, ApplicationStart origin) throws InterruptedException {
        StreamSummary summary;
        try {
            summary = stream.summary(giveUp, log);
        } catch (Failure e) {
            throw e.isRefusal("ResourceNotFoundException") ? deleted() : e;
        }
        if (summary.description().streamStatus() == StreamStatus.DELETING || !ApplicationStart.of(summary, null).isSameStream(origin)) {
            throw deleted();
        }
        var shards = stream.shards(giveUp, log).all();
        if (shards.stream().anyMatch(shard -> shard.shardId().equals(shardId) && Shards.isOpen(shard))) {
            throw new Failure("shard " + shardId
                    + " is open, but Kinesis does not find the shard or its consumer; with --efo, check that the consumer is registered");
        }
    }

    private Failure deleted() {
        return new Failure("stream " + stream.name() + " is deleted");
    }
}
