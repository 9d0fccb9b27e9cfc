import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.FakeEndpoint;
import fake.FakeShards;
import fake.FaultProxy;
import fake.OnKinesis;
import fake.Script;
import fake.TestKinesis;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import lib.kinesis.HashKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** Streams whose records come to any shard, which is record distribution AUTO. The local Kinesis has none: a proxy says that it is one. */
@OnKinesis
class RecordDistributionTest {
    private static final List<String> ALL = List.of("0", "1", "2", "3");

    @TempDir Path folder;

    @Test
    void aggregateAndOrdered_areRefused_beforeTheFirstPut() throws Exception {
        var kinesis = new FakeShards(4).auto();
        try (var endpoint = new FakeEndpoint(kinesis)) {
            for (var option : Map.of("--aggregate", "an aggregate into any shard, where the Kinesis Client Library drops it",
                    "--ordered", "the records of a partition key into any shard, in no order").entrySet()) {
                var produced = produce(endpoint, "-", "-k", "key", option.getKey()).stdin("one\ntwo\n").run(1);
                assertEquals("produce: stream s1: the record distribution is AUTO, which puts " + option.getValue()
                        + "; leave out " + option.getKey() + "\n", produced.stderr());
            }
        }
        assertEquals(List.of(), kinesis.stored());
    }

    @Test
    void recordForWhichNoKeyIsGiven_isPutWithoutOne() throws Exception {
        var kinesis = new FakeShards(4).auto();
        try (var endpoint = new FakeEndpoint(kinesis)) {
            produce(endpoint, "-").stdin("a\nb\n").run(0);
            produce(endpoint, "--json", "-").stdin("{\"data\":\"c\"}\n{\"partitionKey\":\"k\",\"data\":\"d\"}\n").run(0);
            produce(endpoint, "-", "-k", "key").stdin("e\n").run(0);
            produce(endpoint, "-n", "1").run(0);
            var receipts = produce(endpoint, "-", "-f", "<%k>").stdin("f\n").run(0);
            assertEquals("<>", receipts.stdout());
        }
        assertEquals(List.of("null a", "null b", "null c", "k d", "key e", "key0 message data 0", "null f"), kinesis.stored().stream()
                .map(stored -> stored.partitionKey() + " " + new String(stored.data())).toList());
    }

    @Test
    void recordForWhichNoKeyIsGiven_hasARandomOne_whereTheStreamNeedsOne_orTheUserMayNotSeeIt() throws Exception {
        var kinesis = new FakeShards(4);
        try (var endpoint = new FakeEndpoint(kinesis)) {
            produce(endpoint, "-").stdin("a\nb\n").run(0);
        }
        assertEquals(2, kinesis.stored().stream().map(FakeShards.Stored::partitionKey).filter(key -> key.length() > 8).distinct().count());

        var stream = TestKinesis.stream(1);
        try (var proxy = new FaultProxy()) {
            proxy.inject("DescribeStreamSummary", 0, 10, FaultProxy.refusal(400, "AccessDeniedException"));
            Script.kinesisAt(proxy.endpoint(), "produce", stream, "-").stdin("a\n").run(0);
        }
        assertTrue(TestKinesis.records(stream, "shardId-000000000000").get(0).partitionKey().length() > 8);
    }

    @Test
    void recordWithoutAKey_thatWasNotDelivered_isPutSo_whenItIsTriedAgain() throws Exception {
        var kinesis = new FakeShards(4).auto().failing(1);
        var failed = folder.resolve("failed").toString();
        try (var endpoint = new FakeEndpoint(kinesis)) {
            var produced = produce(endpoint, "-", "--give-up", "300ms", "--failed", failed).stdin("one\ntwo\n").run(3);
            produced.check("no count", produced.stderr().endsWith("2 records not delivered; " + failed + " has 2 records for --json\n"));
            kinesis.failing(0);
            produce(endpoint, "--json", failed).run(0);
        }
        var stored = kinesis.stored().stream().map(record -> record.partitionKey() + " " + new String(record.data()));
        assertEquals(List.of("null one", "null two"), stored.sorted().toList());
    }

