import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.serverError;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.sun.net.httpserver.HttpServer;
import fake.Aggregate;
import fake.Difference;
import fake.FaultProxy;
import fake.OnKinesis;
import fake.Script;
import fake.TestKinesis;
import fake.TestWorkers;
import fake.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Each way through the Kinesis Client Library that an option opens, with the few of its dependencies that worker has; and what ends a
 * worker.
 */
@OnKinesis
@Tag("worker")
class WorkerOptionsTest {
    @Test
    void enhancedFanOut_printsUserRecordsAsConsumeDoes_fromATimeOn() throws Exception {
        Difference.NO_CONSUMERS.skipIfHere();
        Difference.NO_SUBSCRIBE_TO_SHARD.skipIfHere();
        var stream = TestKinesis.stream(1);
        TestKinesis.put(stream, "before");
        var from = TestKinesis.nextSecond(); // LocalStack begins at the start of a second
        var aggregate = new Aggregate().add("user1", null, "one".getBytes()).add("user2", null, "two".getBytes()).toBytes();
        TestKinesis.client().putRecord(request -> request.streamName(stream).partitionKey("a").data(SdkBytes.fromByteArray(aggregate)));
        var application = TestWorkers.application();
        var options = new String[] {"--efo", "--from", from.toString(), "--worker-id", "w1", "-f", "%u %k %s\\n"};
        try (var worker = TestWorkers.worker(stream, application, options).start()) {
            worker.awaitStdout(out -> out.equals("0 user1 one\n1 user2 two\n"));
            worker.check("another name", worker.stderr().contains("worker w1 of application " + application));
            var records = TestKinesis.records(stream, "shardId-000000000000");
            var last = records.get(records.size() - 1).sequenceNumber();
            Script.await(() -> TestWorkers.leases(application, "checkpoint").containsValue(last), worker);
            assertEquals(List.of("w1"), List.copyOf(TestWorkers.leases(application, "leaseOwner").values()));
            var arn = TestKinesis.client().describeStreamSummary(r -> r.streamName(stream)).streamDescriptionSummary().streamARN();
            assertEquals(application, TestKinesis.client().listStreamConsumers(r -> r.streamARN(arn)).consumers().get(0).consumerName());
            worker.signal("TERM").awaitExit(143);
        }
    }

