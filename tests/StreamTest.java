import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.Difference;
import fake.FaultProxy;
import fake.OnKinesis;
import fake.Script;
import fake.TestKinesis;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import lib.kinesis.HashKeys;
import lib.kinesis.Shards;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.kinesis.model.Tag;

/** The script stream on a real engine: what a client of the SDK sees of the stream afterwards. */
@OnKinesis
class StreamTest {
    private static final String FIRST = "shardId-000000000000";
    private static final String SECOND = "shardId-000000000001";

    @TempDir Path folder;

    @Test
    void create_makesAnActiveStream_ofOneShardUnlessTold() throws Exception {
        var one = TestKinesis.unusedName();
        assertEquals("stream " + one + ": a new stream of 1 shard\n", stream("create", one).run(0).stderr());
        assertEquals("ACTIVE", summary(one).streamStatusAsString());
        assertEquals(1, TestKinesis.shards(one).size());
        var three = TestKinesis.unusedName();
        stream("create", three, "--shards", "3").run(0);
        assertEquals(3, TestKinesis.shards(three).size());
    }

    @Test
    void create_setsWhatCreateStreamDoesNotTake() throws Exception {
        Difference.NO_ENCRYPTION.skipIfHere();
        Difference.NO_TAGS_OF_A_NEW_STREAM.skipIfHere();
        var stream = TestKinesis.unusedName();
        stream("create", stream, "--retention", "7d", "--tag", "team=data", "--tag", "note=a=b c", "--tag", "bare", "--encrypt",
                "alias/aws/kinesis").run(0);
        var summary = summary(stream);
        assertEquals(168, summary.retentionPeriodHours());
        assertEquals(EncryptionType.KMS, summary.encryptionType());
        assertEquals("alias/aws/kinesis", summary.keyId());
        assertEquals(Map.of("team", "data", "note", "a=b c", "bare", ""), tags(stream));
    }

    @Test
    void create_ofAStreamThatExists_fails_unlessItIsAsAskedFor_andIfMissingIsGiven() throws Exception {
        var stream = TestKinesis.stream(2);
        fails(stream("create", stream, "--shards", "2"),
                "stream " + stream + " already exists; 'stream set' changes its settings, and --if-missing accepts an existing stream");
        for (var options : List.of("", "--shards 2", "--retention 24h")) {
            var created = stream("create", stream, "--if-missing").and(words(options)).run(0);
            assertEquals("stream " + stream + " already exists\n", created.stderr());
        }
        fails(stream("create", stream, "--if-missing", "--shards", "3", "--retention", "2d", "--tag", "a=b"), "stream " + stream
                + " already exists, but not with 3 shards (it has 2), retention 48h (it has 24h), tags a=b"
                + "; 'stream set' and 'stream scale' change an existing stream");
        assertEquals(24, summary(stream).retentionPeriodHours());
    }

    @Test
    void create_ofAStreamThatAnotherUserMakesMeanwhile_fails_orAcceptsIt() throws Exception {
        var stream = TestKinesis.stream(2);
        try (var proxy = new FaultProxy()) {
            proxy.inject("DescribeStreamSummary", 0, 1, FaultProxy.refusal(400, "ResourceNotFoundException"));
            var created = Script.kinesisAt(proxy.endpoint(), "stream", "create", stream, "--shards", "2").run(1);
            created.check("not the reason", created.stderr().contains(" (ResourceInUseException)\n"));
        }
        try (var proxy = new FaultProxy()) {
            proxy.inject("DescribeStreamSummary", 0, 1, FaultProxy.refusal(400, "ResourceNotFoundException"));
            var created = Script.kinesisAt(proxy.endpoint(), "stream", "create", stream, "--if-missing").run(0);
            created.check("not accepted", created.stderr().endsWith("stream " + stream + " already exists\n"));
        }
    }

