import static org.junit.jupiter.api.Assertions.assertEquals;

import fake.OnKinesis;
import fake.Script;
import fake.TestKinesis;
import fake.TestWorkers;
import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;

/** What worker --status says of lease tables, without a worker. */
@OnKinesis
@Tag("worker")
class WorkerStatusTest {
    private static final String FIRST = "shardId-000000000000";
    private static final String SECOND = "shardId-000000000001";

    @Test
    void eachShard_hasItsOwnerAndItsLag_andTheOneThatIsReadToItsEnd_isLeftOut() throws Exception {
        var stream = TestKinesis.stream(1);
        TestKinesis.put(stream, "1", "2", "3");
        TestKinesis.split(stream, FIRST);
        var application = TestWorkers.application(lease(FIRST, "SHARD_END", null), lease(SECOND, "TRIM_HORIZON", "host-1"),
                lease("shardId-000000000002", "TRIM_HORIZON", null));
        TestKinesis.put(stream, "4");
        var status = status(stream, application).run(0);
        status.check("another table", status.stdout().matches("""
                SHARD                 BEHIND  RECORDS  OWNER
                shardId-000000000001 +\\d+m?s +[01]  host-1
                shardId-000000000002 +\\d+m?s +[01]  -
                total: 1 records not read(; worst: .* behind)?
                """));
    }

    @Test
    void aShardThatIsReadInPart_isShownFromThere_inJson() throws Exception {
        var stream = TestKinesis.stream(1);
        TestKinesis.put(stream, "1", "2", "3");
        var first = TestKinesis.records(stream, FIRST).get(0).sequenceNumber();
        var status = status(stream, TestWorkers.application(lease(FIRST, first, "host-1")), "-o", "json").run(0);
        assertEquals("""
                {"shardId":"shardId-000000000000","leaseOwner":"host-1","type":"AFTER_SEQUENCE_NUMBER","sequenceNumber":"%s","millisBehindLatest":N,"records":2}
                {"streamName":"%s","unfinishedShardCount":1,"millisBehindLatest":N,"records":2}
                """.formatted(first, stream), status.stdout().replaceAll("Latest\":\\d+", "Latest\":N"));
    }

    @Test
    void aShardThatNobodyHasRead_countsFromWhereTheApplicationBegins() throws Exception {
        var stream = TestKinesis.stream(1);
        TestKinesis.put(stream, "1", "2", "3");
        var application = TestWorkers.application(lease(FIRST, "AT_TIMESTAMP", null));
        status(stream, application, "--from", "earliest").run(0).awaitStdout(out -> out.contains("total: 3 records"));
        status(stream, application, "--from", "-1h").run(0).awaitStdout(out -> out.contains("total: 3 records"));
    }

    @Test
    void furtherBehindThanMaxLag_isExitCode1() throws Exception {
        var stream = TestKinesis.stream(1);
        TestKinesis.put(stream, "1");
        var application = TestWorkers.application(lease(FIRST, "TRIM_HORIZON", null));
        Thread.sleep(1100); // the service's clock has no fractions
        var late = status(stream, application, "--max-lag", "1ms").run(1);
        late.check("no word",
                late.stderr().matches("(?s).*stream " + stream + ": the lag of shard " + FIRST + " is [\\dms]+, more than --max-lag"
                        + " 1ms\n"));
        var early = status(stream, application, "--max-lag", "1h").run(0);
        early.check("late", !early.stderr().contains("more than --max-lag")); // a loaded machine may have its calls retried
    }

    @Test
    void noSuchApplication_isAnError_andIsNotMade() throws Exception {
        var stream = TestKinesis.stream(1);
        for (int n = 0; n < 2; n++) {
            endsWith("worker: application nobody does not exist: DynamoDB has no table of this name; check --app and the region\n",
                    status(stream, "nobody").run(1));
        }
    }

    @Test
    void aTableThatIsNoLeaseTable_isRefused_byWorkersAsWell() throws Exception {
        var stream = TestKinesis.stream(1);
        TestWorkers.client().createTable(request -> request.tableName("orders")
                .provisionedThroughput(table -> table.readCapacityUnits(1L).writeCapacityUnits(1L))
                .attributeDefinitions(AttributeDefinition.builder().attributeName("id").attributeType("S").build())
                .keySchema(KeySchemaElement.builder().attributeName("id").keyType("HASH").build()));
        var error = "worker: table orders in DynamoDB is not a lease table; use another --app\n";
        endsWith(error, status(stream, "orders").run(1));
        endsWith(error, TestWorkers.worker(stream, "orders").run(1));
    }

    @Test
    void theTableOfAnotherProgram_thatHasReadWhereTheStreamHasNeverBeen_isRefused_byWorkersAsWell() throws Exception {
        var stream = TestKinesis.stream(1);
        var start = TestKinesis.shards(stream).get(0).sequenceNumberRange().startingSequenceNumber();
        var before = new BigInteger(start).subtract(BigInteger.ONE);
        for (var checkpoint : List.of("SHARD_END", before.toString())) {
            var application = TestWorkers.application(lease(FIRST, checkpoint, null));
            var error = "worker: application " + application + " belongs to another stream: shard " + FIRST
                    + " of this stream cannot have the checkpoint " + checkpoint + "; use another --app, or delete its table in DynamoDB\n";
            endsWith(error, status(stream, application).run(1));
            endsWith(error, TestWorkers.worker(stream, application).run(1));
        }
    }

    private static String[] lease(String shardId, String checkpoint, String owner) {
        return new String[] {shardId, checkpoint, owner};
    }

    private static Script.Builder status(String stream, String application, String... options) {
        return TestWorkers.at(Script.kinesis("worker", stream, "--app", application, "--status").and(options));
    }

    /** Before the error, a loaded machine can have lines of calls that were retried. */
    private static void endsWith(String error, Script script) {
        script.check("not the error " + error, script.stderr().endsWith(error));
    }
}
