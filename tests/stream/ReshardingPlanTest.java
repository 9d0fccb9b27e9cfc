package lib.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import fake.FakeStreams;
import fake.StreamStub;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import lib.aws.Aws;
import lib.cli.Failure;
import lib.cli.Log;
import lib.kinesis.HashKeys;
import lib.kinesis.KinesisStream;
import lib.kinesis.Shards;
import lib.kinesis.StreamRef;
import lib.kinesis.StreamSummary;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardFilter;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** The steps that split, merge and scale: which calls they make, and that the service takes each. */
@Timeout(60)
class ReshardingPlanTest {
    private static final String FIRST = "shardId-000000000000";
    private static final String SECOND = "shardId-000000000001";
    private static final String THIRD = "shardId-000000000002";
    private static final String FOURTH = "shardId-000000000003";

    private final FakeStreams fake = new FakeStreams();
    private final KinesisClient kinesis = Aws.local(URI.create(fake.url())).kinesis(1);

    ReshardingPlanTest() throws IOException {
        fake.shardLimit(10_000);
    }

    @AfterEach
    void close() {
        kinesis.close();
        fake.close();
        assertEquals(List.of(), fake.violations);
    }

    @Test
    void scale_atMostDoublesOrHalves_inAsFewCallsAsThatTakes() throws Exception {
        for (var plan : Map.of("1 1", List.of(), "1 2", List.of(2), "3 7", List.of(6, 7), "5 3", List.of(3), "3 2", List.of(2),
                "5 2", List.of(3, 2), "7 1", List.of(4, 2, 1), "500 499", List.of(499),
                "1 1024", List.of(2, 4, 8, 16, 32, 64, 128, 256, 512, 1024), "1023 1", List.of(512, 256, 128, 64, 32, 16, 8, 4, 2, 1))
                .entrySet()) {
            var counts = plan.getKey().split(" ");
            var stream = "s" + String.join("-", counts);
            fake.create(stream, Integer.parseInt(counts[0]));
            var steps = resharding(stream).scale(Integer.parseInt(counts[1]));
            make(steps);
            assertEquals(plan.getValue(), fake.calls().stream().filter(call -> stream.equals(call.text("StreamName")))
                    .filter(call -> call.action().equals("UpdateShardCount")).map(call -> call.number("TargetShardCount")).toList());
            assertEquals(Integer.parseInt(counts[1]), fake.stream(stream).openShards().size());
        }
    }

    @Test
    void scale_byMoreCallsThanADayHas_fails_andNamesTheNearestCount() throws Exception {
        fake.create("s", 1);
        fails("stream s: from 1 to 1,025 shards takes 11 calls of UpdateShardCount, and Kinesis allows 10 in 24 hours;"
                + " scale to 1,024 shards first", () -> resharding("s").scale(1025));
        fake.create("t", 1025);
        fails("stream t: from 1,025 to 1 shards takes 11 calls of UpdateShardCount, and Kinesis allows 10 in 24 hours;"
                + " scale to 2 shards first", () -> resharding("t").scale(1));
    }

    @Test
    void aStreamWithoutAnOpenShard_isNonsense() {
        var stream = new StreamStub() {
            @Override
            public StreamSummary describe() {
                return new StreamSummary(StreamDescriptionSummary.builder().streamStatus(StreamStatus.ACTIVE).build(), null);
            }

            @Override
            public Shards listShards(ShardFilter filter) {
                return new Shards(List.of(), Instant.now());
            }
        };
        fails("the endpoint sent an invalid response: stream s1 has no open shard; check --endpoint-url",
                () -> new Resharding(state(stream)).scale(2));
    }

