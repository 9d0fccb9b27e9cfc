package lib.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.FakeStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import lib.cli.Failure;
import lib.cli.Log;
import lib.kinesis.KinesisRecord;
import lib.kinesis.Quotas;
import lib.positions.Checkpoint;
import lib.positions.Position;
import lib.positions.ShardPosition;
import lib.positions.StartingPositions;
import lib.positions.Until;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;
import software.amazon.awssdk.services.kinesis.model.Shard;

class ShardOrderTest {
    private static final int HISTORIES = 24;
    private static final int STEPS_BEFORE = 60;
    private static final int STEPS_WHILE_READING = 60;

    private final ShardOrder order = new ShardOrder();

    @Test
    void begin_withTheShardsWithoutParents_eachOnce() {
        order.add(List.of(shard("a"), shard("b"), shard("c", "a", "b")));
        assertEquals(List.of("a", "b"), begin());
        assertEquals(List.of(), begin());
    }

    @Test
    void begin_aMergedShard_whenBothParentsHaveEnded() {
        order.add(List.of(shard("a"), shard("b"), shard("c", "a", "b")));
        begin();
        order.end("b");
        assertEquals(List.of(), begin());
        order.end("a");
        assertEquals(List.of("c"), begin());
    }

    @Test
    void begin_doesNotWaitForAParent_thatTheStreamNoLongerHolds() {
        order.add(List.of(shard("c", "gone")));
        assertEquals(List.of("c"), begin());
    }

    @Test
    void add_refusesShardsThatCanNeverBegin_becauseTheirParentsFormACircle() {
        var nonsense = "the endpoint sent an invalid response: shards %s can never begin, because their parents form a circle;"
                + " check --endpoint-url";
        assertEquals(nonsense.formatted("a, b, c"), refusal(shard("x"), shard("a", "c"), shard("b", "a", "x"), shard("c", "b")));
        assertEquals(nonsense.formatted("a"), refusal(shard("a", "a")));
        var many = IntStream.range(0, 20_000).mapToObj(n -> shard("s" + n, "s" + (n + 1) % 20_000)).toArray(Shard[]::new);
        assertTrue(refusal(many).contains("shards s0, s1, s2 and 19,997 others can never begin"));
    }

    @Test
    void add_refusesACircle_thatIsMadeLater() {
        order.add(List.of(shard("a"), shard("b", "a", "later")));
        begin();
        order.add(List.of(shard("c", "a")));
        assertThrows(Failure.class, () -> order.add(List.of(shard("later", "b"))));
    }

    private String refusal(Shard... shards) {
        return assertThrows(Failure.class, () -> new ShardOrder().add(List.of(shards))).getMessage();
    }

    /** Every record once and the records of each key in order, whatever the splits and merges; a seed that fails is printed. */
    @Test
    @Timeout(120)
    void randomHistories_bringEveryRecordOnce_andInTheOrderOfItsKey() throws Exception {
        var first = new Random().nextLong();
        var threads = Executors.newFixedThreadPool(HISTORIES); // which wait most of the time
        try {
            var reading = LongStream.range(first, first + HISTORIES).mapToObj(seed -> threads.submit(() -> read(seed))).toList();
            for (int i = 0; i < HISTORIES; i++) {
                try {
                    reading.get(i).get();
                } catch (ExecutionException e) {
                    throw new AssertionError("seed " + (first + i), e.getCause());
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static Void read(long seed) throws Exception {
        var random = new Random(seed);
        var stream = new FakeStream(random, 1 + random.nextInt(3));
        IntStream.range(0, STEPS_BEFORE).forEach(step -> stream.step());
        var settings = new ShardReader.Settings(stream, Polling.all(Quotas.MIN_POLL_INTERVAL), Until.NEVER, Duration.ofSeconds(5), quiet());
        var checkpoint = Checkpoint.inMemory();
        var got = new ArrayList<KinesisRecord>();
        var steps = new int[] {STEPS_WHILE_READING};
        for (boolean complete = false; !complete;) { // now and then a new run goes on from the checkpoint of the last
            var shards = stream.listShards();
            new StartingPositions(checkpoint, shards, new Position.Earliest(), quiet()).set(shard -> true);
            new StreamReader(settings, shard -> true, checkpoint).read(shards, batch -> {
                if (steps[0] > 0) {
                    steps[0]--;
                    stream.step();
                }
                got.addAll(batch.records());
                if (!batch.records().isEmpty()) {
                    checkpoint.set(batch.shardId(), ShardPosition.after(batch.records().get(batch.records().size() - 1).sequenceNumber()));
                }
                return got.size() == stream.records() && steps[0] == 0 || random.nextInt(30) == 0
                        ? ShardReader.Taken.ENOUGH : ShardReader.Taken.SOME;
            }, null, null);
            complete = got.size() >= stream.records() && steps[0] == 0;
        }
        assertEquals(IntStream.range(0, stream.records()).boxed().toList(),
                got.stream().map(record -> Integer.valueOf(record.sequenceNumber())).sorted().toList());
        var last = new HashMap<String, Integer>();
        for (var record : got) {
            var number = Integer.valueOf(record.sequenceNumber());
            var before = last.put(record.partitionKey(), number);
            assertTrue(before == null || before < number, "key " + record.partitionKey() + ": " + number + " after " + before);
        }
        return null;
    }

    private List<String> begin() {
        return order.begin().stream().map(Shard::shardId).toList();
    }

    private static Log quiet() {
        return CommandLine.populateCommand(new Log(), "-q");
    }

    private static Shard shard(String id, String... parents) {
        return Shard.builder().shardId(id).parentShardId(parents.length > 0 ? parents[0] : null)
                .adjacentParentShardId(parents.length > 1 ? parents[1] : null).build();
    }
}
