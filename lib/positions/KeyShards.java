package lib.positions;

import java.util.function.Predicate;
import lib.kinesis.Distribution;
import lib.kinesis.HashKeys;
import lib.kinesis.Shards;
import software.amazon.awssdk.services.kinesis.model.Shard;

/**
 * Finds the shards that may hold the records of a partition key: the shards of its hash key, or with {@link Distribution#AUTO} all shards.
 */
public final class KeyShards implements Predicate<Shard> {
    private final String partitionKey;
    private final boolean all;
    private final boolean resumed;

    /**
     * @param partitionKey null for the records of all keys
     * @param checkpoint   as the last run has left it
     */
    public KeyShards(String partitionKey, Distribution distribution, Checkpoint checkpoint, Shards shards) {
        var known = checkpoint.shardIds();
        this.partitionKey = partitionKey;
        this.resumed = !known.isEmpty();
        // a checkpoint with other shards was made under AUTO: they may hold records of the key that are not read yet
        this.all = partitionKey == null || distribution != Distribution.BY_KEY
                || shards.all().stream().anyMatch(shard -> known.contains(shard.shardId()) && !HashKeys.holds(shard, partitionKey));
    }

    @Override
    public boolean test(Shard shard) {
        return all || HashKeys.holds(shard, partitionKey);
    }

    /**
     * Returns where a shard begins that is not in the checkpoint. When the checkpoint was made while the key was in one shard, and all
     * shards may hold the key now, the others have not been read: they begin at their oldest record.
     *
     * @param from where shards begin without a checkpoint
     */
    public Position from(Position from) {
        return partitionKey != null && all && resumed ? new Position.Earliest() : from;
    }
}
