package lib.leases;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import lib.aws.Aws;
import lib.cli.Failure;
import lib.cli.Log;
import lib.kinesis.Backoff;
import lib.kinesis.Pages;
import lib.kinesis.Shards;
import lib.positions.ShardPosition;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/**
 * The table in which the Kinesis Client Library keeps the leases of an application (its attributes: DynamoDBLeaseSerializer and
 * EntityType in awslabs/amazon-kinesis-client), and beside them the {@link ApplicationStart}.
 */
public final class LeaseTable {
    public static final String KEY = "leaseKey";
    private static final int MAX_ARN = 2_048; // API reference, DescribeStreamSummary
    private static final String ENDPOINT = "AWS_ENDPOINT_URL_DYNAMODB";
    static final String INDEX = "LeaseOwnerToLeaseKeyIndex"; // DynamoDBLeaseRefresher
    private static final Set<String> SENTINELS = Set.of(ShardPosition.SHARD_END, "TRIM_HORIZON", "AT_TIMESTAMP", "LATEST");

    private final String name;
    private final DynamoDbClient dynamodb;
    private final Duration giveUp;
    private final Log log;

    /** @param giveUp how long a call may fail for reasons other than throttling */
    public LeaseTable(String name, DynamoDbClient dynamodb, Duration giveUp, Log log) {
        this.name = name;
        this.dynamodb = dynamodb;
        this.giveUp = giveUp;
        this.log = log;
    }

    /**
     * Returns the table of an application, which may not exist yet.
     *
     * @param calls how often a call is tried, and how long it may take
     */
    public static LeaseTable of(
            String application, Consumer<ClientOverrideConfiguration.Builder> calls, Aws aws, Duration giveUp, Log log) {
        var dynamodb = aws.other(DynamoDbClient.builder(), calls, "DYNAMODB", Aws.LOCAL_DYNAMODB_PORT).build();
        return new LeaseTable(application, dynamodb, giveUp, log);
    }

    /** Returns the same table for other calls. */
    public LeaseTable with(Duration giveUp, Log log) {
        return new LeaseTable(name, dynamodb, giveUp, log);
    }

    /**
     * A shard, as the workers share it.
     *
     * @param owner      the worker that has it; null when none has
     * @param checkpoint a sequence number, TRIM_HORIZON, AT_TIMESTAMP, LATEST or SHARD_END
     */
    public record Lease(String shardId, String owner, String checkpoint) {
        ShardPosition position(Instant begin) {
            return switch (checkpoint) {
                case ShardPosition.SHARD_END -> ShardPosition.shardEnd();
                case "TRIM_HORIZON" -> ShardPosition.trimHorizon();
                case "AT_TIMESTAMP", "LATEST" -> begin == null ? ShardPosition.trimHorizon() : ShardPosition.at(begin);
                default -> ShardPosition.after(checkpoint);
            };
        }
    }

    /**
     * Returns whether there is such a table, ready for use.
     *
     * @throws Failure when the table is of something else
     */
    public boolean isReady() throws InterruptedException {
        var table = describe();
        return table != null && (table.tableStatus() == TableStatus.ACTIVE || table.tableStatus() == TableStatus.UPDATING);
    }

    /**
     * Describes the table.
     *
     * @return null when there is none
     * @throws Failure when the table is of something else
     */
    TableDescription describe() throws InterruptedException {
        var table = call(() -> {
            try {
                return dynamodb.describeTable(request -> request.tableName(name));
            } catch (ResourceNotFoundException e) {
                return null;
            }
        });
        if (table == null) {
            return null;
        }
        if (table.table() == null || table.table().keySchema().isEmpty()) {
            throw Failure.nonsense("DescribeTable has no key schema", ENDPOINT);
        }
        if (!KEY.equals(table.table().keySchema().get(0).attributeName())) {
            throw new Failure("table " + name + " in DynamoDB is not a lease table; use another --app");
        }
        return table.table();
    }

    /** Returns the index by which the library finds the leases of a worker; null when the table has none. */
    GlobalSecondaryIndexDescription index() throws InterruptedException {
        var table = describe();
        if (table == null) {
            return null;
        }
        return table.globalSecondaryIndexes().stream().filter(index -> INDEX.equals(index.indexName())).findFirst().orElse(null);
    }

    /** Stores the origin, unless the table has one, and returns the origin that the table has now. */
    public ApplicationStart keep(ApplicationStart origin) throws InterruptedException {
        return add(origin.item()) ? origin : kept();
    }

    /** Replaces the old origin, unless another worker was faster, and returns the origin that the table has now. */
    public ApplicationStart replace(ApplicationStart old, ApplicationStart origin) throws InterruptedException {
        var isReplaced = put(request -> request.item(origin.item())
                .conditionExpression("#begin = :begin AND attribute_not_exists(" + ApplicationStart.PENDING + ")")
                .expressionAttributeNames(Map.of("#begin", "begin")) // a reserved word
                .expressionAttributeValues(Map.of(":begin", old.item().get("begin"))));
        return isReplaced ? origin : kept();
    }

