package lib.leases;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import lib.kinesis.HashKeys;
import lib.kinesis.KinesisStream;
import lib.kinesis.Shards;
import lib.positions.ShardPosition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardFilter;
import software.amazon.awssdk.services.kinesis.model.ShardFilterType;
import software.amazon.awssdk.services.kinesis.model.ValidationException;
import software.amazon.kinesis.common.HashKeyRangeForLease;
import software.amazon.kinesis.leases.Lease;
import software.amazon.kinesis.leases.dynamodb.DynamoDBLeaseSerializer;
import software.amazon.kinesis.retrieval.kpl.ExtendedSequenceNumber;

/**
 * The first leases of an application, as the Kinesis Client Library would make them (HierarchicalShardSyncer and Scheduler in
 * awslabs/amazon-kinesis-client). The library makes them in one worker, after a random wait of up to 30 s; when that worker dies before,
 * another makes them a minute later.
 */
public final class NewLeases {
    private NewLeases() {}

    /**
     * Returns the shards that were open at the time. Every worker gets the same result.
     *
     * @param begin null for the oldest record
     */
    public static List<Shard> shards(KinesisStream stream, Instant begin) {
        var type = begin == null ? ShardFilterType.AT_TRIM_HORIZON : ShardFilterType.AT_TIMESTAMP;
        var filter = ShardFilter.builder().type(type).timestamp(begin).build();
        try {
            var shards = stream.listShards(filter).all();
            if (holdEachHashKeyOnce(shards)) {
                return shards;
            }
        } catch (InvalidArgumentException | ValidationException e) { // some engines refuse the filter, others ignore it
        }
        return stream.listShards().all();
    }

    private static boolean holdEachHashKeyOnce(List<Shard> shards) {
        var next = BigInteger.ZERO;
        var ranges = shards.stream().map(Shard::hashKeyRange)
                .sorted(Comparator.comparing(range -> new BigInteger(range.startingHashKey())));
        for (var range : ranges.toList()) {
            if (!next.equals(new BigInteger(range.startingHashKey()))) {
                return false;
            }
            next = new BigInteger(range.endingHashKey()).add(BigInteger.ONE);
        }
        return next.equals(HashKeys.COUNT);
    }

    /**
     * Returns the shards that have no lease and would get none for minutes: the library makes the leases of children when their parent
     * ends, and cannot when the stream was resharded and the parent trimmed while no worker ran. Ancestors that the stream still has come
     * with them.
     */
    static List<Shard> missing(List<Shard> listed, Map<String, LeaseTable.Lease> leases) {
        var shards = listed.stream().sorted(Comparator.comparing(Shard::shardId)).toList(); // parents first: ids count up
        var coming = new HashSet<String>(); // to be read, and their children after them
        var without = new HashSet<String>();
        for (var shard : shards) {
            var lease = leases.get(shard.shardId());
            if (lease != null ? !lease.checkpoint().equals(ShardPosition.SHARD_END)
                    : Shards.parents(shard).stream().anyMatch(coming::contains)) {
                coming.add(shard.shardId());
            } else if (lease == null) {
                without.add(shard.shardId());
            }
        }
        var missing = new ArrayList<Shard>();
        var isUnread = new HashSet<String>(); // a child is missing
        var isRead = new HashSet<String>(); // a child is not: its lease is there or comes
        for (int n = shards.size() - 1; n >= 0; n--) {
            var shard = shards.get(n);
            var isMissing = without.contains(shard.shardId()) && !isRead.contains(shard.shardId())
                    && (Shards.isOpen(shard) || isUnread.contains(shard.shardId()));
            if (isMissing) {
                missing.add(0, shard);
            }
            (isMissing ? isUnread : isRead).addAll(Shards.parents(shard));
        }
        return missing;
    }

    /** Returns the item of a shard that no worker has read or owns. */
    public static Map<String, AttributeValue> item(Shard shard, Instant begin) {
        var lease = new Lease();
        lease.leaseKey(shard.shardId());
        lease.parentShardIds(Shards.parents(shard));
        lease.hashKeyRange(HashKeyRangeForLease.fromHashKeyRange(shard.hashKeyRange()));
        lease.ownerSwitchesSinceCheckpoint(0L);
        lease.checkpoint(begin == null ? ExtendedSequenceNumber.TRIM_HORIZON : ExtendedSequenceNumber.AT_TIMESTAMP);
        return new DynamoDBLeaseSerializer().toDynamoRecord(lease);
    }
}