    @Test
    void aggregate_endsWithAnError_whenTheStreamTurnsAuto() throws Exception {
        var kinesis = new FakeShards(32).switchingAtCall(1);
        try (var endpoint = new FakeEndpoint(kinesis)) {
            var lines = IntStream.range(0, 1_000).mapToObj(n -> "line " + n + "\n").collect(Collectors.joining());
            var produced = produce(endpoint, "-", "--aggregate", "--rate", "1000").stdin(lines).run(1);
            produced.check("not the reason", produced.stderr().contains("\nproduce: stream s1: the record distribution is AUTO now, "));
            produced.check("not named",
                    produced.stderr().contains(": the record is stored in an aggregate in a shard that does not hold its key, "));
            produced.check("not how far", produced.stderr().contains("\nread up to stdin line "));
        }
    }

    @Test
    void consumeOfAKey_findsItInEveryShard_alsoWhenTheStrategyMayNotBeSeen() throws Exception {
        var stream = TestKinesis.stream(4);
        scatter(stream);
        assertEquals(List.of(own(stream)), ofKey(Script.kinesis("consume", stream, "--from", "earliest")));
        try (var proxy = new FaultProxy()) {
            auto(proxy);
            assertEquals(ALL, ofKey(proxy.consume(stream, "--from", "earliest")));
            assertEquals(List.of("2"), ofKey(proxy.consume(stream, "--from", "earliest", "--shard", "shardId-000000000002")));
        }
        try (var proxy = new FaultProxy()) {
            proxy.inject("DescribeStreamSummary", 0, 10, FaultProxy.refusal(400, "AccessDeniedException"));
            assertEquals(ALL, ofKey(proxy.consume(stream, "--from", "earliest")));
        }
        try (var proxy = new FaultProxy()) {
            proxy.inject("DescribeStreamSummary", 0, 10, FaultProxy.refusal(400, "InvalidArgumentException"));
            var consume = proxy.consume(stream, "--key", "key", "-e").run(1);
            assertEquals("consume: stream " + stream + ": injected (InvalidArgumentException)\n", consume.stderr());
        }
    }

    @Test
    void checkpointOfAKey_missesNothing_whenTheStrategyHasChanged() throws Exception {
        var stream = TestKinesis.stream(4);
        var file = folder.resolve("checkpoint").toString();
        assertEquals(List.of(), ofKey(Script.kinesis("consume", stream, "--from", "earliest", "--checkpoint", file)));
        scatter(stream);
        try (var proxy = new FaultProxy()) {
            auto(proxy);
            assertLag(4, 8, Script.kinesisAt(proxy.endpoint(), "describe", stream, "--checkpoint", file));
            assertEquals(ALL, ofKey(proxy.consume(stream, "--checkpoint", file)));
            assertEquals(List.of(), ofKey(proxy.consume(stream, "--checkpoint", file)));
            assertEquals(3, proxy.calls("DescribeStreamSummary").size()); // one of each run
        }
        scatter(stream);
        assertLag(4, 8, Script.kinesis("describe", stream, "--checkpoint", file));
        assertEquals(ALL, ofKey(Script.kinesis("consume", stream, "--checkpoint", file)));
    }

    @Test
    void describeOfAKey_saysThatAnyShardMayHoldIt() throws Exception {
        var stream = TestKinesis.stream(4);
        try (var proxy = new FaultProxy()) {
            auto(proxy);
            var described = Script.kinesisAt(proxy.endpoint(), "describe", stream, "--key", "key").run(0);
            described.check("not any",
                    described.stdout().endsWith("\nshard     any, since the record distribution of the stream is AUTO\n"));
            assertEquals("", described.stderr());
            var json = Script.kinesisAt(proxy.endpoint(), "describe", stream, "--key", "key", "-o", "json").run(0);
            json.check("not any", json.stdout().matches(
                    "\\{\"partitionKey\":\"key\",\"hashKey\":\"\\d+\",\"recordDistributionStrategy\":\"AUTO\"}\n"));
            var summary = Script.kinesisAt(proxy.endpoint(), "describe", stream).run(0);
            summary.check("not the strategy", summary.stdout().contains("\ndistribution AUTO\n"));
        }
        try (var proxy = new FaultProxy()) {
            proxy.inject("DescribeStreamSummary", 0, 10, FaultProxy.refusal(400, "AccessDeniedException"));
            var described = Script.kinesisAt(proxy.endpoint(), "describe", stream, "--key", "key").run(0);
            described.check("not its shard", described.stdout().endsWith("\nshard     shardId-00000000000" + own(stream) + "\n"));
            assertEquals("stream " + stream + ": the record distribution is unknown; if it is AUTO, any shard may hold the key\n",
                    described.stderr());
        }
    }