    @Test
    void create_atAnEndpointThatDoesNotAnswer_failsAfterTwoSeconds() throws Exception {
        var created = Script.kinesisAt("http://127.0.0.1:1", "stream", "create", "s1").run(1);
        created.check("not the time", created.stderr().contains(" (gave up after 2 s and "));
    }

    @Test
    void aTag_mayHaveAnOddNumberOfQuotes() throws Exception {
        var printed = stream("create", TestKinesis.unusedName(), "--tag", "disk=5\"", "--dry-run").run(0);
        printed.check("not the tag", printed.stdout().endsWith(" --tags '{\"disk\":\"5\\\"\"}'\n"));
        assertEquals("", printed.stderr());
    }

    @Test
    void scale_goesInStepsOfDoubleAndHalf_andSaysItsPlan() throws Exception {
        Difference.NO_UPDATE_SHARD_COUNT.skipIfHere();
        var stream = TestKinesis.stream(1);
        assertEquals("""
                stream %1$s: 1 shard; 3 calls of UpdateShardCount: 2 shards, 4 shards, 5 shards
                stream %1$s: 2 shards (was 1)
                stream %1$s: 4 shards (was 2)
                stream %1$s: 5 shards (was 4)
                """.formatted(stream), stream("scale", stream, "5").run(0).stderr());
        assertEquals(5, open(stream).size());
        stream("scale", stream, "3", "-q").run(0);
        assertEquals(3, open(stream).size());
        assertEquals("stream " + stream + ": unchanged: 3 shards\n", stream("scale", stream, "3").run(0).stderr());
    }

    @Test
    void split_isInTwoEqualHalves_ofEachShard() throws Exception {
        var stream = TestKinesis.stream(2);
        stream("split", stream, "0", SECOND).run(0);
        assertEquals(4, open(stream).size());
        for (var shard : open(stream)) {
            assertEquals(25, HashKeys.percent(shard), 0.001);
        }
    }

    @Test
    void split_atAKey_beginsTheUpperPartThere() throws Exception {
        var stream = TestKinesis.stream(1);
        stream("split", stream, "0", "--at", "user7").run(0);
        stream("split", stream, "--at-hash-key", "7").run(0);
        assertEquals(Set.of("0", "7", HashKeys.of("user7").toString()),
                open(stream).stream().map(shard -> shard.hashKeyRange().startingHashKey()).collect(Collectors.toSet()));
    }

    @Test
    void whatCannotBe_isSaidBeforeTheFirstCall() throws Exception {
        var stream = TestKinesis.stream(3);
        TestKinesis.split(stream, SECOND); // into 3 and 4
        var start = new BigInteger(TestKinesis.shards(stream).get(2).hashKeyRange().startingHashKey());
        try (var proxy = new FaultProxy()) {
            for (var line : Map.of(
                    "split STREAM 1", "shard " + SECOND + " is closed; it became shardId-000000000003 and shardId-000000000004",
                    "split STREAM 9", "stream STREAM has no shard shardId-000000000009; list the open shards with 'describe STREAM --open'",
                    "split STREAM 2 --at-hash-key 5", "shard shardId-000000000002 does not have the hash key 5; shard " + FIRST + " has it",
                    "split STREAM 2 --at-hash-key " + start, "shard shardId-000000000002 cannot be split at the hash key " + start
                            + "; write a hash key from " + start.add(BigInteger.TWO) + " to " + HashKeys.COUNT.subtract(BigInteger.TWO),
                    "merge STREAM 0 2", "shards " + FIRST + " and shardId-000000000002 are not adjacent; next to " + FIRST
                            + " is shardId-000000000003, and next to shardId-000000000002 is shardId-000000000004",
                    "merge STREAM 0 1", "shard " + SECOND + " is closed; it became shardId-000000000003 and shardId-000000000004",
                    "scale STREAM 5000", "stream STREAM: from 4 to 5,000 shards takes 11 calls of UpdateShardCount, and Kinesis allows 10"
                            + " in 24 hours; scale to 4,096 shards first",
                    "set STREAM --distribution auto", "stream STREAM is PROVISIONED, and --distribution auto needs an ON_DEMAND stream;"
                            + " 'stream set --mode on-demand' switches the mode",
                    "set nowhere --retention 2d", "stream nowhere not found; 'describe' lists the streams of the region, and"
                            + " 'stream create nowhere' creates the stream").entrySet()) {
                var arguments = line.getKey().replace("STREAM", stream).split(" ");
                fails(Script.kinesisAt(proxy.endpoint(), "stream", arguments), line.getValue().replace("STREAM", stream));
            }
            assertEquals(Set.of(), changing(proxy));
        }
    }

