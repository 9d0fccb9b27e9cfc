import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.tomakehurst.wiremock.http.Fault;
import fake.Difference;
import fake.FaultProxy;
import fake.OnKinesis;
import fake.Script;
import fake.TestKinesis;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Kinesis and the network do to a reader in its worst hour; consume and its output afterwards. */
@OnKinesis
class ReadFaultsTest {
    private static final String SHARD = "shardId-000000000000";

    private final FaultProxy proxy = new FaultProxy();

    @TempDir Path folder;

    @AfterEach
    void close() {
        proxy.close();
    }

    @Test
    void readThrottleStorm_isWaitedOut_aSecondOrMoreATry() throws Exception {
        var stream = TestKinesis.stream(25);
        var throttled = new ConcurrentHashMap<Object, Integer>();
        TestKinesis.put(stream, "a", "b");
        proxy.injectIf("GetRecords", call -> throttled.merge(call.request().get("ShardIterator"), 1, Integer::sum) <= 2,
                FaultProxy.refusal(400, "ProvisionedThroughputExceededException"));
        var consume = proxy.consume(stream, "-q", "-o", "raw", "--from", "earliest", "-e").run(0);
        assertEquals("a\nb\n", consume.stdout());
        assertEquals(78, proxy.calls("GetRecords").size()); // three for each shard, and for the tip of the one with records
        assertEquals(25, proxy.calls("GetShardIterator").size(), "the position was not kept");
        var times = new ConcurrentHashMap<Object, List<Long>>();
        for (var call : proxy.calls("GetRecords")) {
            times.computeIfAbsent(call.request().get("ShardIterator"), iterator -> new ArrayList<>()).add(call.nanos());
        }
        var waits = times.values().stream().flatMap(t -> IntStream.range(1, t.size()).mapToObj(i -> t.get(i) - t.get(i - 1))).toList();
        consume.check("tried again too soon", waits.stream().allMatch(wait -> wait >= TimeUnit.MILLISECONDS.toNanos(990)));
        consume.check("no jitter", waits.stream().map(wait -> wait / 10_000_000).distinct().count() > 5);
    }

    @Test
    void throttling_isOneLineWhenItBegins_andOneWhenItIsOver() throws Exception {
        var stream = TestKinesis.stream(1);
        TestKinesis.put(stream, "a");
        proxy.inject("GetRecords", 0, 3, FaultProxy.refusal(400, "ProvisionedThroughputExceededException"));
        assertEquals("""
                1 shard located
                shard shardId-000000000000: injected (ProvisionedThroughputExceededException); retrying
                shard shardId-000000000000: recovered, failed calls: 3
                shard shardId-000000000000 got 1 record
                """, proxy.consume(stream, "--from", "earliest", "-e").run(0).stderr());
    }

    @Test
    void refusalForFiveSeconds_afterALargeReply_isWaitedOut() throws Exception {
        var stream = TestKinesis.stream(1);
        TestKinesis.put(stream, "a", "b", "c");
        var first = new AtomicLong();
        proxy.injectIf("GetRecords", call -> {
            var before = first.compareAndExchange(0, call.nanos());
            return before != 0 && call.nanos() - before < TimeUnit.SECONDS.toNanos(5);
        }, FaultProxy.refusal(400, "ProvisionedThroughputExceededException"));
        try (var consume = proxy.consume(stream, "-q", "-o", "raw", "--from", "earliest").start()) {
            consume.awaitStdout(out -> out.equals("a\nb\nc\n"));
            TestKinesis.put(stream, "d");
            consume.awaitStdout(out -> out.equals("a\nb\nc\nd\n"));
        }
    }

