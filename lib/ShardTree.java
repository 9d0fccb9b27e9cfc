package lib;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** Shards, each beneath what it was made of: what is split branches, and in a merged shard two branches meet, at the lower one. */
final class ShardTree {
    private final Map<String, List<Shard>> children = new LinkedHashMap<>();
    private final Set<String> passed = new HashSet<>();
    private final List<Line> lines = new ArrayList<>();

    /**
     * A shard in the tree.
     *
     * @param branch what leads to it from above, empty for a root
     * @param below  the shard itself comes further down, beneath its other parent
     */
    record Line(Shard shard, String branch, boolean below) {}

    private ShardTree() {}

    /** Every shard once as itself, after all of its parents, in the order of the list. A parent that is not in the list does not count. */
    static List<Line> of(List<Shard> shards) {
        var tree = new ShardTree();
        shards.forEach(shard -> tree.children.put(shard.shardId(), new ArrayList<>()));
        for (var shard : shards) {
            tree.listed(shard).forEach(parent -> tree.children.get(parent).add(shard));
        }
        shards.stream().filter(shard -> tree.listed(shard).isEmpty()).forEach(root -> tree.add(root, "", ""));
        return tree.lines;
    }

    private List<String> listed(Shard shard) {
        return Shards.parents(shard).stream().filter(children::containsKey).toList();
    }

    private void add(Shard shard, String branch, String indent) {
        var below = !passed.containsAll(listed(shard));
        lines.add(new Line(shard, branch, below));
        if (below) {
            return;
        }
        passed.add(shard.shardId());
        var next = children.get(shard.shardId());
        for (int i = 0; i < next.size(); i++) {
            var last = i == next.size() - 1;
            add(next.get(i), indent + (last ? "└─" : "├─"), indent + (last ? "  " : "│ "));
        }
    }
}
