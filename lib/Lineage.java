package lib;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.kinesis.model.Shard;

/**
 * The order in which shards are read: one whose parents are all read to their end comes next. So the records of a partition
 * key keep their order across splits and merges.
 */
final class Lineage {
    private static final int NAMED = 3;

    private final Set<String> known = new HashSet<>();
    private final Map<String, List<Shard>> children = new HashMap<>();
    private final Map<String, Shard> waiting = new LinkedHashMap<>(); // shards that are not begun
    private final Set<String> ended = new HashSet<>();
    private final List<Shard> next = new ArrayList<>(); // new shards, and those with a parent that has ended

    /** @throws Failure when some of the shards can never begin, because their parents form a circle */
    static void check(Collection<Shard> shards) {
        new Lineage().add(shards);
    }

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
            checkParents();
        }
    }

    private void checkParents() {
        var stuck = new LinkedHashSet<>(waiting.keySet());
        var free = new ArrayDeque<>(waiting.values().stream().filter(shard -> isFree(shard, stuck)).toList());
        while (!free.isEmpty()) {
            var shardId = free.remove().shardId();
            if (stuck.remove(shardId)) {
                children.getOrDefault(shardId, List.of()).stream().filter(child -> isFree(child, stuck)).forEach(free::add);
            }
        }
        if (!stuck.isEmpty()) {
            var others = stuck.size() - NAMED;
            throw Failure.nonsense("shards " + stuck.stream().limit(NAMED).collect(Collectors.joining(", "))
                    + (others > 0 ? " and %,d others".formatted(others) : "") + " can never begin, because their parents form a circle");
        }
    }

    private static boolean isFree(Shard shard, Set<String> stuck) {
        return Shards.parents(shard).stream().noneMatch(stuck::contains);
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
