package lib.leases;

import java.time.Duration;
import java.util.List;
import lib.cli.Durations;
import lib.cli.Failure;
import lib.cli.Log;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexUpdate;
import software.amazon.awssdk.services.dynamodb.model.IndexStatus;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughput;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.kinesis.leases.LeaseSerializer;
import software.amazon.kinesis.leases.dynamodb.DynamoDBLeaseSerializer;

/**
 * Makes the lease table and its index as the Kinesis Client Library would (DynamoDBLeaseRefresher in awslabs/amazon-kinesis-client).
 * Another worker may make them concurrently.
 */
public record LeaseTableSchema(LeaseTable table, String application, Log log) {
    private static final LeaseSerializer SCHEMA = new DynamoDBLeaseSerializer();
    private static final Duration SILENCE = Duration.ofSeconds(15);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration LONGEST = Duration.ofMinutes(10); // DynamoDB makes a table or an index in a minute or so

    private interface Condition {
        boolean holds() throws InterruptedException;
    }

    private interface Creation {
        void make() throws InterruptedException;
    }

    private interface Status {
        String get() throws InterruptedException;
    }

    /**
     * Makes the table, unless it is there, and returns when it is ready for use.
     *
     * @throws Failure when DynamoDB refuses, or takes too long
     */
    public void makeTable() throws InterruptedException {
        if (table.describe() == null) {
            log.info("application %s is new: DynamoDB creates its lease table, which can take a minute", application);
        }
        await("table", () -> {
            var described = table.describe();
            if (described == null) {
                create("the lease table", () -> table.describe() != null, this::createTable);
                return "no table";
            }
            var isUsable = described.tableStatus() == TableStatus.ACTIVE || described.tableStatus() == TableStatus.UPDATING;
            return isUsable ? null : described.tableStatusAsString();
        });
    }

    /** Makes the index, unless it is there, and returns when it is ready for use. */
    public void makeIndex() throws InterruptedException {
        await("index", () -> {
            var index = table.index();
            if (index == null) {
                create("the index of the lease table", () -> table.index() != null, this::createIndex);
                return "no index";
            }
            return index.indexStatus() == IndexStatus.ACTIVE ? null : index.indexStatusAsString();
        });
    }

    /**
     * Creates something that another worker may have created since this one looked. DescribeTable is eventually consistent (its API
     * reference).
     */
    private void create(String what, Condition exists, Creation creation) throws InterruptedException {
        try {
            creation.make();
        } catch (Failure e) {
            if (!e.isRefusal("ResourceInUseException") && !exists.holds()) {
                throw new Failure("cannot create " + what + " " + application + ": " + e.getMessage(), e);
            }
        }
    }

    private void createTable() throws InterruptedException {
        table.call((dynamodb, name) -> dynamodb.createTable(request -> request.tableName(name).billingMode(BillingMode.PAY_PER_REQUEST)
                .keySchema(SCHEMA.getKeySchema()).attributeDefinitions(SCHEMA.getAttributeDefinitions())));
    }

    private void createIndex() throws InterruptedException {
        var throughput = throughput(table.describe());
        var index = GlobalSecondaryIndexUpdate.builder().create(create -> create.indexName(LeaseTable.INDEX)
                .keySchema(SCHEMA.getWorkerIdToLeaseKeyIndexKeySchema()).projection(to -> to.projectionType(ProjectionType.KEYS_ONLY))
                .provisionedThroughput(throughput)).build();
        var attributes = SCHEMA.getWorkerIdToLeaseKeyIndexAttributeDefinitions();
        table.call((dynamodb, name) -> dynamodb.updateTable(request -> request.tableName(name)
                .attributeDefinitions(attributes).globalSecondaryIndexUpdates(List.of(index))));
    }

    /** Returns the capacity of the table, which its index gets, too; null when each request is paid for. */
    private static ProvisionedThroughput throughput(TableDescription table) {
        if (table == null || table.provisionedThroughput() == null) {
            return null;
        }
        var billing = table.billingModeSummary();
        if (billing != null && billing.billingMode() == BillingMode.PAY_PER_REQUEST) {
            return null;
        }
        var paid = table.provisionedThroughput();
        return ProvisionedThroughput.builder()
                .readCapacityUnits(paid.readCapacityUnits()).writeCapacityUnits(paid.writeCapacityUnits()).build();
    }

    /** @param missing returns the status that the table or index has instead of ACTIVE; null for ACTIVE */
    private void await(String what, Status missing) throws InterruptedException {
        var said = false;
        String status;
        for (var began = System.nanoTime(); (status = missing.get()) != null; Thread.sleep(POLL.toMillis())) {
            var waited = System.nanoTime() - began;
            if (waited > LONGEST.toNanos()) {
                throw new Failure("the %s of application %s is not active after %s (%s); check the table in DynamoDB"
                        .formatted(what, application, Durations.show(LONGEST), status));
            }
            if (waited > SILENCE.toNanos() && !said) {
                said = true;
                log.info("application %s waits up to %s for DynamoDB to create its %s (%s)",
                        application, Durations.show(LONGEST), what, status);
            }
        }
    }
}