    @Test
    void splitsAndMerges_loseNoRecordOfAConsumerThatReads() throws Exception {
        var stream = TestKinesis.stream(1);
        var expected = IntStream.range(0, 40).mapToObj(n -> "record " + n).toList();
        try (var consume = Script.kinesis("consume", stream, "--from", "earliest", "-q", "-o", "raw", "-n", "40").start()) {
            TestKinesis.put(stream, expected.subList(0, 10).toArray(String[]::new));
            stream("split", stream, "0").run(0);
            TestKinesis.put(stream, expected.subList(10, 20).toArray(String[]::new));
            stream("split", stream, "1", "2").run(0);
            TestKinesis.put(stream, expected.subList(20, 30).toArray(String[]::new));
            stream("merge", stream, "5", "4").run(0); // the upper one first
            TestKinesis.put(stream, expected.subList(30, 40).toArray(String[]::new));
            assertEquals(expected, consume.awaitExit(0).stdout().lines().toList()); // all have one key, so their order is kept
        }
    }

    @Test
    void set_changesWhatDiffers_andLeavesAloneWhatIsSo() throws Exception {
        var stream = TestKinesis.stream(1);
        assertEquals("stream %1$s: retention 48h (was 24h)\nstream %1$s: tags a=b, c=d\n".formatted(stream),
                stream("set", stream, "--retention", "2d", "--tag", "a=b", "--tag", "c=d").run(0).stderr());
        try (var proxy = new FaultProxy()) {
            var same = Script.kinesisAt(proxy.endpoint(), "stream", "set", stream, "--retention", "48h", "--tag", "a=b", "--untag", "z")
                    .run(0);
            assertEquals("stream " + stream + ": unchanged: retention 48h, tag a=b, no tag z\n", same.stderr());
            assertEquals(Set.of(), changing(proxy));
        }
        stream("set", stream, "--retention", "24h", "--tag", "a=e", "--untag", "c").run(0);
        assertEquals(24, summary(stream).retentionPeriodHours());
        assertEquals(Map.of("a", "e"), tags(stream));
    }

    @Test
    void set_changesTheModeTheLargestRecordAndTheEncryption() throws Exception {
        Difference.NO_ENCRYPTION.skipIfHere();
        Difference.NO_STREAM_MODE.skipIfHere();
        Difference.NO_MAX_RECORD_SIZE.skipIfHere();
        var stream = TestKinesis.stream(1);
        stream("set", stream, "--mode", "on-demand", "--max-record-size", "10MiB", "--encrypt", "alias/aws/kinesis").run(0);
        assertEquals("ON_DEMAND", summary(stream).streamModeDetails().streamModeAsString());
        assertEquals(10_240, summary(stream).maxRecordSizeInKiB());
        assertEquals("KMS alias/aws/kinesis", summary(stream).encryptionTypeAsString() + " " + summary(stream).keyId());
        fails(stream("split", stream, "0"), "stream " + stream + " is ON_DEMAND: Kinesis splits and merges its shards;"
                + " 'stream set --mode provisioned' lets you change the shards");
        stream("set", stream, "--mode", "provisioned", "--no-encrypt").run(0);
        assertEquals("PROVISIONED", summary(stream).streamModeDetails().streamModeAsString());
        assertEquals(EncryptionType.NONE, summary(stream).encryptionType());
    }

