import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.tomakehurst.wiremock.http.Fault;
import fake.FakeEndpoint;
import fake.FakeShards;
import fake.FaultProxy;
import fake.OnKinesis;
import fake.Script;
import fake.TestKinesis;
import lib.kinesis.HashKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens on the way to Kinesis, and what is refused before. */
@OnKinesis
class PutFaultsTest {
    private static final String SHARD = "shardId-000000000000";
    private static final String ENDED = "[\\d,]+ records? stored: .*\n";

    @TempDir Path folder;

    @Test
    void ofAReplyWithFailures_onlyTheFailedGoAgain() throws Exception {
        var stream = TestKinesis.stream(1);
        try (var proxy = new FaultProxy()) {
            var replies = new AtomicInteger();
            proxy.edit("PutRecords", reply -> {
                if (replies.getAndIncrement() == 0) {
                    fail(reply, 1, "ProvisionedThroughputExceededException");
                    fail(reply, 3, "InternalFailure");
                }
            });
            var produced = produce(proxy, stream, "-", "-k", "key").stdin("0\n1\n2\n3\n4\n").run(0);
            assertEquals(List.of(List.of("0", "1", "2", "3", "4"), List.of("1", "3")), sent(proxy));
            produced.check("no account", produced.stderr().matches("5 records stored: 5 bytes in .* s, .* records/s, 2 retries\n"));
        }
    }

    @Test
    void anAnswerThatIsLost_isARecordTwice_neverNone() throws Exception {
        var stream = TestKinesis.stream(1);
        try (var proxy = new FaultProxy()) {
            proxy.edit("PutRecords", reply -> {
                if (proxy.calls("PutRecords").size() == 1) {
                    reply.clear(); // after it was stored
                    reply.put("Records", "garbage");
                }
            });
            produce(proxy, stream, "-").stdin("one\n").run(0);
            assertEquals(List.of("one", "one"),
                    TestKinesis.records(stream, SHARD).stream().map(record -> record.data().asUtf8String()).toList());
        }
    }

    @Test
    void anotherNumberOfResults_isAnError() throws Exception {
        var stream = TestKinesis.stream(1);
        try (var proxy = new FaultProxy()) {
            proxy.edit("PutRecords", reply -> results(reply).remove(0));
            var produced = produce(proxy, stream, "-").stdin("one\ntwo\n").run(1);
            produced.check("no clear error", produced.stderr().contains("produce: the endpoint sent an invalid response:"
                    + " PutRecords of 2 records has 1 results, so the stored records are unknown; check --endpoint-url\n"));
            assertEquals(1, proxy.calls("PutRecords").size());
        }
    }

    @Test
    void ordered_isOneCallAfterTheOther_eachBehindTheLast() throws Exception {
        var stream = TestKinesis.stream(4);
        try (var proxy = new FaultProxy()) {
            proxy.inject("PutRecord", 3, 2, FaultProxy.refusal(500, "InternalFailure"));
            produce(proxy, stream, "-", "--ordered", "-k", "key").stdin("0\n1\n2\n3\n4\n5\n").run(0);
            var shard = TestKinesis.shards(stream).stream().filter(one -> HashKeys.holds(one, "key")).findFirst().orElseThrow().shardId();
            var records = TestKinesis.records(stream, shard);
            assertEquals("012345", records.stream().map(record -> record.data().asUtf8String()).collect(Collectors.joining()));
            var calls = proxy.calls("PutRecord").stream().filter(call -> call.status() == 200).toList();
            assertEquals(6, calls.size());
            for (int n = 1; n < 6; n++) {
                assertEquals(records.get(n - 1).sequenceNumber(), calls.get(n).request().get("SequenceNumberForOrdering"));
                assertTrue(calls.get(n).nanos() > calls.get(n - 1).nanos());
            }
        }
    }