    @Test
    void recordsWithoutAKey_arePrinted_andCopiedWithoutOne() throws Exception {
        var stream = TestKinesis.stream(1);
        TestKinesis.put(stream, "a", "b");
        var kinesis = new FakeShards(2).auto();
        try (var proxy = new FaultProxy(); var endpoint = new FakeEndpoint(kinesis)) {
            proxy.edit("GetRecords", reply -> FaultProxy.records(reply).forEach(record -> record.remove("PartitionKey")));
            auto(proxy);
            for (var options : Map.of("-o text", "shard shardId-000000000000 data: a\nshard shardId-000000000000 data: b\n",
                    "-o raw", "a\nb\n", "-f <%k>%s\\n", "<>a\n<>b\n", "--key key", "").entrySet()) {
                var consume = proxy.consume(stream, options.getKey().split(" ")).and("--from", "earliest", "-e", "-q");
                assertEquals(options.getValue(), consume.run(0).stdout());
            }
            Script.shell("./jbang consume " + stream + " --from earliest -e -q -o json --local --endpoint-url " + proxy.endpoint()
                    + " | CBOR_ENABLED=true ./jbang produce s1 --json - --local --endpoint-url " + endpoint.url()).run(0);
        }
        assertEquals(2, kinesis.stored().size());
        kinesis.stored().forEach(stored -> assertNull(stored.partitionKey()));
    }

    private static Script.Builder produce(FakeEndpoint endpoint, String... options) {
        return Script.kinesisAt(endpoint.url(), "produce", "s1").and(options).env("CBOR_ENABLED", true); // the endpoint speaks CBOR only
    }

    /** What it prints of the key, up to the end. */
    private static List<String> ofKey(Script.Builder consume) throws Exception {
        return consume.and("--key", "key", "-e", "-q", "-o", "raw").run(0).stdout().lines().sorted().toList();
    }

    private static void assertLag(int shards, int records, Script.Builder describe) throws Exception {
        var described = describe.run(0);
        assertEquals(shards, described.stdout().lines().filter(line -> line.startsWith("shardId-")).count(), described::toString);
        assertTrue(described.stdout().contains("\ntotal: " + records + " records not read"), described::toString);
    }

    /** Puts a record of the key into each shard, whose number is its data, and one of another key. */
    private static void scatter(String stream) {
        for (var shard : TestKinesis.shards(stream)) {
            for (var key : List.of("key", "other")) {
                TestKinesis.client().putRecord(request -> request.streamName(stream).partitionKey(key)
                        .explicitHashKey(shard.hashKeyRange().startingHashKey()).data(SdkBytes.fromUtf8String(number(shard))));
            }
        }
    }

    /** The number of the shard that the key's hash key is of. */
    private static String own(String stream) {
        return number(TestKinesis.shards(stream).stream().filter(shard -> HashKeys.holds(shard, "key")).findFirst().orElseThrow());
    }

    private static String number(Shard shard) {
        return shard.shardId().replaceFirst("shardId-0*(?=\\d)", "");
    }

    private static void auto(FaultProxy proxy) {
        proxy.edit("DescribeStreamSummary", reply -> summary(reply).put("RecordDistributionStrategy", "AUTO"));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> summary(Map<String, Object> reply) {
        return (Map<String, Object>) reply.get("StreamDescriptionSummary");
    }
}
