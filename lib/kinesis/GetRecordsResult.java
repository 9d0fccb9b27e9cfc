package lib.kinesis;

import java.time.Instant;
import java.util.List;
import lib.cli.Failure;
import software.amazon.awssdk.services.kinesis.model.ChildShard;

/**
 * The response to a GetRecords.
 *
 * @param records            in the order of the shard; empty when there were none
 * @param nextShardIterator  null at the end of a closed shard
 * @param millisBehindLatest how far from the tip of the shard; null when the service did not tell
 * @param childShards        at the end of a shard, the shards that it was split or merged into; empty when the service did not tell
 * @param date               the Date header; null when the response had none
 */
public record GetRecordsResult(List<KinesisRecord> records, String nextShardIterator, Long millisBehindLatest, List<ChildShard> childShards,
        String date) {
    /**
     * Returns the time by the service's clock, or up to a second less.
     *
     * @throws Failure when the header is no time
     */
    public Instant time() {
        return ServiceTime.parse(date);
    }

    /** Returns whether the response reached the tip of the shard, or the end of a closed shard. */
    public boolean isEnd() {
        return nextShardIterator == null || millisBehindLatest != null && millisBehindLatest == 0;
    }
}
