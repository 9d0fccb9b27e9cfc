package lib.describe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.FakeStream;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import lib.describe.ShardTree.Line;
import lib.kinesis.Shards;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.model.Shard;

class ShardTreeTest {
    private static final int HISTORIES = 200;

    /** Whatever the splits and merges were, and however many of the oldest shards are gone; a seed that fails is printed. */
    @Test
    void randomHistories_haveEachShardOnce_belowAllOfItsParents_andBesideOneOfThem() {
        var first = new Random().nextLong();
        for (var seed = first; seed < first + HISTORIES; seed++) {
            check(seed, history(new Random(seed)));
        }
    }

    @Test
    void shardsWhoseParentsFormACircle_areThereOnceEach() {
        assertEquals(List.of("a", "└─b", "  └─c"), show(shard("a", "c"), shard("b", "a"), shard("c", "b")));
        assertEquals(List.of("r", "└─x", "a"), show(shard("a", "a"), shard("r"), shard("x", "r")));
        assertEquals(List.of("a", "└─b"), show(shard("a", "b", "b"), shard("b", "a", "a")));
    }

    /** As after years of resharding, or as an endpoint makes it up. */
    @Test
    void aDeepTree_isIndentedSoFarOnly_andThenHasItsDepthInNumbers() {
        var chain = IntStream.range(0, 20_000).mapToObj(n -> shard("s" + n, n == 0 ? null : "s" + (n - 1))).toList();
        var lines = ShardTree.of(chain).stream().map(line -> line.branch() + line.shard().shardId()).toList();
        assertEquals(20_000, lines.size());
        assertEquals("  ".repeat(31) + "└─s32", lines.get(32));
        assertEquals("  ".repeat(31) + "…33 └─s33", lines.get(33));
        assertEquals("  ".repeat(31) + "…19999 └─s19999", lines.get(19_999));
    }

    private static List<String> show(Shard... shards) {
        return ShardTree.of(List.of(shards)).stream()
                .map(line -> line.branch() + line.shard().shardId() + (line.below() ? " below" : "")).toList();
    }

    private static Shard shard(String id, String... parents) {
        return Shard.builder().shardId(id).parentShardId(parents.length > 0 ? parents[0] : null)
                .adjacentParentShardId(parents.length > 1 ? parents[1] : null).build();
    }

    private static List<Shard> history(Random random) {
        var stream = new FakeStream(random, 1 + random.nextInt(4));
        IntStream.range(0, random.nextInt(400)).forEach(step -> stream.step());
        var shards = stream.listShards().all();
        return shards.subList(random.nextInt(shards.size()), shards.size());
    }

    private static void check(long seed, List<Shard> shards) {
        var listed = shards.stream().map(Shard::shardId).toList();
        var lines = ShardTree.of(shards);
        var above = new HashSet<String>();
        var references = 0;
        for (int i = 0; i < lines.size(); i++) {
            var line = lines.get(i);
            var parents = Shards.parents(line.shard()).stream().filter(listed::contains).toList();
            var end = line.branch().isEmpty() ? "" : line.branch().substring(line.branch().length() - 1);
            assertEquals(parents.isEmpty() ? "" : "─", end, "seed " + seed);
            if (!parents.isEmpty()) {
                assertTrue(parents.contains(parentLine(lines, i).shard().shardId()), "seed " + seed + ": " + line);
            }
            if (line.below()) {
                references++;
            } else {
                assertTrue(above.containsAll(parents), "seed " + seed + ": " + line + " is above a parent");
                assertTrue(above.add(line.shard().shardId()), "seed " + seed + ": " + line + " is there twice");
            }
        }
        assertEquals(new HashSet<>(listed), above, "seed " + seed);
        var merged = shards.stream().filter(shard -> Shards.parents(shard).stream().filter(listed::contains).count() == 2);
        assertEquals(merged.count(), references, "seed " + seed);
    }

    /** The line that the branch leads to: the last one above that is a step further left. */
    private static Line parentLine(List<Line> lines, int index) {
        var depth = lines.get(index).branch().length();
        return IntStream.iterate(index - 1, i -> i - 1).mapToObj(lines::get)
                .filter(line -> line.branch().length() == depth - 2).findFirst().orElseThrow();
    }
}
