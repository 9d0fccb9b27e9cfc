import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.FakeStreams;
import fake.FakeStreams.Call;
import fake.Liar;
import fake.Script;
import fake.StreamState;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import lib.aws.Aws;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** What the script stream does when changes do not end, calls fail, and other users change the stream meanwhile. */
@Timeout(300)
class StreamFaultsTest {
    private static final String FIRST = "shardId-000000000000";
    private static final String SPLIT = FIRST + " split at hash key 170141183460469231731687303715884105728";

    private final FakeStreams fake = new FakeStreams();
    private final KinesisClient other = Aws.local(URI.create(fake.url())).kinesis(1); // another user

    StreamFaultsTest() throws IOException {}

    @AfterEach
    void close() {
        other.close();
        fake.close();
        assertEquals(List.of(), fake.violations);
    }

    @Test
    void aChange_isWaitedFor() throws Exception {
        fake.create("s", 1);
        fake.neverSettles();
        try (var split = stream("split s 0").start()) {
            awaitPolls(split, "SplitShard", 3);
            split.check("ended", split.process().isAlive());
            fake.settle();
            assertEquals("stream s: " + SPLIT + "\n", split.awaitExit(0).stderr());
        }
    }

    @Test
    void aTimeout_endsTheWaiting_withTheStatus_andTheSteps() throws Exception {
        fake.create("s", 1);
        fake.neverSettles();
        fails("""
                stream s: 1 shard; 3 calls of UpdateShardCount: 2 shards, 4 shards, 8 shards
                stream scale: stream s is still UPDATING after --timeout 1s; the change continues: 2 shards; not done: 4 shards, 8 shards
                """, "scale s 8 --timeout 1s");
        fails("stream split: stream s is still UPDATING after --timeout 500ms\n", "split s 0 --timeout 500ms");
        fake.create("t", 1).mode = StreamState.ON_DEMAND;
        fails("""
                stream t: record distribution AUTO (was USER_PARTITION_KEY)
                stream set: stream t is still UPDATING after --timeout 1s; done: record distribution AUTO;\
                 the change continues: largest record 2048 KiB; not done: retention 48h
                """, "set t --distribution auto --retention 2d --max-record-size 2MiB --timeout 1s");
        fails("stream create: stream u is still CREATING after --timeout 1s; the change continues\n",
                "create u --timeout 1s");
        fails("stream delete: stream u is still CREATING after --timeout 1s\n", "delete u --yes --timeout 1s -q");
    }