    @Test
    void call_hasAtMost500Records() throws Exception {
        var stream = TestKinesis.stream(4);
        try (var proxy = new FaultProxy()) {
            var lines = IntStream.range(0, 1234).mapToObj(n -> n + "\n").collect(Collectors.joining());
            produce(proxy, stream, "-").stdin(lines).run(0);
            var sent = sent(proxy);
            assertTrue(sent.stream().allMatch(call -> call.size() <= 500));
            assertEquals(1234, sent.stream().mapToInt(List::size).sum());
        }
    }

    @Test
    void whatCannotBePut_isNamedByItsLine_beforeItIsSent_andTheRestIsPut() throws Exception {
        var stream = TestKinesis.stream(1);
        var file = folder.resolve("events");
        Files.writeString(file, "\tno key\nk\tgood\n" + "k".repeat(257) + "\tlong key\nno delimiter\n"
                + "k\t" + "x".repeat(1 << 20) + "\nk\tgood, too");
        try (var proxy = new FaultProxy()) {
            var produced = produce(proxy, stream, file.toString(), "-K", "\\t").run(3);
            assertEquals(List.of("good", "good, too"), sent(proxy).stream().flatMap(List::stream).toList());
            var start = file + " line ";
            assertEquals(start + "1: the partition key is empty\n"
                    + start + "3: the partition key is longer than 256 characters\n"
                    + start + "4: the line does not have the delimiter of -K\n"
                    + start + "5: the record has 1048577 bytes with its partition key; the stream takes 1048576 at most\n"
                    + "SUM\n"
                    + "4 records not delivered\n", produced.stderr().replaceFirst("2 records stored.*", "SUM"));
        }
    }

    @Test
    void lineThatIsNoJson_isNamed_andWithStrict_endsTheRun() throws Exception {
        var stream = TestKinesis.stream(1);
        var lines = "{\"partitionKey\":\"a\",\"data\":\"one\"}\n{\"data\":\n{\"partitionKey\":\"b\",\"dataBase64\":\"/w==\"}\n";
        var produced = Script.kinesis("produce", stream, "--json", "-").stdin(lines).run(3);
        produced.check("not named", produced.stderr().matches("stdin line 2: not JSON: .*\n" + ENDED + "1 record not delivered\n"));
        assertEquals(2, TestKinesis.records(stream, SHARD).size());

        var strict = Script.kinesis("produce", stream, "--json", "--strict", "-").stdin(lines).run(1);
        strict.check("not named", strict.stderr().matches(
                "stdin line 2: not JSON: .*\nread up to stdin line 2\n" + ENDED + "1 record not delivered\n"));
        assertEquals(3, TestKinesis.records(stream, SHARD).size());
    }

    @Test
    void whatWasNotDelivered_isInAFile_thatDeliversIt() throws Exception {
        var stream = TestKinesis.stream(1);
        var failed = folder.resolve("failed");
        try (var proxy = new FaultProxy()) {
            proxy.inject("PutRecords", 0, 1000, FaultProxy.refusal(500, "InternalFailure"));
            var produced = produce(proxy, stream, "-", "-K", ":", "--failed", failed.toString(), "--give-up", "1s")
                    .stdin("a:one\nb:\u0000\nno key\n").run(3);
            produced.check("no count", produced.stderr().endsWith("3 records not delivered; " + failed
                    + " has 2 records for --json and 1 as unreadable input\n"));
        }
        assertEquals(3, Files.readAllLines(failed).size());
        var again = Script.kinesis("produce", stream, "--json", failed.toString(), "-o", "json").run(3);
        again.check("the line without a key has become a record",
                again.stderr().startsWith(failed + " line 1: the object has neither data nor dataBase64\n"));
        var records = TestKinesis.records(stream, SHARD).stream().map(record -> record.partitionKey() + ":" + record.data().asUtf8String());
        assertEquals(List.of("a:one", "b:\u0000"), records.sorted().toList());
    }

