package lib;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.kinesis.model.Shard;

/**
 * The order in which shards are read: one whose parents are all read to their end comes next. So the records of a partition
 * key keep their order across splits and merges.
 */
final class Lineage {
    private final Set<String> known = new HashSet<>();
    private final Map<String, List<Shard>> children = new HashMap<>();
    private final Set<String> begun = new HashSet<>();
    private final Set<String> ended = new HashSet<>();
    private final List<Shard> next = new ArrayList<>(); // new shards, and those with a parent that has ended

    /** Adds those that are new. */
    void add(Collection<Shard> listed) {
        for (var shard : listed) {
            if (known.add(shard.shardId())) {
                next.add(shard);
                Shards.parents(shard).forEach(parent -> children.computeIfAbsent(parent, id -> new ArrayList<>()).add(shard));
            }
        }
    }

    boolean knows(String shardId) {
        return known.contains(shardId);
    }

    /** The shard is read to its end. */
    void end(String shardId) {
        begun.add(shardId);
        ended.add(shardId);
        next.addAll(children.getOrDefault(shardId, List.of()));
    }

    /** Returns the shards that can begin now, each once. A parent that was not added is not waited for. */
    List<Shard> begin() {
        var ready = next.stream().filter(this::isReady).filter(shard -> begun.add(shard.shardId())).toList();
        next.clear();
        return ready;
    }

    private boolean isReady(Shard shard) {
        return Shards.parents(shard).stream().allMatch(parent -> ended.contains(parent) || !knows(parent));
    }
}
