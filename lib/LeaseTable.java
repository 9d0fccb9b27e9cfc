package lib;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.kinesis.model.Shard;

/**
 * The table in which the Kinesis Client Library keeps the leases of an application (its attributes: DynamoDBLeaseSerializer and
 * EntityType in awslabs/amazon-kinesis-client), and beside them what stream they are of.
 */
final class LeaseTable {
    static final String KEY = "leaseKey";
    private static final int MAX_ARN = 2_048; // API reference, DescribeStreamSummary
    private static final String ENDPOINT = "AWS_ENDPOINT_URL_DYNAMODB";
    private static final Set<String> SENTINELS = Set.of(ShardPosition.SHARD_END, "TRIM_HORIZON", "AT_TIMESTAMP", "LATEST");

    private final String name;
    private final DynamoDbClient dynamodb;
    private final Log log;

    LeaseTable(String name, DynamoDbClient dynamodb, Log log) {
        this.name = name;
        this.dynamodb = dynamodb;
        this.log = log;
    }

    static LeaseTable of(Application application, Aws aws, Log log) {
        return new LeaseTable(application.name, aws.other(DynamoDbClient.builder(), application.dynamoDbCalls(), "DYNAMODB", Aws.LOCAL_DYNAMODB_PORT).build(), log);
    }

    /**
     * A shard, as the workers share it.
     *
     * @param owner      the worker that has it; null when none has
     * @param checkpoint a sequence number, TRIM_HORIZON, AT_TIMESTAMP, LATEST or SHARD_END
     */
    record Lease(String shardId, String owner, String checkpoint) {
        private ShardPosition position(Instant begin) {
            return switch (checkpoint) {
                case ShardPosition.SHARD_END -> ShardPosition.shardEnd();
                case "TRIM_HORIZON" -> ShardPosition.trimHorizon();
                case "AT_TIMESTAMP", "LATEST" -> begin == null ? ShardPosition.trimHorizon() : ShardPosition.at(begin);
                default -> ShardPosition.after(checkpoint);
            };
        }

        /** Whether the shard can have been read so far. */
        private boolean isOf(Shard shard) {
            if (checkpoint.equals(ShardPosition.SHARD_END)) {
                return !Shards.isOpen(shard);
            }
            var first = shard.sequenceNumberRange().startingSequenceNumber();
            return !checkpoint.matches("\\d+") || new BigInteger(checkpoint).compareTo(new BigInteger(first)) >= 0;
        }
    }

    /**
     * What is read of a stream.
     *
     * @param leases     by shard id
     * @param checkpoint how far; also has the shards that are yet to be begun
     */
    record Reading(Map<String, Lease> leases, Shards shards, Checkpoint checkpoint) {
        /** Null when it has none. */
        String owner(String shardId) {
            return leases.containsKey(shardId) ? leases.get(shardId).owner() : null;
        }
    }

    /**
     * Whether there is such a table, ready for use.
     *
     * @throws Failure when the table is of something else
     */
    boolean isReady() throws InterruptedException {
        TableDescription table;
        try {
            table = call(() -> dynamodb.describeTable(request -> request.tableName(name)).table());
        } catch (Failure e) {
            if (e.isRefusal("ResourceNotFoundException")) {
                return false;
            }
            throw e;
        }
        if (table == null || table.keySchema().isEmpty()) {
            throw Failure.nonsense("DescribeTable has no key of the table", ENDPOINT);
        }
        if (!KEY.equals(table.keySchema().get(0).attributeName())) {
            throw new Failure("DynamoDB has a table " + name + " that is no lease table; take another --app");
        }
        return table.tableStatus() == TableStatus.ACTIVE || table.tableStatus() == TableStatus.UPDATING;
    }

    /** Keeps the origin for all workers to come, unless there is one, which is returned then. */
    Origin keep(Origin origin) throws InterruptedException {
        try {
            call(() -> dynamodb.putItem(request -> request.tableName(name).item(origin.item()).conditionExpression("attribute_not_exists(" + KEY + ")")));
            return origin;
        } catch (Failure e) {
            if (!e.isRefusal("ConditionalCheckFailedException")) {
                throw e;
            }
            return kept();
        }
    }

    /** Null when no worker has kept one, as in the table of another program. */
    private Origin kept() throws InterruptedException {
        var item = call(() -> dynamodb.getItem(request -> request.tableName(name).key(Origin.KEY).consistentRead(true))).item();
        if (item.isEmpty()) {
            return null;
        }
        try {
            var origin = Origin.of(item);
            if (origin.streamARN().length() <= MAX_ARN && (origin.begin() == null || ShardPosition.isTimestamp(origin.begin()))) {
                return origin;
            }
        } catch (RuntimeException e) { // of a string that is missing or no time
        }
        throw Failure.nonsense("the item Origin of table " + name, ENDPOINT);
    }

    /** @throws Failure when the application is of another stream than this one */
    void check(Origin origin, Origin now) {
        if (!origin.isSameStream(now)) {
            throw new Failure("application " + name + " is of another stream, " + origin.streamARN() + " created " + origin.streamCreationTimestamp()
                    + "; take another --app, or delete its table in DynamoDB");
        }
    }

    /**
     * What is read of the stream. Warns of shards that are no longer there, and were not read to their end.
     *
     * @param now    what the stream is
     * @param shards lists them, once the leases are read: they may be of new ones
     * @throws Failure when the application is of another stream
     */
    Reading read(Origin now, Callable<Shards> shards) throws Exception {
        var kept = kept();
        var origin = kept == null ? now : kept;
        check(origin, now);
        var leases = leases();
        var listed = shards.call();
        if (kept == null) {
            checkEach(leases, listed);
        }
        var checkpoint = Checkpoint.inMemory();
        leases.forEach((shardId, lease) -> checkpoint.set(shardId, lease.position(origin.begin())));
        var from = !leases.isEmpty() ? null : origin.begin() == null ? new Position.Earliest() : new Position.At(origin.begin());
        new Starts(checkpoint, listed, from, log).set(shard -> true);
        return new Reading(leases, listed, checkpoint);
    }

    /** The leases of another program do not tell their stream. */
    private void checkEach(Map<String, Lease> leases, Shards shards) {
        for (var shard : shards.all()) {
            var lease = leases.get(shard.shardId());
            if (lease != null && !lease.isOf(shard)) {
                throw new Failure("application " + name + " has read shard " + shard.shardId() + " up to " + lease.checkpoint()
                        + ", where the stream has never been: it is of another one; take another --app, or delete its table in DynamoDB");
            }
        }
    }

    private Map<String, Lease> leases() throws InterruptedException {
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

    private <T> T call(Supplier<T> call) throws InterruptedException {
        return Backoff.startup("DynamoDB", log).call(call);
    }
}