    @Test
    void split_isInTheMiddle_ofAnOddNumberOfHashKeys_too() throws Exception {
        fake.create("s", 1);
        make(resharding("s").split(FIRST, BigInteger.valueOf(7)));
        make(resharding("s").split(List.of(SECOND, THIRD)));
        assertEquals(List.of("0-2", "3-6", "7-" + HashKeys.COUNT.shiftRight(1).add(BigInteger.TWO),
                HashKeys.COUNT.shiftRight(1).add(BigInteger.valueOf(3)) + "-" + HashKeys.COUNT.subtract(BigInteger.ONE)), ranges("s"));
        fails("shard " + FOURTH + " has too few hash keys to be split", () -> resharding("s").split(List.of(FOURTH)));
        make(resharding("s").split(List.of("shardId-000000000004"))); // of four
        assertEquals(List.of("0-2", "3-4", "5-6"), ranges("s").subList(0, 3));
    }

    @Test
    void split_atAHashKey_canLeaveTwoHashKeysBelow_andTwoAbove() throws Exception {
        fake.create("s", 1);
        var last = HashKeys.COUNT.subtract(BigInteger.TWO);
        for (var hashKey : List.of(BigInteger.ZERO, BigInteger.ONE, last.add(BigInteger.ONE))) {
            fails("shard " + FIRST + " cannot be split at the hash key " + hashKey + "; write a hash key from 2 to " + last,
                    () -> resharding("s").split(FIRST, hashKey));
        }
        make(resharding("s").split(FIRST, BigInteger.TWO));
        make(resharding("s").split(THIRD, last));
        assertEquals(List.of("0-1", "2-" + last.subtract(BigInteger.ONE), last + "-" + last.add(BigInteger.ONE)), ranges("s"));
        fails("shard " + SECOND + " does not have the hash key 2; shard " + FOURTH + " has it",
                () -> resharding("s").split(SECOND, BigInteger.TWO));
    }

    @Test
    void merge_takesTheShardsInAnyOrder_andNamesTheNeighborsOfShardsThatAreNotAdjacent() throws Exception {
        fake.create("s", 4);
        fails("shards " + FIRST + " and " + THIRD + " are not adjacent; next to " + FIRST + " is " + SECOND + ", and next to " + THIRD
                + " are " + SECOND + " and " + FOURTH, () -> resharding("s").merge(FIRST, THIRD));
        fails("shards " + FOURTH + " and " + FIRST + " are not adjacent; next to " + FOURTH + " is " + THIRD + ", and next to " + FIRST
                + " is " + SECOND, () -> resharding("s").merge(FOURTH, FIRST)); // hash keys do not go round
        make(List.of(resharding("s").merge(SECOND, FIRST)));
        make(List.of(resharding("s").merge(THIRD, FOURTH)));
        assertEquals(2, fake.stream("s").openShards().size());
    }

    private Resharding resharding(String stream) throws InterruptedException {
        return new Resharding(state(KinesisStream.of(kinesis, StreamRef.parse(stream))));
    }

    private void make(Step step) throws InterruptedException {
        make(List.of(step));
    }

    /** Makes the calls, and checks that the steps know that they are done. */
    private void make(List<Step> steps) throws InterruptedException {
        for (var step : steps) {
            step.call().accept(kinesis);
            fake.settle();
        }
        if (!steps.isEmpty()) {
            var step = steps.get(steps.size() - 1);
            var name = step.request().getValueForField("StreamName", String.class).orElseThrow();
            assertEquals(true, step.isDone().holds(state(KinesisStream.of(kinesis, StreamRef.parse(name)))));
        }
    }

    private List<String> ranges(String stream) {
        return fake.stream(stream).openShards().stream().map(Shard::hashKeyRange)
                .map(range -> range.startingHashKey() + "-" + range.endingHashKey()).toList();
    }

    private static void fails(String message, Executable plan) {
        assertEquals(message, assertThrows(Failure.class, plan).getMessage());
    }

    private static StreamState state(KinesisStream stream) throws InterruptedException {
        return new Waiting(stream, null, Waiting.LONGEST_UNSEEN, new Log()).state();
    }
}
