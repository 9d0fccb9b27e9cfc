package fake;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import lib.cli.Log;
import lib.local.LocalDynamoDb;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** Workers, and the DynamoDB that those of all tests share. An application for each test. */
public final class TestWorkers {
    public static final int TAKEOVER_SECONDS = 3;

    private static final LocalDynamoDb DYNAMODB = start();
    private static final DynamoDbClient CLIENT = DynamoDbClient.builder().endpointOverride(DYNAMODB.endpoint()).region(Region.US_EAST_1)
            .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"))).build();
    private static final AtomicInteger APPLICATIONS = new AtomicInteger();
    private static final Pattern CHANGE = Pattern.compile("(took|lost) shard (shardId-\\d{12}).*|shard (shardId-\\d{12}) (ended)");

    private TestWorkers() {}

    public static URI dynamodb() {
        return DYNAMODB.endpoint();
    }

    public static DynamoDbClient client() {
        return CLIENT;
    }

    /** The name of a new one. */
    public static String application() {
        return "application-" + APPLICATIONS.incrementAndGet();
    }

    /** One that soon takes over from others. */
    public static Script.Builder worker(String stream, String application, String... options) {
        return at(Script.kinesis("worker", stream, "--app", application, "--takeover", TAKEOVER_SECONDS + "s",
                "--poll-interval", "200ms", "--checkpoint-every", "1s").and(options));
    }

    /** The same, which prints data alone. */
    public static Script.Builder raw(String stream, String application, String... options) {
        return worker(stream, application, "-o", "raw").and(options);
    }

    /** The same, which appends to the file, so that what several print is in the order of time. */
    public static Script.Builder appending(Path out, String stream, String application, String... options) {
        return Script.command("bash", "-c", "exec \"$@\" >>\"$0\"", out.toString()).and(raw(stream, application, options));
    }

    /** Has the script use the tests' DynamoDB. */
    public static Script.Builder at(Script.Builder script) {
        return script.env("AWS_ENDPOINT_URL_DYNAMODB", DYNAMODB.endpoint());
    }

    /** The shards that the worker says it has. */
    static List<String> shards(Script worker) {
        var shards = new TreeMap<String, Boolean>();
        worker.stderr().lines().map(CHANGE::matcher).filter(change -> change.matches()).forEach(change ->
                shards.put(change.group(2) != null ? change.group(2) : change.group(3), "took".equals(change.group(1))));
        return shards.entrySet().stream().filter(Map.Entry::getValue).map(Map.Entry::getKey).toList();
    }

    /** Waits until the workers have so many shards each. */
    public static void await(int shards, Script... workers) throws Exception {
        for (var worker : workers) {
            try {
                Script.await(() -> shards(worker).size() == shards, worker);
            } catch (AssertionError e) {
                throw new AssertionError(List.of(workers).toString(), e);
            }
        }
    }

    /** Makes the lease table of a new application: of each lease the shard id, the checkpoint, and the owner, null for none. */
    public static String application(String[]... leases) {
        var application = application();
        CLIENT.createTable(request -> request.tableName(application).billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(AttributeDefinition.builder().attributeName("leaseKey").attributeType(ScalarAttributeType.S).build())
                .keySchema(KeySchemaElement.builder().attributeName("leaseKey").keyType(KeyType.HASH).build()));
        for (var lease : leases) {
            var item = new TreeMap<>(Map.of("leaseKey", AttributeValue.fromS(lease[0]), "checkpoint", AttributeValue.fromS(lease[1]),
                    "checkpointSubSequenceNumber", AttributeValue.fromN(String.valueOf(Long.MAX_VALUE)),
                    "leaseCounter", AttributeValue.fromN("0"), "ownerSwitchesSinceCheckpoint", AttributeValue.fromN("0")));
            if (lease[2] != null) {
                item.put("leaseOwner", AttributeValue.fromS(lease[2]));
            }
            CLIENT.putItem(request -> request.tableName(application).item(item));
        }
        return application;
    }

    /** Deletes all items of the application's table. */
    public static void empty(String application) {
        for (var item : CLIENT.scanPaginator(request -> request.tableName(application)).items()) {
            CLIENT.deleteItem(request -> request.tableName(application).key(Map.of("leaseKey", item.get("leaseKey"))));
        }
    }

    /** The attribute of each lease of the application that has it, by shard id. */
    public static Map<String, String> leases(String application, String attribute) {
        return CLIENT.scanPaginator(request -> request.tableName(application).consistentRead(true)).items().stream()
                .filter(item -> item.containsKey("checkpoint") && item.containsKey(attribute))
                .collect(Collectors.toMap(item -> item.get("leaseKey").s(), item -> item.get(attribute).s(), (a, b) -> a, TreeMap::new));
    }

    private static LocalDynamoDb start() {
        try {
            return LocalDynamoDb.start(0, new Log());
        } catch (Exception e) {
            throw new IllegalStateException("no DynamoDB for the tests: " + e.getMessage(), e);
        }
    }
}
