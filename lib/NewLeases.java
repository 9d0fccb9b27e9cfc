package lib;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardFilter;
import software.amazon.awssdk.services.kinesis.model.ShardFilterType;
import software.amazon.kinesis.common.HashKeyRangeForLease;
import software.amazon.kinesis.leases.Lease;
import software.amazon.kinesis.leases.dynamodb.DynamoDBLeaseSerializer;
import software.amazon.kinesis.retrieval.kpl.ExtendedSequenceNumber;

/**
 * The first leases of an application, as the Kinesis Client Library would make them (HierarchicalShardSyncer and Scheduler in
 * awslabs/amazon-kinesis-client). The library makes them in one worker, after a random wait of up to 30 s; when that worker dies before,
 * another makes them a minute later.
 */
final class NewLeases {
    private static final BigInteger HASH_KEYS = BigInteger.ONE.shiftLeft(Shards.HASH_KEY_BITS);

    private NewLeases() {}

    /**
     * Returns the shards that were open at the time. Every worker gets the same result.
     *
     * @param begin null for the oldest record
     */
    static List<Shard> shards(KinesisClient kinesis, StreamRef stream, Instant begin) {
        var filter = ShardFilter.builder().type(begin == null ? ShardFilterType.AT_TRIM_HORIZON : ShardFilterType.AT_TIMESTAMP).timestamp(begin).build();
        var shards = Shards.list(kinesis, stream, filter).all();
        return holdEachHashKeyOnce(shards) ? shards : Shards.list(kinesis, stream).all(); // of an engine that does not know the filter
    }

    private static boolean holdEachHashKeyOnce(List<Shard> shards) {
        var next = BigInteger.ZERO;
        for (var range : shards.stream().map(Shard::hashKeyRange).sorted(Comparator.comparing(range -> new BigInteger(range.startingHashKey()))).toList()) {
            if (!next.equals(new BigInteger(range.startingHashKey()))) {
                return false;
            }
            next = new BigInteger(range.endingHashKey()).add(BigInteger.ONE);
        }
        return next.equals(HASH_KEYS);
    }

    /** Returns the item of a shard that no worker has read or owns. */
    static Map<String, AttributeValue> item(Shard shard, Instant begin) {
        var lease = new Lease();
        lease.leaseKey(shard.shardId());
        lease.parentShardIds(Shards.parents(shard));
        lease.hashKeyRange(HashKeyRangeForLease.fromHashKeyRange(shard.hashKeyRange()));
        lease.ownerSwitchesSinceCheckpoint(0L);
        lease.checkpoint(begin == null ? ExtendedSequenceNumber.TRIM_HORIZON : ExtendedSequenceNumber.AT_TIMESTAMP);
        return new DynamoDBLeaseSerializer().toDynamoRecord(lease);
    }
}
