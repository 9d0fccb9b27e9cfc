package lib.read;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lib.cli.Failure;
import lib.kinesis.Pages;
import lib.kinesis.Shards;
import software.amazon.awssdk.services.kinesis.model.Shard;

/**
 * The order in which shards are read: one whose parents are all read to their end comes next. So the records of a partition
 * key keep their order across splits and merges.
 */
final class ShardOrder {
    private final Set<String> known = new HashSet<>();
    private final Map<String, List<Shard>> children = new HashMap<>();
    private final Map<String, Shard> waiting = new LinkedHashMap<>(); // shards that are not begun
    private final Set<String> ended = new HashSet<>();
    private final List<Shard> next = new ArrayList<>(); // new shards, and those with a parent that has ended

    /**
     * Adds the shards that are not known yet.
     *
     * @throws Failure when some shards can never begin, because their parents form a circle
     */
    void add(Collection<Shard> listed) {
        var before = known.size();
        for (var shard : listed) {
            if (known.add(shard.shardId())) {
                next.add(shard);
                if (!ended.contains(shard.shardId())) {
                    waiting.put(shard.shardId(), shard);
                }
                Shards.parents(shard).forEach(parent -> children.computeIfAbsent(parent, id -> new ArrayList<>()).add(shard));
            }
        }
        if (known.size() > Pages.MAX_ITEMS) {
            throw Failure.nonsense("the stream has more than %,d shards".formatted(Pages.MAX_ITEMS));
        }
        if (known.size() > before) {
            Shards.checkParents(waiting.values());
        }
    }

    boolean knows(String shardId) {
        return known.contains(shardId);
    }

    /** The shard is read to its end. */
    void end(String shardId) {
        waiting.remove(shardId);
        ended.add(shardId);
        next.addAll(children.getOrDefault(shardId, List.of()));
    }

    /** Returns the shards that can begin now, each once. A parent that was not added is not waited for. */
    List<Shard> begin() {
        var ready = next.stream().filter(this::isReady).filter(shard -> waiting.remove(shard.shardId()) != null).toList();
        next.clear();
        return ready;
    }

    private boolean isReady(Shard shard) {
        return Shards.parents(shard).stream().allMatch(parent -> ended.contains(parent) || !knows(parent));
    }
}