    @Test
    void anotherReaderOfTheShard_takesItsShare_andNeitherExits() throws Exception {
        var stream = TestKinesis.stream(1);
        var recent = new ArrayList<Long>();
        proxy.injectIf("GetRecords", call -> {
            synchronized (recent) {
                recent.removeIf(time -> call.nanos() - time > TimeUnit.SECONDS.toNanos(1));
                return recent.size() >= 5 || !recent.add(call.nanos());
            }
        }, FaultProxy.refusal(400, "ProvisionedThroughputExceededException"));
        String[] options = {"-q", "-o", "raw", "--from", "earliest", "--poll-interval", "200ms", "-n", "20"};
        try (var one = proxy.consume(stream, options).start(); var other = proxy.consume(stream, options).start()) {
            for (int n = 0; n < 20; n++) {
                TestKinesis.put(stream, String.valueOf(n));
            }
            var all = IntStream.range(0, 20).mapToObj(n -> n + "\n").reduce("", String::concat);
            assertEquals(all, one.awaitExit(0).stdout());
            assertEquals(all, other.awaitExit(0).stdout());
        }
    }

    @Test
    void iteratorExpired_afterRecords_goesOnAfterTheLastOne() throws Exception {
        var stream = TestKinesis.stream(1);
        TestKinesis.put(stream, "a", "b");
        proxy.inject("GetRecords", 1, 1, FaultProxy.refusal(400, "ExpiredIteratorException"));
        try (var consume = proxy.consume(stream, "-q", "-o", "raw", "--from", "earliest", "-n", "3").start()) {
            consume.awaitStdout(out -> out.equals("a\nb\n"));
            TestKinesis.put(stream, "c");
            assertEquals("a\nb\nc\n", consume.awaitExit(0).stdout());
        }
    }

    @Test
    void iteratorExpired_beforeTheFirstRecord_staysAtTheStart() throws Exception {
        var stream = TestKinesis.stream(1);
        TestKinesis.put(stream, "old");
        var written = new AtomicBoolean();
        proxy.injectIf("GetRecords", call -> written.compareAndSet(false, true), FaultProxy.refusal(400, "ExpiredIteratorException"));
        proxy.injectIf("GetShardIterator", call -> { // the first iterator is late, too
            if (!written.get() && proxy.calls("GetShardIterator").isEmpty()) {
                TestKinesis.put(stream, "early");
            }
            return false;
        }, aResponse());
        TestKinesis.nextSecond(); // the Date of the start has no fractions
        try (var consume = proxy.consume(stream, "-q", "-o", "raw", "-n", "2").start()) {
            consume.awaitStdout(out -> !out.isEmpty());
            TestKinesis.put(stream, "late");
            assertEquals("early\nlate\n", consume.awaitExit(0).stdout());
        }
    }

    @Test
    void readerOfThePipeStandsStill_andTheIteratorExpires_loseNothingAndFetchNoMore() throws Exception {
        var stream = TestKinesis.stream(1);
        var line = "x".repeat(1000);
        for (int n = 0; n < 200; n++) {
            TestKinesis.put(stream, n + line);
        }
        proxy.inject("GetRecords", 1, 1, FaultProxy.refusal(400, "ExpiredIteratorException"));
        var go = folder.resolve("go");
        try (var consume = Script.shell("./jbang consume " + stream + " -q -o raw --from earliest -n 201 --local --endpoint-url "
                + proxy.endpoint() + " | (until [ -e " + go + " ]; do sleep 0.1; done; cat)").start()) {
            Script.await(() -> proxy.calls("GetRecords").size() == 1, consume);
            TestKinesis.put(stream, "last");
            assertEquals(1, proxy.calls("GetRecords").size(), "it fetches although nobody reads");
            Files.createFile(go);
            var lines = consume.awaitExit(0).stdout().lines().toList();
            assertEquals(IntStream.range(0, 200).mapToObj(n -> n + line).toList(), lines.subList(0, 200));
            assertEquals("last", lines.get(200));
        }
    }

    @ParameterizedTest
    @CsvSource({"500,InternalFailure", "503,ServiceUnavailable", "400,KMSThrottlingException", "400,LimitExceededException"})
    void burstOfErrorsThatPass_isTriedAgain(int status, String code) throws Exception {
        var stream = TestKinesis.stream(1);
        TestKinesis.put(stream, "a");
        proxy.inject("GetShardIterator", 0, 1, FaultProxy.refusal(status, code));
        proxy.inject("GetRecords", 0, 2, FaultProxy.refusal(status, code));
        assertEquals("a\n", proxy.consume(stream, "-q", "-o", "raw", "--from", "earliest", "-e").run(0).stdout());
    }