    @Test
    void register_andDeregister_areDoneWhenTheConsumerIsActive_andGone() throws Exception {
        Difference.NO_CONSUMERS.skipIfHere();
        var stream = TestKinesis.stream(1);
        for (var expected : List.of("consumer app1 registered", "unchanged: consumer app1 registered")) {
            assertEquals("stream " + stream + ": " + expected + "\n", stream("register", stream, "app1").run(0).stderr());
            assertEquals(List.of("app1 ACTIVE"), consumers(stream));
        }
        fails(stream("delete", stream, "--yes"), "stream " + stream + " has consumers: app1; --force deletes the consumers, too");
        for (var expected : List.of("consumer app1 deregistered", "unchanged: no consumer app1")) {
            assertEquals("stream " + stream + ": " + expected + "\n", stream("deregister", stream, "app1").run(0).stderr());
            assertEquals(List.of(), consumers(stream));
        }
    }

    @Test
    void delete_isDoneWhenTheStreamIsGone_alsoOneWithConsumers() throws Exception {
        var stream = TestKinesis.stream(1);
        if (!Difference.NO_CONSUMERS.isHere()) {
            stream("register", stream, "app1").run(0);
        }
        assertEquals("stream " + stream + ": deleted\n", stream("delete", stream, "--yes", "--force").run(0).stderr());
        assertFalse(TestKinesis.exists(stream));
        assertEquals("stream " + stream + " does not exist\n", stream("delete", stream, "-y").run(0).stderr());
    }

    @Test
    void delete_asksOnATerminal_andNeedsYesElsewhere() throws Exception {
        Script.needs("script");
        var stream = TestKinesis.stream(1);
        var refused = stream("delete", stream).run(2);
        refused.check("not the reason", refused.stderr().startsWith("stream delete: delete needs --yes where stdin or stderr is not a"
                + " terminal\n"));
        assertTrue(onTerminal("n", stream, 1).contains("Delete stream " + stream + " with all of its records? [y/N] "));
        assertTrue(TestKinesis.exists(stream));
        onTerminal("y", stream, 0);
        assertFalse(TestKinesis.exists(stream));
    }

    private static String onTerminal(String answer, String stream, int exitCode) throws Exception {
        return Script.shell("script -qec './jbang stream delete " + stream + " '\"$kinesis\" /dev/null").env("TERM", "xterm")
                .stdin(answer + "\n").run(exitCode).stdout();
    }

    @Test
    void dryRun_changesNothing_andItsLinesDoTheSameInTheAwsCli() throws Exception {
        Script.needs("aws");
        Difference.NO_UPDATE_SHARD_COUNT.skipIfHere();
        Difference.NO_ENCRYPTION.skipIfHere();
        var stream = TestKinesis.unusedName();
        for (var arguments : List.of(List.of("create", stream, "--shards", "2", "--tag", "a=b c+d", "--encrypt", "alias/aws/kinesis"),
                List.of("scale", stream, "5"), List.of("merge", stream, "6", "7"), List.of("split", stream, "3", "4"),
                List.of("set", stream, "--retention", "3d", "--tag", "c=d", "--untag", "a", "--no-encrypt"),
                List.of("register", stream, "app1"))) {
            var lines = dryRun(arguments);
            Script.command("bash", "-ec", lines).run(0);
            TestKinesis.awaitActive(stream);
        }
        assertEquals(6, open(stream).size());
        assertEquals(72, summary(stream).retentionPeriodHours());
        assertEquals(EncryptionType.NONE, summary(stream).encryptionType());
        assertEquals(Map.of("c", "d"), tags(stream));
        Script.command("bash", "-ec", dryRun(List.of("delete", stream, "--force"))).run(0);
        Script.await(() -> !TestKinesis.exists(stream), stream);
    }