    @Test
    void fileForWhatIsNotDelivered_thatCannotBeWritten_isFoundBeforeAnythingIsSent() throws Exception {
        var stream = TestKinesis.stream(1);
        Script.needs("/dev/full");
        try (var proxy = new FaultProxy()) {
            for (var path : List.of("/dev/full", folder.resolve("nowhere/failed").toString(), folder.toString())) {
                var produced = produce(proxy, stream, "-", "--failed", path).stdin("one\n").run(1);
                produced.check("no clear error", produced.stderr().matches("produce: --failed: cannot write to " + path + ".*\n"));
            }
            assertEquals(List.of(), proxy.calls("PutRecords"));
        }
    }

    @Test
    void fileForWhatIsNotDelivered_isOneRunsAtATime() throws Exception {
        var stream = TestKinesis.stream(1);
        var failed = folder.resolve("failed");
        Files.writeString(failed, "a line without its end");
        try (var first = Script.shell("exec ./jbang produce " + stream + " - -v --failed " + failed + " $kinesis"
                + " < <(echo one; exec sleep 100)").start()) {
            first.awaitStdout(out -> !out.isEmpty());
            var second = Script.kinesis("produce", stream, "-", "--failed", failed.toString()).stdin("two\n").run(1);
            assertEquals("produce: --failed: " + failed + " is in use by another run; use another file\n", second.stderr());
        }
        assertEquals("a line without its end\n", Files.readString(failed));
    }

    @Test
    void fileForWhatIsNotDelivered_mustNotBeThatOfStderr() throws Exception {
        var stream = TestKinesis.stream(1);
        var produced = Script.kinesis("produce", stream, "-", "--failed", "/dev/stderr").stdin("one\n").run(2); // whose stderr is a file
        produced.check("not the reason",
                produced.stderr().startsWith("produce: --failed must not be the file of stdout or stderr, "));
    }

    @Test
    void refusalThatDoesNotPass_endsTheRun_atOnce_alsoWhenNothingMoreComes() throws Exception {
        var stream = TestKinesis.stream(1);
        try (var proxy = new FaultProxy()) {
            proxy.inject("PutRecords", 0, 1000, FaultProxy.refusal(400, "AccessDeniedException"));
            var produced = Script.shell("./jbang produce " + stream + " - --local --endpoint-url " + proxy.endpoint()
                    + " < <(echo one; exec sleep 100)").run(1);
            produced.check("not named", produced.stderr().matches("stdin line 1: the run ended before the record was delivered\nread up"
                    + " to stdin line 1\n"
                    + "produce: stream " + stream + ": injected \\(AccessDeniedException\\)\n" + ENDED + "1 record not delivered\n"));
            assertEquals(1, proxy.calls("PutRecords").size());
        }
    }

    @Test
    void strict_endsTheRun_whenARecordIsNotDelivered() throws Exception {
        var stream = TestKinesis.stream(1);
        try (var proxy = new FaultProxy()) {
            proxy.edit("PutRecords", reply -> fail(reply, 0, "InternalFailure"));
            var produced = produce(proxy, stream, "--rate", "100", "--strict", "--give-up", "1s").run(1);
            produced.check("not named", produced.stderr().matches("record \\d+: injected \\(InternalFailure\\)\n(?s).*"));
        }
    }