    @Test
    void metrics_arePutToCloudWatch_andAStreamCanBeAnArn() throws Exception {
        var stream = TestKinesis.stream(1);
        TestKinesis.put(stream, "one");
        var arn = TestKinesis.client().describeStreamSummary(r -> r.streamName(stream)).streamDescriptionSummary().streamARN();
        var puts = new CopyOnWriteArrayList<String>();
        var cloudWatch = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        cloudWatch.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("smithy-protocol", "rpc-v2-cbor");
            exchange.getResponseHeaders().set("Content-Type", "application/cbor");
            exchange.sendResponseHeaders(200, 1);
            exchange.getResponseBody().write(0xa0); // an empty map
            exchange.close();
            puts.add(exchange.getRequestURI().getPath());
        });
        cloudWatch.start();
        try (var worker = TestWorkers.worker(arn, TestWorkers.application(), "--metrics", "--from", "earliest", "-o", "json")
                .env("AWS_ENDPOINT_URL_CLOUDWATCH", "http://127.0.0.1:" + cloudWatch.getAddress().getPort()).start()) {
            worker.awaitStdout(out -> out.matches("\\{\"shardId\":\"shardId-000000000000\",.*\"data\":\"one\"}\n"));
            Script.await(() -> !puts.isEmpty(), worker);
            assertEquals("/service/GraniteServiceVersion20100801/operation/PutMetricData", puts.get(0));
            worker.signal("TERM").awaitExit(143);
            worker.check("an error", !worker.stderr().contains("CloudWatch"));
        } finally {
            cloudWatch.stop(0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--local"})
    void plainEndpointOfTheEnvironment_isAskedOverHttp1_withAndWithoutLocal(String option) throws Exception {
        var stream = TestKinesis.stream(1);
        TestKinesis.put(stream, "one");
        try (var proxy = new FaultProxy();
                var worker = TestWorkers.at(Script.jbang("worker", stream, "--app", TestWorkers.application()))
                        .and("--from", "earliest", "-o", "raw").and(option.isEmpty() ? new String[0] : new String[] {option})
                        .env("AWS_ENDPOINT_URL_KINESIS", proxy.endpoint())
                        .env("AWS_REGION", "us-east-1").env("AWS_ACCESS_KEY_ID", "local").env("AWS_SECRET_ACCESS_KEY", "local").start()) {
            worker.awaitStdout(out -> out.equals("one\n")).signal("TERM").awaitExit(143);
        }
    }

    @Test
    void latest_isWhenTheApplicationWasNew_forAWorkerThatStartsAnew_too() throws Exception {
        Difference.NO_ITERATOR_BEHIND_THE_NEWEST_RECORD.skipIfHere();
        var stream = TestKinesis.stream(1);
        TestKinesis.put(stream, "before");
        var application = TestWorkers.application();
        try (var first = TestWorkers.raw(stream, application).start()) {
            TestWorkers.await(1, first);
            first.signal("KILL").awaitExit(137);
        }
        TestKinesis.put(stream, "in between");
        try (var second = TestWorkers.raw(stream, application).start()) {
            second.awaitStdout(out -> out.equals("in between\n"));
        }
    }

    @Test
    void whatTheStreamNoLongerHolds_isALoudWarning_andReadingGoesOnWithTheOldest() throws Exception {
        var stream = TestKinesis.stream(1);
        TestKinesis.put(stream, "1", "2");
        var read = TestKinesis.records(stream, "shardId-000000000000").get(0).sequenceNumber();
        var application = TestWorkers.application(
                new String[] {"shardId-000000000000", read, null}, new String[] {"shardId-000000000099", read, null});
        try (var proxy = new FaultProxy().trim(read).later(Duration.ofDays(1));
                var worker = TestWorkers.at(Script.kinesisAt(proxy.endpoint(), "worker", stream, "--app", application, "-q", "-o", "raw",
                        "--takeover", "3s")).start()) {
            worker.awaitStdout(out -> out.equals("2\n"));
            assertEquals("""
                    shard shardId-000000000099: the stream no longer has the shard, which was not read to its end; RECORDS ARE MISSING
                    shard shardId-000000000000: the stream no longer holds the records that followed the last record read; RECORDS ARE MISSING
                    """, worker.stderr());
        }
    }

    @Test
    void aPlaceWithinAnAggregate_thatAnotherProgramHasKept_leavesNoneOfItOut() throws Exception {
        var stream = TestKinesis.stream(1);
        var aggregate = new Aggregate().add("user1", null, "one".getBytes()).add("user2", null, "two".getBytes()).toBytes();
        var put = TestKinesis.client().putRecord(request -> request.streamName(stream).partitionKey("a")
                .data(SdkBytes.fromByteArray(aggregate)));
        var application = TestWorkers.application(new String[] {"shardId-000000000000", put.sequenceNumber(), null});
        TestWorkers.client().updateItem(request -> request.tableName(application)
                .key(Map.of("leaseKey", AttributeValue.fromS("shardId-000000000000")))
                .updateExpression("SET checkpointSubSequenceNumber = :first")
                .expressionAttributeValues(Map.of(":first", AttributeValue.fromN("0"))));
        try (var worker = TestWorkers.raw(stream, application).start()) {
            worker.awaitStdout(out -> out.equals("one\ntwo\n"));
        }
    }

    @Test
    void anApplicationOfAnotherStream_isRefused_andOneThatWasRead_isNotMixedUp() throws Exception {
        var stream = TestKinesis.stream(1);
        var other = TestKinesis.stream(1); // of the same age, with the same shard id
        var application = TestWorkers.application();
        try (var worker = TestWorkers.worker(stream, application, "--from", "earliest").start()) {
            worker.awaitStderr(err -> err.contains("shards are read from the oldest record on\n"));
            worker.signal("KILL").awaitExit(137);
        }
        var error = "worker: application " + application + " belongs to another stream,"
                + " arn:aws:kinesis:us-east-1:000000000000:stream/" + stream
                + ", created .*; use another --app, or delete its table in DynamoDB\n";
        var refused = TestWorkers.worker(other, application).run(1);
        refused.check("not refused", refused.stderr().matches(error));
        refused = TestWorkers.worker(other, application, "--status").run(1);
        refused.check("not refused", refused.stderr().matches(error));

        TestKinesis.put(stream, "one"); // of which no lease knows yet: the application begins with the oldest record, whatever is said now
        var status = TestWorkers.worker(stream, application, "--status").run(0);
        status.check("not told", status.stdout().contains("total: 1 records not read"));
        try (var worker = TestWorkers.raw(stream, application, "--from", "-1m").start()) {
            worker.awaitStdout(out -> out.equals("one\n"));
            worker.check("no hint", worker.stderr().contains(
                    "application " + application + " exists and began at the oldest record; --from is ignored\n"));
        }
        TestKinesis.recreate(stream);
        TestWorkers.worker(stream, application).run(1).awaitStderr(err -> err.matches(error));
    }

    @Test
    void aKinesisThatDoesNotAnswer_endsTheWorker() throws Exception {
        var stream = TestKinesis.stream(1);
        try (var proxy = new FaultProxy();
                var worker = TestWorkers.at(Script.kinesisAt(proxy.endpoint(), "worker", stream, "--app", TestWorkers.application(),
                        "--from", "earliest", "--takeover", "3s", "--give-up", "5s")).start()) {
            TestWorkers.await(1, worker);
            proxy.inject("GetRecords", 0, 1000, aResponse().withFixedDelay(120_000));
            worker.awaitExit(1).check("no word", worker.stderr().matches("(?s).*\nKinesis GetRecords: [^\n]*Read timed out; retrying\n.*"
                    + "\nworker: Kinesis GetRecords: [^\n]*Read timed out \\(gave up after 5 s and \\d+ tries\\)\n"));
        }
    }

    @Test
    void aCheckpointThatIsNotAnswered_isMadeLater() throws Exception {
        var stream = TestKinesis.stream(1);
        var application = TestWorkers.application();
        var dynamodb = dynamoDbProxy();
        try (var worker = worker(stream, application, dynamodb, "-v")) {
            TestWorkers.await(1, worker);
            var hang = dynamodb.stubFor(calls("UpdateItem").withRequestBody(containing("\"checkpoint\""))
                    .willReturn(aResponse().withFixedDelay(120_000)));
            TestKinesis.put(stream, "a");
            worker.awaitStderr(err -> err.contains("shard shardId-000000000000: the checkpoint failed"
                    + " (no response in time; check the endpoint and the network); retrying\n"));
            dynamodb.removeStub(hang);
            var record = TestKinesis.records(stream, "shardId-000000000000").get(0);
            Script.await(() -> TestWorkers.leases(application, "checkpoint").containsValue(record.sequenceNumber()), worker);
            worker.signal("TERM").awaitExit(143);
        } finally {
            dynamodb.stop();
        }
    }

    @Test
    void aWorkerWithoutDynamoDb_printsNothingMore_onceAnotherHasItsShards() throws Exception {
        var stream = TestKinesis.stream(2);
        var dynamodb = dynamoDbProxy();
        // a call hangs for 5 s, in which the lease of 2 s expires
        var worker = Script.kinesis("worker", stream, "--app", TestWorkers.application(), "--from", "earliest",
                "--takeover", "2s", "--poll-interval", "200ms");
        try (var writer = new Writer(stream); var leader = TestWorkers.at(worker).start()) {
            TestWorkers.await(2, leader); // the first one gives out the shards
            try (var cut = worker.env("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:" + dynamodb.port()).start()) {
                TestWorkers.await(1, leader, cut);
                cut.awaitStdout(out -> out.lines().count() > Writer.RECORDS_PER_SECOND);
                dynamodb.stubFor(any(anyUrl()).atPriority(1).willReturn(aResponse().withFixedDelay(120_000)));
                TestWorkers.await(2, leader);
                var printed = cut.stdout().lines().count();
                var more = leader.stdout().lines().count() + 5 * Writer.RECORDS_PER_SECOND;
                leader.awaitStdout(out -> out.lines().count() > more);
                assertEquals(printed, cut.stdout().lines().count());
            }
        } finally {
            dynamodb.stop();
        }
    }

    @Test
    void aRenewalThatComesTooLate_leavesNoShardUnread() throws Exception {
        var stream = TestKinesis.stream(1);
        var application = TestWorkers.application();
        var dynamodb = dynamoDbProxy();
        try (var writer = new Writer(stream); var worker = worker(stream, application, dynamodb)) {
            TestWorkers.await(1, worker);
            var slow = dynamodb.stubFor(calls("UpdateItem")
                    .willReturn(aResponse().proxiedFrom(TestWorkers.dynamodb().toString()).withFixedDelay(1_700)));
            // a lease is for 3 s from the beginning of a renewal
            worker.awaitStderr(err -> err.contains("lost shard shardId-000000000000\n"));
            dynamodb.removeStub(slow);
            writer.close();
            Script.await(() -> writer.isAllIn(worker.stdout().lines().map(line -> line.replaceFirst(".* data: ", "")).toList()), worker);
        } finally {
            dynamodb.stop();
        }
    }

    @Test
    void shutdownGrace_isAsLongAsTheEndWaitsForTheHandOver() throws Exception {
        var dynamodb = dynamoDbProxy();
        try (var worker = worker(TestKinesis.stream(1), TestWorkers.application(), dynamodb, "--shutdown-grace", "1s")) {
            TestWorkers.await(1, worker);
            dynamodb.stubFor(any(anyUrl()).atPriority(1).willReturn(aResponse().withFixedDelay(120_000)));
            var began = System.nanoTime();
            worker.signal("TERM").awaitExit(143);
            var took = Duration.ofNanos(System.nanoTime() - began);
            worker.check("took " + took, took.toSeconds() < 7); // the default
            worker.check("no word", worker.stderr().contains("not all shards are handed over"));
        } finally {
            dynamodb.stop();
        }
    }

    @Test
    void theFirstBatch_isCheckpointedAtOnce() throws Exception {
        var stream = TestKinesis.stream(1);
        TestKinesis.put(stream, "a");
        var application = TestWorkers.application();
        try (var worker = TestWorkers.at(Script.kinesis("worker", stream, "--app", application, "--from", "earliest",
                "--checkpoint-every", "1h")).start()) {
            var record = TestKinesis.records(stream, "shardId-000000000000").get(0);
            TestWorkers.await(1, worker);
            Script.await(() -> TestWorkers.leases(application, "checkpoint").containsValue(record.sequenceNumber()), worker);
        }
    }

    @Test
    void theLeaseOfAShardThatHasEnded_goes_onceItsChildrenHaveBegun() throws Exception {
        Difference.NO_CHILD_SHARDS.skipIfHere();
        var stream = TestKinesis.stream(1);
        var application = TestWorkers.application();
        try (var worker = TestWorkers.worker(stream, application, "--from", "earliest").start()) {
            TestWorkers.await(1, worker);
            TestKinesis.split(stream, "shardId-000000000000"); // the children get no records
            TestWorkers.await(2, worker);
            Script.await(() -> !TestWorkers.leases(application, "checkpoint").containsKey("shardId-000000000000"), worker);
        }
    }

    @Test
    void maxLeases_leavesTheOtherShardsToOtherWorkers() throws Exception {
        var stream = TestKinesis.stream(2);
        var application = TestWorkers.application();
        try (var full = TestWorkers.worker(stream, application, "--from", "earliest", "--max-leases", "1").start()) {
            full.awaitStderr(err -> err.contains(" exceeds --max-leases 1 and is left to other workers (-v lists each shard)\n"));
            try (var other = TestWorkers.worker(stream, application, "--from", "earliest", "--max-leases", "1").start()) {
                TestWorkers.await(1, full, other);
            }
        }
    }

    @Test
    void aLibraryThatEndsByItself_isStartedAgain() throws Exception {
        var stream = TestKinesis.stream(1);
        var dynamodb = dynamoDbProxy();
        try (var worker = worker(stream, TestWorkers.application(), dynamodb)) {
            worker.awaitStderr(err -> err.contains("shards are read from ")); // now the library starts
            var refusal = dynamodb.stubFor(calls("DescribeTable").willReturn(serverError()));
            worker.awaitStderr(err -> err.matches("(?s).*\nthe Kinesis Client Library did not start: [^\n]+; restarting the library\n.*"));
            dynamodb.removeStub(refusal);
            TestWorkers.await(1, worker);
            worker.signal("TERM").awaitExit(143);
        } finally {
            dynamodb.stop();
        }
    }

    @Test
    void aDynamoDbThatDoesNotAnswerAtTheStart_isNamed_andAskedAgain_untilGiveUp() throws Exception {
        var stream = TestKinesis.stream(1);
        TestKinesis.put(stream, "one");
        var dynamodb = dynamoDbProxy();
        var refusal = dynamodb.stubFor(any(anyUrl()).atPriority(2).willReturn(serverError()));
        var away = "DynamoDB: HTTP status 500 without an error code of AWS; check the endpoint";
        try (var impatient = TestWorkers.worker(stream, TestWorkers.application(), "--give-up", "2s")
                .env("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:" + dynamodb.port()).start();
                var worker = worker(stream, TestWorkers.application(), dynamodb)) {
            impatient.awaitExit(1).check("no word",
                    impatient.stderr().matches("(?s).*\nworker: " + away + " \\(gave up after 2 s and \\d+ tries\\)\n"));
            worker.awaitStderr(err -> err.contains(away + "; "));
            dynamodb.removeStub(refusal);
            worker.awaitStdout(out -> out.contains("one")).signal("TERM").awaitExit(143);
        } finally {
            dynamodb.stop();
        }
    }

    @Test
    void aLeaseTableThatIsEmptied_endsTheWorkers_andTheNextOnesAreRefused() throws Exception {
        var stream = TestKinesis.stream(1);
        TestKinesis.put(stream, "one");
        var application = TestWorkers.application();
        try (var worker = TestWorkers.raw(stream, application, "--from", "earliest").start()) {
            worker.awaitStdout(out -> out.equals("one\n"));
            TestWorkers.empty(application);
            worker.awaitExit(1).check("no word", worker.stderr().contains(
                    "\nworker: the lease table " + application + " was emptied while workers were running: "));
        }
        var lost = "worker: the lease table " + application + " has no leases: the checkpoints are lost, or the table was never used";
        assertEquals(lost + "; restart with --new to begin at --from\n", TestWorkers.raw(stream, application).run(1).stderr());
        assertEquals(lost + "\n", TestWorkers.worker(stream, application, "--status").run(1).stderr());
        try (var worker = TestWorkers.raw(stream, application, "--new", "--from", "earliest").start()) {
            worker.awaitStdout(out -> out.equals("one\n"));
        }
    }

    @Test
    void aStreamThatIsDeleted_endsTheWorker() throws Exception {
        var stream = TestKinesis.stream(1);
        try (var worker = TestWorkers.worker(stream, TestWorkers.application(), "--from", "earliest").start()) {
            TestWorkers.await(1, worker);
            TestKinesis.client().deleteStream(request -> request.streamName(stream));
            worker.awaitExit(1).check("no word", worker.stderr().endsWith("worker: stream " + stream + " is deleted\n"));
        }
    }

    @Test
    void aRefusalThatDoesNotPass_endsTheWorker_oneThatPassesIsTold() throws Exception {
        var stream = TestKinesis.stream(1);
        TestKinesis.put(stream, "one");
        try (var proxy = new FaultProxy();
                var worker = TestWorkers.at(Script.kinesisAt(proxy.endpoint(), "worker", stream, "--app", TestWorkers.application(),
                        "--from", "earliest", "--takeover", "3s", "--poll-interval", "200ms", "-o", "raw")).start()) {
            proxy.inject("GetRecords", 0, 8, FaultProxy.refusal(500, "InternalFailure"));
            worker.awaitStdout(out -> out.equals("one\n"));
            worker.awaitStderr(err -> err.matches("(?s).*\nKinesis GetRecords: injected \\(InternalFailure\\); retrying\n"
                    + "(.*\n)?Kinesis: recovered after \\S+, failed calls: \\d+\n.*"));
            proxy.inject("GetRecords", 0, 1, FaultProxy.refusal(400, "AccessDeniedException"));
            worker.awaitExit(1).check("no word",
                    worker.stderr().endsWith("worker: Kinesis GetRecords: injected (AccessDeniedException)\n"));
        }
    }

    @Test
    void aliveFile_thatCannotBeTouched_isAnError_beforeAnyCall() throws Exception {
        var worker = Script.jbang("worker", "s1", "--app", "any", "--local", "--endpoint-url", "http://127.0.0.1:1", "--alive", "/").run(1);
        assertEquals("worker: --alive: cannot touch /: it is a directory\n", worker.stderr());
    }

    private static WireMockServer dynamoDbProxy() {
        var proxy = new WireMockServer(options().dynamicPort());
        proxy.start();
        proxy.stubFor(any(anyUrl()).atPriority(10).willReturn(aResponse().proxiedFrom(TestWorkers.dynamodb().toString())));
        return proxy;
    }

    private static MappingBuilder calls(String action) {
        return any(anyUrl()).atPriority(1).withHeader("X-Amz-Target", equalTo("DynamoDB_20120810." + action));
    }

    /** One whose DynamoDB is behind the proxy. */
    private static Script worker(String stream, String application, WireMockServer dynamodb, String... options) throws Exception {
        return TestWorkers.worker(stream, application, "--from", "earliest").and(options)
                .env("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:" + dynamodb.port()).start();
    }
}