    @Test
    void noWait_returnsAfterTheLastCall() throws Exception {
        fake.create("s", 1);
        fake.neverSettles();
        assertEquals("stream s: started: " + SPLIT + "\n", stream("split s 0 --no-wait").run(0).stderr());
        assertEquals("UPDATING", fake.stream("s").status());
        fake.create("t", 1).mode = StreamState.ON_DEMAND;
        assertEquals("""
                stream t: record distribution AUTO (was USER_PARTITION_KEY)
                stream t: started: retention 48h (was 24h)
                """, stream("set t --distribution auto --retention 2d --no-wait").run(0).stderr());
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void aSignal_endsTheWaiting_andTheLineSaysWhatGoesOn(String signal, int exitCode) throws Exception {
        fake.create("s", 1);
        fake.neverSettles();
        for (var line : Map.of("scale s 4 -q", "stream s: interrupted; the change continues: 2 shards; not done: 4 shards\n",
                "create t -o json", "stream t: interrupted; the change continues\n").entrySet()) {
            try (var change = stream(line.getKey()).start()) {
                awaitPolls(change, line.getKey().startsWith("scale") ? "UpdateShardCount" : "CreateStream", 1);
                change.signal(signal).awaitExit(exitCode);
                assertEquals(line.getValue(), change.stderr());
                assertEquals("", change.stdout());
            }
        }
    }

    @Test
    void aChangeOfAnotherUser_isWaitedFor_beforeThePlan() throws Exception {
        fake.create("s", 1);
        split("s");
        stream("split s 1").run(0); // a shard that the other user makes
        assertEquals(3, fake.stream("s").openShards().size());
        split("s", "shardId-000000000004");
        assertEquals("stream s: unchanged: 4 shards\n", stream("scale s 4").run(0).stderr());
        split("s", "shardId-000000000005");
        stream("delete s --yes").run(0);
        assertNull(fake.stream("s"));
    }

    @Test
    void createIfMissing_comparesAStream_whenItsChangeIsDone() throws Exception {
        other.createStream(request -> request.streamName("s").shardCount(2));
        assertEquals("stream s already exists\n", stream("create s --if-missing --shards 2").run(0).stderr());
        fake.create("t", 1);
        split("t");
        assertEquals("stream t already exists\n", stream("create t --if-missing --shards 2").run(0).stderr());
        other.createStream(request -> request.streamName("u").shardCount(2));
        fails("stream create: stream u already exists; 'stream set' changes its settings, and --if-missing accepts an existing"
                + " stream\n", "create u");
    }

    @Test
    void aChangeThatIsRefusedForAWhile_isRetried() throws Exception {
        fake.create("s", 1);
        fake.refuse("SplitShard", "ResourceInUseException", 1);
        fake.refuse("SplitShard", "LimitExceededException", 1);
        fake.refuse("SplitShard", "ThrottlingException", 1);
        stream("split s 0 -q").run(0);
        assertEquals(Collections.nCopies(4, "SplitShard"), fake.changes());
        assertEquals(2, fake.stream("s").openShards().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ResourceInUseException", "LimitExceededException", "ThrottlingException", "InternalFailureException"})
    void aChangeThatIsRefusedForEver_failsAtTheTimeout_withTheReason(String errorCode) throws Exception {
        fake.create("s", 1);
        fake.refuse("SplitShard", errorCode, 1000);
        var mayGoOn = errorCode.equals("InternalFailureException") ? "; the change may continue" : "";
        fails("stream split: stream s: The test refuses SplitShard (" + errorCode + ") (gave up after --timeout 1s)" + mayGoOn + "\n",
                "split s 0 --timeout 1s -q");
    }

    /** Each with the command and the stream that is expected of it: its shards, open and closed, its retention and consumers. */
    static Stream<Arguments> eachChange() {
        return Stream.of("CreateStream, create t --shards 3, t 3/3 24 []", "DeleteStream, delete s --yes, ",
                "SplitShard, split s 0, s 3/4 24 []", "MergeShards, merge s 0 1, s 1/3 24 []", "UpdateShardCount, scale s 1, s 1/3 24 []",
                "IncreaseStreamRetentionPeriod, set s --retention 2d, s 2/2 48 []",
                "RegisterStreamConsumer, register s app1, s 2/2 24 [app1]")
                .map(line -> Arguments.of((Object[]) line.split(", ", -1)));
    }

    @ParameterizedTest
    @MethodSource("eachChange")
    void aChange_whoseResponseIsLost_isMadeOnce(String action, String line, String expected) throws Exception {
        fake.create("s", 2);
        fake.loseReply(action);
        stream(line).run(0);
        assertEquals(expected, state(expected.startsWith("t") ? "t" : "s"));
        if (!action.equals("RegisterStreamConsumer")) { // which leaves the stream ACTIVE; the other calls are refused
            assertEquals(List.of(action), fake.changes());
        }
    }

    @ParameterizedTest
    @MethodSource("eachChange")
    void aChange_thatFailsOnce_isRetried(String action, String line, String expected) throws Exception {
        fake.create("s", 2);
        fake.refuse(action, "InternalFailureException", 1);
        var change = stream(line).run(0);
        change.check("no reason", change.stderr().contains("The test refuses " + action + " (InternalFailureException); retrying\n"));
        assertEquals(expected, state(expected.startsWith("t") ? "t" : "s"));
        assertEquals(List.of(action, action), fake.changes());
    }

    private String state(String name) {
        var stream = fake.stream(name);
        return stream == null ? "" : name + " " + stream.openShards().size() + "/" + stream.shards().size() + " " + stream.retentionHours
                + " " + stream.consumers.keySet();
    }

    @Test
    void aLaterStepThatIsDenied_isNamed_andIfMissingNamesTheDifferences() throws Exception {
        fake.deny("IncreaseStreamRetentionPeriod", "StartStreamEncryption");
        var refused = "User is not authorized to perform: kinesis:IncreaseStreamRetentionPeriod (AccessDeniedException)";
        var create = "create s --shards 2 --retention 7d --encrypt alias/aws/kinesis";
        fails("stream s: a new stream of 2 shards\nstream create: stream s: " + refused + "; done: a new stream of 2 shards;"
                + " not done: retention 168h, encryption alias/aws/kinesis\n", create);
        fails("stream create: stream s already exists, but not with retention 168h (it has 24h),"
                + " encryption alias/aws/kinesis (it has none); 'stream set' and 'stream scale' change an existing stream\n",
                create + " --if-missing");
        fails("stream s: largest record 2048 KiB (was 1024 KiB)\nstream set: stream s: User is not authorized to perform:"
                + " kinesis:StartStreamEncryption (AccessDeniedException); done: largest record 2048 KiB;"
                + " not done: encryption k, tags a=b\n", "set s --max-record-size 2MiB --encrypt k --tag a=b");
        fails("stream set: stream s: " + refused + "\n", "set s --retention 7d");
        assertEquals(Map.of(), fake.stream("s").tags);
    }

    @ParameterizedTest
    @CsvSource({"SplitShard, split s 0", "UpdateStreamMode, set s --mode on-demand --retention 2d",
        "RegisterStreamConsumer, register s app1"})
    void aStreamThatIsGone_endsTheWaiting(String action, String line) throws Exception {
        fake.create("s", 1);
        fake.neverSettles();
        try (var change = stream(line).start()) {
            awaitPolls(change, action, 1);
            fake.remove("s");
            change.awaitExit(1);
            change.check("no reason", change.stderr().matches("stream \\w+: stream s.* not found.*; 'describe' lists .*\n"));
        }
    }

    @Test
    void aStreamThatIsBeingDeleted_isMadeAgain_whenItIsGone() throws Exception {
        fake.shardLimit(2);
        for (var line : List.of("create s --shards 2", "create s --shards 2 --if-missing")) {
            fake.create("s", 2);
            other.deleteStream(request -> request.streamName("s"));
            assertEquals("stream s: a new stream of 2 shards\n", stream(line).run(0).stderr());
            assertEquals("ACTIVE", fake.stream("s").status());
        }
    }

    @Test
    void aStreamThatIsBeingDeleted_takesNoChanges() throws Exception {
        fake.create("s", 2);
        other.deleteStream(request -> request.streamName("s"));
        fake.neverSettles();
        for (var line : List.of("split s 0", "merge s 0 1", "scale s 4", "set s --retention 2d", "register s app1", "deregister s app1")) {
            fails("stream " + line.split(" ")[0] + ": stream s is being deleted\n", line);
        }
        fails("stream delete: stream s is still DELETING after --timeout 500ms; the change continues\n", "delete s --yes --timeout 500ms");
        fake.settle();
        assertEquals("stream s does not exist\n", stream("delete s --yes").run(0).stderr());
    }

    @Test
    void aStreamThatIsDeleted_andMadeAgain_isDeleted() throws Exception {
        fake.create("s", 1);
        fake.neverSettles();
        try (var delete = stream("delete s --yes").start()) {
            awaitPolls(delete, "DeleteStream", 1);
            fake.create("s", 3);
            assertEquals("stream s: deleted\n", delete.awaitExit(0).stderr());
        }
        assertEquals(3, fake.stream("s").openShards().size());
    }

    @Test
    void whatAnEndpointSays_isOneLine_thatCommandsNoTerminal() throws Exception {
        var evil = "a\u001b[31mb\rc\nd\u009b2J\u202e";
        var shown = "a\\x1b[31mb\\rc\\nd\\u009b2J\\u202e";
        var change = "; 'stream set' and 'stream scale' change an existing stream\n";
        try (var liar = new Liar()) {
            var status = liar.lie("DescribeStreamSummary", reply -> summary(reply).put("StreamStatus", evil));
            saysOnly("stream split: stream s1 is still " + shown + " after --timeout 300ms\n", liar, status, "split s1 1 --timeout 300ms");
            var key = liar.lie("DescribeStreamSummary", reply -> summary(reply).putAll(Map.of("EncryptionType", "KMS", "KeyId", evil)));
            saysOnly("stream create: stream s1 already exists, but not with encryption k (it has " + shown + ")" + change, liar, key,
                    "create s1 --if-missing --encrypt k");
            var tags = liar.lie("ListTagsForStream", reply -> Liar.first(reply, "Tags").put("Value", evil));
            saysOnly("stream create: stream s1 already exists, but not with tags k=w (it has k=" + shown + ")" + change, liar, tags,
                    "create s1 --if-missing --tag k=w");
            var names = liar.lie("ListStreamConsumers", reply -> Liar.first(reply, "Consumers").put("ConsumerName", evil));
            saysOnly("stream delete: stream s1 has consumers: " + shown + "; --force deletes the consumers, too\n", liar, names,
                    "delete s1 --yes");
            terminal(liar, status);
        }
    }

    private static void saysOnly(String stderr, Liar liar, String region, String line) throws Exception {
        var said = Script.kinesisAt(liar.url(), "stream", line.split(" ")).and("--region", region).run(1);
        assertEquals(stderr, said.stderr());
        assertEquals("", said.stdout());
    }

    private static void terminal(Liar liar, String region) throws Exception {
        Script.needs("script");
        Script.build();
        var shown = Script.command("script", "-qec", "./jbang stream split s1 1 --timeout 1s --local --endpoint-url " + liar.url()
                + " --region " + region, "/dev/null").env("TERM", "xterm").run(1).stdout();
        assertTrue(shown.contains("\r\u001b[Kstream s1 is a\\x1b[31mb"), shown);
        assertFalse(shown.replace("\r\u001b[K", "").replace("\r\n", "\n").matches("(?s).*[\u001b\r\u009b\u202e].*"), shown);
    }

    private static Map<String, Object> summary(Map<String, Object> reply) {
        return Liar.map(reply, "StreamDescriptionSummary");
    }

    private Script.Builder stream(String line) {
        return Script.kinesisAt(fake.url(), "stream", line.split(" "));
    }

    private void fails(String stderr, String line) throws Exception {
        var failed = stream(line).run(1);
        assertEquals(stderr, failed.stderr());
        assertEquals("", failed.stdout());
    }

    /** Splits a shard as another user. */
    private void split(String stream) {
        split(stream, FIRST);
    }

    private void split(String stream, String shardId) {
        var range = fake.stream(stream).shards().stream().filter(shard -> shard.shardId().equals(shardId)).findFirst().orElseThrow()
                .hashKeyRange();
        var middle = new BigInteger(range.startingHashKey()).add(new BigInteger(range.endingHashKey())).shiftRight(1);
        other.splitShard(request -> request.streamName(stream).shardToSplit(shardId).newStartingHashKey(middle.toString()));
    }

    /** Waits until the script has looked so often at the stream after a call. */
    private void awaitPolls(Script script, String action, int polls) throws Exception {
        Script.await(() -> {
            script.check("ended", script.process().isAlive());
            var actions = fake.calls().stream().map(Call::action).toList();
            var last = actions.lastIndexOf(action);
            return last >= 0 && actions.subList(last, actions.size()).stream().filter("DescribeStreamSummary"::equals).count() >= polls;
        }, script);
    }
}