    private ApplicationStart kept() throws InterruptedException {
        var origin = origin();
        if (origin == null) {
            throw emptied();
        }
        return origin;
    }

    /** Notes that the application has its first leases. */
    public void settle() throws InterruptedException {
        try {
            call(() -> dynamodb.updateItem(request -> request.tableName(name).key(ApplicationStart.KEY)
                    .updateExpression("REMOVE " + ApplicationStart.PENDING).conditionExpression("attribute_exists(" + KEY + ")")));
        } catch (Failure e) {
            throw e.isRefusal("ConditionalCheckFailedException") ? emptied() : e;
        }
    }

    private Failure emptied() {
        return new Failure("the lease table " + name + " was emptied while the application started; start the worker again");
    }

    /** Returns what the application reads; null when no worker has kept it, as in the table of another program. */
    public ApplicationStart origin() throws InterruptedException {
        var item = call(() -> dynamodb.getItem(request -> request.tableName(name).key(ApplicationStart.KEY).consistentRead(true))).item();
        if (item.isEmpty()) {
            return null;
        }
        try {
            var origin = ApplicationStart.of(item);
            if (origin.streamARN().length() <= MAX_ARN && (origin.begin() == null || ShardPosition.isTimestamp(origin.begin()))) {
                return origin;
            }
        } catch (RuntimeException e) { // of a string that is missing or no time
        }
        throw Failure.nonsense("the item Origin of table " + name + " cannot be read", ENDPOINT);
    }

    /** Adds an item, and returns false when the table already has one of its key. */
    public boolean add(Map<String, AttributeValue> item) throws InterruptedException {
        return put(request -> request.item(item).conditionExpression("attribute_not_exists(" + KEY + ")"));
    }

    /** Returns false when the condition does not hold. */
    private boolean put(Consumer<PutItemRequest.Builder> item) throws InterruptedException {
        try {
            call(() -> dynamodb.putItem(request -> item.accept(request.tableName(name))));
            return true;
        } catch (Failure e) {
            if (e.isRefusal("ConditionalCheckFailedException")) {
                return false;
            }
            throw e;
        }
    }

    /** Returns all leases, by shard id. */
    public Map<String, Lease> leases() throws InterruptedException {
        var items = new Pages<Map<String, AttributeValue>>("Scan", item -> text(item, KEY), ENDPOINT);
        ScanResponse page = null;
        do {
            var start = page == null ? null : page.lastEvaluatedKey();
            page = call(() -> dynamodb.scan(request -> request.tableName(name).consistentRead(true).exclusiveStartKey(start)));
        } while (items.add(page.items(), !page.lastEvaluatedKey().isEmpty()));
        var leases = new TreeMap<String, Lease>();
        for (var item : items.all()) {
            if (item.containsKey("checkpoint")) { // else it is something else that is kept there
                var owner = item.get("leaseOwner");
                var lease = new Lease(text(item, KEY), owner == null ? null : owner.s(), text(item, "checkpoint"));
                if (!Shards.isSequenceNumber(lease.checkpoint()) && !SENTINELS.contains(lease.checkpoint())) {
                    throw Failure.nonsense("Scan has the checkpoint '%.40s'".formatted(lease.checkpoint()), ENDPOINT);
                }
                leases.put(lease.shardId(), lease);
            }
        }
        return leases;
    }

    /** Returns the string of an attribute. */
    private static String text(Map<String, AttributeValue> item, String attribute) {
        if (!item.containsKey(attribute) || item.get(attribute).s() == null) {
            throw Failure.nonsense("Scan has an item without the string " + attribute, ENDPOINT);
        }
        return item.get(attribute).s();
    }

    /** Forgets the worker, which else gets shards until its last sign of life is old. */
    void forget(String workerId) throws InterruptedException {
        try {
            call(() -> dynamodb.deleteItem(request -> request.tableName(name).key(Map.of(KEY, AttributeValue.fromS(workerId)))
                    .conditionExpression("entityType = :worker")
                    .expressionAttributeValues(Map.of(":worker", AttributeValue.fromS("WORKER_METRIC_STATS")))));
        } catch (Failure e) {
            if (!e.isRefusal("ConditionalCheckFailedException")) { // another shard was faster
                throw e;
            }
        }
    }

    /** Makes a call about the table and retries it. */
    <T> T call(BiFunction<DynamoDbClient, String, T> call) throws InterruptedException {
        return call(() -> call.apply(dynamodb, name));
    }

    private <T> T call(Supplier<T> call) throws InterruptedException {
        return new Backoff("DynamoDB", giveUp, log).call(call);
    }
}
