package lib;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import lib.ShardTree.Line;
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

    private static List<Shard> history(Random random) {
        var stream = new FakeStream(random, 1 + random.nextInt(4));
        IntStream.range(0, random.nextInt(400)).forEach(step -> stream.step());
        var shards = Shards.list(stream, StreamRef.parse("s")).all();
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
            assertEquals(parents.isEmpty() ? "" : "─", line.branch().isEmpty() ? "" : line.branch().substring(line.branch().length() - 1), "seed " + seed);
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
        assertEquals(shards.stream().filter(shard -> Shards.parents(shard).stream().filter(listed::contains).count() == 2).count(), references,
                "seed " + seed);
    }

    /** The line that the branch leads to: the last one above that is a step further left. */
    private static Line parentLine(List<Line> lines, int index) {
        var depth = lines.get(index).branch().length();
        return IntStream.iterate(index - 1, i -> i - 1).mapToObj(lines::get)
                .filter(line -> line.branch().length() == depth - 2).findFirst().orElseThrow();
    }
}