    @Test
    void serviceThatStaysAway_endsTheRun_whenThereIsMoreToRead() throws Exception {
        var stream = TestKinesis.stream(1);
        try (var proxy = new FaultProxy()) {
            proxy.injectIf("PutRecords", call -> true, aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER));
            var produced = produce(proxy, stream, "-q", "--rate", "100", "--give-up", "1s").run(1);
            produced.check("not told", produced.stderr().contains("produce: stream " + stream + ": "));
        }
    }

    @Test
    void burstOfErrors_isOutlasted() throws Exception {
        var stream = TestKinesis.stream(1);
        try (var proxy = new FaultProxy()) {
            proxy.inject("PutRecords", 0, 1, FaultProxy.refusal(500, "InternalFailure"));
            proxy.inject("PutRecords", 1, 1, aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER));
            proxy.inject("PutRecords", 1, 1, FaultProxy.refusal(400, "LimitExceededException"));
            produce(proxy, stream, "-").stdin("one\n").run(0);
            assertEquals(1, TestKinesis.records(stream, SHARD).size());
        }
    }

    @Test
    void withoutPermissionToSeeTheLimit_itIsThatOfMostStreams() throws Exception {
        var stream = TestKinesis.stream(1);
        try (var proxy = new FaultProxy()) {
            proxy.inject("DescribeStreamSummary", 0, 10, FaultProxy.refusal(400, "AccessDeniedException"));
            produce(proxy, stream, "-").stdin("one\n").run(0);
            assertEquals(1, TestKinesis.records(stream, SHARD).size());
        }
    }

    @Test
    void limitOfTheStream_isTheOneThatHolds() throws Exception {
        var stream = TestKinesis.stream(1);
        try (var proxy = new FaultProxy()) {
            proxy.edit("DescribeStreamSummary", reply -> summary(reply).put("MaxRecordSizeInKiB", 2048));
            proxy.edit("PutRecords", reply -> {});
            var produced = produce(proxy, stream, "-", "-k", "k").stdin("x".repeat((2 << 20) - 1) + "\n" + "x".repeat(2 << 20) + "\n");
            // the local Kinesis takes 1 MB at most
            proxy.injectIf("PutRecords", call -> true, FaultProxy.refusal(400, "AccessDeniedException"));
            assertTrue(produced.run(1).stderr().contains(
                    "stdin line 2: the record has 2097153 bytes with its partition key; the stream takes 2097152 at most\n"));
            assertEquals(1, sent(proxy).get(0).size());
        }
    }

    @Test
    void interrupt_deliversWhatWasRead_andSaysSo() throws Exception {
        for (var signal : List.of("INT", "TERM")) {
            var kinesis = new FakeShards(1); // answers in time, whatever other tests do
            try (var endpoint = new FakeEndpoint(kinesis);
                    var produced = Script.shell("exec ./jbang produce s1 - -v $kinesis < <(seq 1 2000; exec sleep 20)")
                            .env("kinesis", "--local --endpoint-url " + endpoint.url()).env("CBOR_ENABLED", true).start()) {
                produced.awaitStdout(out -> !out.isEmpty()).signal(signal).awaitExit(signal.equals("INT") ? 130 : 143);
                var lines = kinesis.stored().size();
                assertEquals(lines, produced.stdout().lines().count());
                produced.check("no account", produced.stderr().contains("read up to stdin line " + lines + "\n")
                        && produced.stderr().contains("%,d records stored: ".formatted(lines)));
            }
        }
    }

    @Test
    void interrupt_endsTheRun_alsoWhenNothingCanBeDelivered() throws Exception {
        var stream = TestKinesis.stream(1);
        try (var proxy = new FaultProxy()) {
            proxy.injectIf("PutRecords", call -> true, FaultProxy.refusal(500, "InternalFailure"));
            var produced = produce(proxy, stream, "--rate", "100").start();
            try (produced) {
                produced.awaitStderr(err -> err.contains("retrying")).signal("INT").awaitExit(130);
                produced.check("not told", produced.stderr().matches(
                        "(?s).*: not known to be stored when the run ended\n.* records not delivered.*"));
            }
        }
    }

    private static Script.Builder produce(FaultProxy proxy, String stream, String... options) {
        return Script.kinesisAt(proxy.endpoint(), "produce", stream).and(options);
    }

    /** The data of each call. */
    private static List<List<String>> sent(FaultProxy proxy) {
        return proxy.calls("PutRecords").stream().map(call -> results(call.request()).stream()
                .map(record -> new String((byte[]) record.get("Data"))).toList()).toList();
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> results(Map<String, Object> message) {
        return (List<Map<String, Object>>) message.get("Records");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> summary(Map<String, Object> reply) {
        return (Map<String, Object>) reply.get("StreamDescriptionSummary");
    }

    private static void fail(Map<String, Object> reply, int n, String code) {
        results(reply).set(n, new HashMap<>(Map.of("ErrorCode", code, "ErrorMessage", "injected")));
    }
}