    @Test
    void errorsThatDoNotPass_failAfterTheBound() throws Exception {
        var stream = TestKinesis.stream(1);
        proxy.inject("GetRecords", 0, 1000, FaultProxy.refusal(500, "InternalFailure"));
        var consume = proxy.consume(stream, "-q", "--from", "earliest", "--give-up", "2s").run(1);
        consume.check("not the line", consume.stderr().matches(
                "consume: shard shardId-000000000000: injected \\(InternalFailure\\) \\(gave up after 2 s and \\d+ tries\\)\n"));
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void brokenConnection_isNothingPartial_andFetchedAgain(Fault fault) throws Exception {
        var stream = TestKinesis.stream(1);
        TestKinesis.put(stream, "a", "b");
        proxy.inject("GetRecords", 0, 1, aResponse().withFault(fault));
        assertEquals("a\nb\n", proxy.consume(stream, "-q", "-o", "raw", "--from", "earliest", "-e").run(0).stdout());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void hungResponse_isGivenUp_andAskedForAgain(boolean drips) throws Exception {
        var stream = TestKinesis.stream(1);
        TestKinesis.put(stream, "a");
        proxy.inject("GetRecords", 0, 1, drips ? aResponse().withBody("x".repeat(600)).withChunkedDribbleDelay(600, 600_000)
                : aResponse().withFixedDelay(60_000));
        assertEquals("a\n", proxy.consume(stream, "-q", "-o", "raw", "--from", "earliest", "-e").run(0).stdout());
    }

    @Test
    void garbageInA200_isAskedForAgain_andFailsInTheEnd() throws Exception {
        var stream = TestKinesis.stream(1);
        TestKinesis.put(stream, "a");
        var garbage = aResponse().withHeader("Content-Type", "application/x-amz-cbor-1.1").withBody("<html>");
        proxy.inject("GetRecords", 0, 1, garbage);
        assertEquals("a\n", proxy.consume(stream, "-q", "-o", "raw", "--from", "earliest", "-e").run(0).stdout());
        proxy.inject("GetRecords", 0, 1000, garbage);
        assertEquals(1, proxy.consume(stream, "-q", "--from", "earliest", "--give-up", "1s").run(1).stderr().lines().count());
    }

    @Test
    void recordWithoutPartitionKey_isPrinted() throws Exception {
        var stream = TestKinesis.stream(1);
        TestKinesis.put(stream, "a");
        proxy.edit("GetRecords", reply -> FaultProxy.records(reply).forEach(record -> {
            record.remove("PartitionKey");
            record.remove("ApproximateArrivalTimestamp");
        }));
        var consume = proxy.consume(stream, "-q", "-o", "json", "--from", "earliest", "-e").run(0);
        consume.check("no null", consume.stdout().contains("\"partitionKey\":null"));
    }

    /** Some engines' begin with zeros, and find nothing without them. */
    @Test
    void sequenceNumber_goesAsItWasTyped() throws Exception {
        proxy.inject("GetShardIterator", 0, 1, FaultProxy.refusal(400, "AccessDeniedException"));
        proxy.consume(TestKinesis.stream(1), "--shard", "shardId-000000000000", "--from", "after:0012").run(1);
        assertEquals("0012", proxy.calls("GetShardIterator").get(0).request().get("StartingSequenceNumber"));
    }

    @Test
    void listShardsToken_thatHasExpired_startsTheListAgain() throws Exception {
        var stream = TestKinesis.stream(120);
        TestKinesis.put(stream, "a");
        proxy.inject("ListShards", 1, 1, FaultProxy.refusal(400, "ExpiredNextTokenException"));
        var consume = proxy.consume(stream, "-o", "raw", "--from", "earliest", "-e").run(0);
        assertEquals("a\n", consume.stdout());
        consume.check("not all shards", consume.stderr().contains("120 shards located"));
    }

    @Test
    void noNextIterator_ofAnOpenShard_isNotItsEnd() throws Exception {
        var stream = TestKinesis.stream(1);
        TestKinesis.put(stream, "a");
        var once = new AtomicBoolean();
        proxy.edit("GetRecords", reply -> {
            if (once.compareAndSet(false, true)) {
                reply.put("NextShardIterator", null);
            }
        });
        try (var consume = proxy.consume(stream, "-q", "-o", "raw", "--from", "earliest", "-n", "2").start()) {
            consume.awaitStdout(out -> out.equals("a\n"));
            TestKinesis.put(stream, "b");
            assertEquals("a\nb\n", consume.awaitExit(0).stdout());
        }
    }

    @Test
    void ownClockAhead_sendsNoFutureTime() throws Exception {
        Difference.NO_ITERATOR_BEHIND_THE_NEWEST_RECORD.skipIfHere();
        var stream = TestKinesis.stream(1);
        proxy.header("Date", "Tue, 24 Nov 2026 10:00:00 GMT");
        for (var from : List.of("now", "latest", String.valueOf(Instant.now().getEpochSecond() - 1))) {
            proxy.consume(stream, "-q", "--from", from, "--for", "5s").run(0);
        }
        var times = proxy.calls("GetShardIterator").stream().map(call -> ((Number) call.request().get("Timestamp")).longValue()).toList();
        assertEquals(3, times.size());
        assertTrue(times.stream().allMatch(time -> time == Instant.parse("2026-11-24T10:00:00Z").toEpochMilli()), times.toString());
    }

    @Test
    void signingClockSkewed_isCorrected() throws Exception {
        var stream = TestKinesis.stream(1);
        TestKinesis.put(stream, "a");
        proxy.injectIf("GetRecords", call -> !call.date().startsWith("20261124T10"), FaultProxy.refusal(400, "RequestTimeTooSkewed")
                .withHeader("Date", "Tue, 24 Nov 2026 10:00:00 GMT"));
        assertEquals("a\n", proxy.consume(stream, "-q", "-o", "raw", "--from", "earliest", "-e").run(0).stdout());
    }

    @ParameterizedTest
    @ValueSource(strings = {"AccessDeniedException", "KMSAccessDeniedException", "KMSDisabledException", "KMSInvalidStateException",
        "KMSNotFoundException", "KMSOptInRequired"})
    void refusalThatDoesNotPass_failsAtOnce(String code) throws Exception {
        var stream = TestKinesis.stream(1);
        proxy.inject("GetRecords", 0, 1000, FaultProxy.refusal(400, code));
        var consume = proxy.consume(stream, "-q", "--from", "earliest").run(1);
        assertEquals("consume: shard shardId-000000000000: injected (" + code + ")\n", consume.stderr());
        assertEquals(1, proxy.calls("GetRecords").size());
    }

    @Test
    void expiredCredentials_areLookedUpAgain() throws Exception {
        var stream = TestKinesis.stream(1);
        TestKinesis.put(stream, "a");
        var credentials = folder.resolve("credentials");
        var profile = "[default]\naws_access_key_id = %s\naws_secret_access_key = secret\n";
        Files.writeString(credentials, profile.formatted("EXPIRED"));
        proxy.injectIf("GetRecords", call -> call.authorization().contains("Credential=EXPIRED/"),
                FaultProxy.refusal(400, "ExpiredTokenException"));
        try (var consume = Script.jbang("consume", stream, "-o", "raw", "--from", "earliest", "-e", "--region", "us-east-1",
                "--endpoint-url", proxy.endpoint()).env("AWS_SHARED_CREDENTIALS_FILE", credentials).start()) {
            consume.awaitStderr(err -> err.contains("injected (ExpiredTokenException); renew the credentials"));
            Files.writeString(credentials, profile.formatted("RENEWED"));
            assertEquals("a\n", consume.awaitExit(0).stdout());
        }
    }
}