    /** Returns the lines, which a Kinesis has got no change for. */
    private static String dryRun(List<String> arguments) throws Exception {
        try (var proxy = new FaultProxy()) {
            var printed = Script.kinesisAt(proxy.endpoint(), "stream", arguments.toArray(String[]::new)).and("--dry-run").run(0).stdout();
            assertEquals(Set.of(), changing(proxy));
            assertFalse(printed.isEmpty());
            return printed.replace(proxy.endpoint(), TestKinesis.endpoint().toString());
        }
    }

    /** Returns the calls that change something, of those that came through the proxy. */
    private static Set<String> changing(FaultProxy proxy) {
        return proxy.actions().stream().filter(action -> !action.matches("(Describe|List).*")).collect(Collectors.toSet());
    }

    @Test
    void json_isWhatDescribePrints() throws Exception {
        var stream = TestKinesis.unusedName();
        for (var arguments : List.of("create STREAM", "split STREAM 0", "set STREAM --retention 24h")) {
            var printed = stream(arguments.replace("STREAM", stream).split(" ")).and("-o", "json", "-q").run(0);
            assertEquals(Script.kinesis("describe", stream, "-o", "json").run(0).stdout(), printed.stdout());
            assertEquals("", printed.stderr());
        }
        assertEquals("", stream("delete", stream, "--yes", "-o", "json").run(0).stdout());
    }

    @Test
    void anArn_isAsGoodAsAName() throws Exception {
        var stream = TestKinesis.stream(1);
        stream("split", "arn:aws:kinesis:us-east-1:000000000000:stream/" + stream, "0").run(0);
        assertEquals(2, open(stream).size());
    }

    /** The first minute of someone who has no AWS account, with the scripts alone. */
    @Test
    void aStream_isMadeFilledSplitWatchedAndDeleted() throws Exception {
        var stream = TestKinesis.unusedName();
        stream("create", stream, "--shards", "2").run(0);
        Script.kinesis("produce", stream, "-").stdin("a\nb\nc\n").run(0);
        stream("split", stream, "0").run(0);
        try (var watch = Script.kinesis("describe", stream, "--watch", "1s").start()) {
            watch.awaitStdout(out -> out.contains("3 open shards") || out.contains("shards"));
            Script.kinesis("produce", stream, "-").stdin("d\n").run(0);
        }
        assertEquals(List.of("a", "b", "c", "d"), Script.kinesis("consume", stream, "--from", "earliest", "-e", "-q", "-o", "raw").run(0)
                .stdout().lines().sorted().toList());
        stream("delete", stream, "--yes").run(0);
        assertFalse(TestKinesis.exists(stream));
    }

    private static Script.Builder stream(String... arguments) {
        return Script.kinesis("stream", arguments);
    }

    private static String[] words(String text) {
        return Arrays.stream(text.split(" ")).filter(word -> !word.isEmpty()).toArray(String[]::new);
    }

    private static void fails(Script.Builder builder, String reason) throws Exception {
        var failed = builder.run(1);
        failed.check("not: " + reason, failed.stderr().matches("stream [a-z]+: \\Q" + reason + "\\E\n"));
        assertEquals("", failed.stdout());
    }

    private static StreamDescriptionSummary summary(String stream) {
        return TestKinesis.client().describeStreamSummary(request -> request.streamName(stream)).streamDescriptionSummary();
    }

    private static List<Shard> open(String stream) {
        return TestKinesis.shards(stream).stream().filter(Shards::isOpen).toList();
    }

    private static Map<String, String> tags(String stream) {
        var tags = new HashMap<String, String>();
        for (Tag tag : TestKinesis.client().listTagsForStream(request -> request.streamName(stream)).tags()) {
            tags.put(tag.key(), tag.value());
        }
        return tags;
    }

    private static List<String> consumers(String stream) {
        return TestKinesis.client().listStreamConsumers(request -> request.streamARN(summary(stream).streamARN())).consumers().stream()
                .map(consumer -> consumer.consumerName() + " " + consumer.consumerStatusAsString()).toList();
    }
}
