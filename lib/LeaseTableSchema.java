package lib;

import java.time.Duration;
import java.util.List;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexUpdate;
import software.amazon.awssdk.services.dynamodb.model.IndexStatus;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughput;
import software.amazon.kinesis.leases.LeaseSerializer;
import software.amazon.kinesis.leases.dynamodb.DynamoDBLeaseSerializer;

/**
 * Makes the lease table and its index as the Kinesis Client Library would (DynamoDBLeaseRefresher in awslabs/amazon-kinesis-client). Another
 * worker may make them at the same time.
 */
record LeaseTableSchema(LeaseTable table, String application, Log log) {
    private static final LeaseSerializer SCHEMA = new DynamoDBLeaseSerializer();
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration LONGEST = Duration.ofMinutes(10); // for DynamoDB to make a table or an index, which takes it a minute or so

    private interface Condition {
        boolean holds() throws InterruptedException;
    }

    /**
     * Makes the table, unless it is there, and returns when it is ready for use.
     *
     * @throws Failure when DynamoDB refuses, or takes too long
     */
    void makeTable() throws InterruptedException {
        await("table", () -> {
            if (table.describe() == null) {
                log.info("application %s is new: DynamoDB makes its lease table, which can take a minute", application);
                try {
                    createTable();
                } catch (Failure e) {
                    if (table.describe() == null) { // else another worker has made it
                        throw new Failure("cannot make the lease table " + application + ": " + e.getMessage(), e);
                    }
                }
            }
            return table.isReady();
        });
    }

    /** Makes the index, unless it is there, and returns when it is ready for use. */
    void makeIndex() throws InterruptedException {
        if (table.index() == null) {
            try {
                createIndex();
            } catch (Failure e) {
                if (table.index() == null) { // else another worker has made it
                    throw new Failure("cannot make the index of the lease table " + application + ": " + e.getMessage(), e);
                }
            }
        }
        await("index", () -> {
            var index = table.index();
            return index != null && index.indexStatus() == IndexStatus.ACTIVE;
        });
    }

    private void createTable() throws InterruptedException {
        table.call((dynamodb, name) -> dynamodb.createTable(request -> request.tableName(name).billingMode(BillingMode.PAY_PER_REQUEST)
                .keySchema(SCHEMA.getKeySchema()).attributeDefinitions(SCHEMA.getAttributeDefinitions())));
    }

    private void createIndex() throws InterruptedException {
        var described = table.describe();
        var paid = described == null || described.billingModeSummary() != null && described.billingModeSummary().billingMode() == BillingMode.PAY_PER_REQUEST
                ? null : described.provisionedThroughput();
        var throughput = paid == null ? null
                : ProvisionedThroughput.builder().readCapacityUnits(paid.readCapacityUnits()).writeCapacityUnits(paid.writeCapacityUnits()).build();
        var index = GlobalSecondaryIndexUpdate.builder().create(create -> create.indexName(LeaseTable.INDEX)
                .keySchema(SCHEMA.getWorkerIdToLeaseKeyIndexKeySchema()).projection(to -> to.projectionType(ProjectionType.KEYS_ONLY))
                .provisionedThroughput(throughput)).build();
        table.call((dynamodb, name) -> dynamodb.updateTable(request -> request.tableName(name)
                .attributeDefinitions(SCHEMA.getWorkerIdToLeaseKeyIndexAttributeDefinitions()).globalSecondaryIndexUpdates(List.of(index))));
    }

    private void await(String what, Condition condition) throws InterruptedException {
        for (var began = System.nanoTime(); !condition.holds(); Thread.sleep(POLL.toMillis())) {
            if (System.nanoTime() - began > LONGEST.toNanos()) {
                throw new Failure("the %s of application %s is not active after %s; check the table in DynamoDB"
                        .formatted(what, application, Durations.show(LONGEST)));
            }
        }
    }
}
