package lib;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.kinesis.model.Shard;

/**
 * The order in which shards are read: one whose parents are all read to their end comes next. So the records of a partition
 * key keep their order across splits and merges.
 */
final class Lineage {
    private final Map<String, Shard> shards = new LinkedHashMap<>();
    private final Set<String> begun = new HashSet<>();
    private final Set<String> ended = new HashSet<>();

    /** Adds those that are new. */
    void add(Collection<Shard> listed) {
        listed.forEach(shard -> shards.putIfAbsent(shard.shardId(), shard));
    }

    boolean knows(String shardId) {
        return shards.containsKey(shardId);
    }

    /** The shard is read to its end. */
    void end(String shardId) {
        begun.add(shardId);
        ended.add(shardId);
    }

    /** The shards that can begin now, each returned once. A parent that was not added is waited for no more. */
    List<Shard> begin() {
        var ready = shards.values().stream()
                .filter(shard -> !begun.contains(shard.shardId()))
                .filter(shard -> Shards.parents(shard).stream().allMatch(parent -> ended.contains(parent) || !knows(parent)))
                .toList();
        ready.forEach(shard -> begun.add(shard.shardId()));
        return ready;
    }
}
