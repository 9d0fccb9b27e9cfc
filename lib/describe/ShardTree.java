package lib.describe;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lib.kinesis.Shards;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** Shards, each beneath what it was made of: what is split branches, and in a merged shard two branches meet, at the lower one. */
final class ShardTree {
    /** How many generations are indented. Without a limit, a stream that is resharded hourly for a year has lines of 17,000 columns. */
    private static final int INDENTED = 32;

    private final Map<String, List<Shard>> children = new LinkedHashMap<>();
    private final Set<String> passed = new HashSet<>();
    private final Deque<Place> next = new ArrayDeque<>();
    private final List<Line> lines = new ArrayList<>();

    /**
     * A shard in the tree.
     *
     * @param branch what leads to it from above, empty for a root
     * @param below  the shard itself comes further down, beneath its other parent
     */
    record Line(Shard shard, String branch, boolean below) {}

    /** A line to come, and what its children are indented by. */
    private record Place(Line line, int depth, String indent) {}

    private ShardTree() {}

    /**
     * Every shard once as itself, after all of its parents, in the order of the list. A parent that is not in the list does not count. Of
     * shards whose parents form a circle, the first one is a root.
     */
    static List<Line> of(List<Shard> shards) {
        var tree = new ShardTree();
        shards.forEach(shard -> tree.children.put(shard.shardId(), new ArrayList<>()));
        for (var shard : shards) {
            tree.listed(shard).forEach(parent -> tree.children.get(parent).add(shard));
        }
        shards.stream().filter(shard -> tree.listed(shard).isEmpty()).forEach(tree::addRoot);
        shards.stream().filter(shard -> !tree.passed.contains(shard.shardId())).forEach(tree::addRoot);
        return tree.lines;
    }

    private List<String> listed(Shard shard) {
        return Shards.parents(shard).stream().distinct().filter(children::containsKey).toList();
    }

    /** Adds the shard and what is beneath it, without recursion: there may be thousands of generations. */
    private void addRoot(Shard root) {
        if (!passed.contains(root.shardId())) {
            add(new Place(new Line(root, "", false), 0, ""));
        }
        while (!next.isEmpty()) {
            var place = next.pop();
            var shard = place.line().shard();
            if (!passed.contains(shard.shardId())) { // else it is its own ancestor
                add(passed.containsAll(listed(shard)) ? place
                        : new Place(new Line(shard, place.line().branch(), true), place.depth(), place.indent()));
            }
        }
    }

    private void add(Place place) {
        lines.add(place.line());
        if (place.line().below()) {
            return;
        }
        var shardId = place.line().shard().shardId();
        passed.add(shardId);
        var of = children.get(shardId);
        var depth = place.depth() + 1;
        for (int i = of.size() - 1; i >= 0; i--) { // the first is taken first
            var isLast = i == of.size() - 1;
            var generation = depth <= INDENTED ? "" : "…" + depth + " ";
            var branch = place.indent() + generation + (isLast ? "└─" : "├─");
            var trunk = isLast ? "  " : "│ ";
            var indent = depth < INDENTED ? place.indent() + trunk : place.indent();
            next.push(new Place(new Line(of.get(i), branch, false), depth, indent));
        }
    }
}
