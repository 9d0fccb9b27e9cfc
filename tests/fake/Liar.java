package fake;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** A Kinesis with one stream, s1, whose answers to one action a test changes, or sends itself: in each region another one. */
public final class Liar implements AutoCloseable {
    public static final String PARENT = "shardId-000000000000";
    public static final String CHILD = "shardId-000000000001";

    /** Stands for each action. */
    public static final String ANY = "any";

    private static final String LAST_HASH_KEY = "340282366920938463463374607431768211455";

    private final HttpServer server;
    private final Map<String, Lie> lies = new ConcurrentHashMap<>();

    /** What is wrong with the answer to an action. */
    private record Lie(String action, Sender sender) {}

    /** Answers a call itself. */
    public interface Sender {
        void send(HttpExchange exchange, Protocol protocol, Map<String, Object> truth) throws IOException;
    }

    public Liar() throws IOException {
        server = Loopback.serve(this::handle);
    }

    /** Returns the region in which the answers to the action are changed. */
    public String lie(String action, Consumer<Map<String, Object>> change) {
        return send(action, (exchange, protocol, answer) -> {
            change.accept(answer);
            send(exchange, 200, protocol, protocol.write(answer));
        });
    }

    /** Returns the region in which the action is answered so. */
    public String send(String action, Sender sender) {
        var region = action + "-" + lies.size();
        lies.put(region, new Lie(action, sender));
        return region;
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var action = exchange.getRequestHeaders().getFirst("X-Amz-Target").replaceFirst(".*\\.", "");
            var protocol = Protocol.of(exchange.getRequestHeaders().getFirst("Content-Type"));
            var answer = answer(action, protocol.read(exchange.getRequestBody().readAllBytes()));
            var lie = lies.get(exchange.getRequestHeaders().getFirst("Authorization").split("/")[2]);
            if (lie != null && (lie.action().equals(ANY) || lie.action().equals(action))) {
                lie.sender().send(exchange, protocol, answer);
            } else {
                send(exchange, 200, protocol, protocol.write(answer));
            }
        }
    }

    public static void send(HttpExchange exchange, int status, Protocol protocol, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", protocol.contentType);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    /** Returns the truth: a shard that is split, with a record in each of its two children. */
    public static Map<String, Object> answer(String action, Map<String, Object> request) {
        return switch (action) {
            case "DescribeStreamSummary" -> map("StreamDescriptionSummary", map(
                    "StreamName", "s1", "StreamARN", "arn:aws:kinesis:us-east-1:1:stream/s1", "StreamStatus", "ACTIVE",
                    "RetentionPeriodHours", 24, "StreamCreationTimestamp", 1_700_000_000_000L, "EnhancedMonitoring", list(),
                    "OpenShardCount", 2, "ConsumerCount", 1, "MaxRecordSizeInKiB", 1024));
            case "ListShards" -> map("Shards", list(shard(PARENT, null, "0", LAST_HASH_KEY), shard(CHILD, PARENT, "0", "9"),
                    shard("shardId-000000000002", PARENT, "10", LAST_HASH_KEY)));
            case "ListStreams" -> map("StreamNames", list("s1"), "HasMoreStreams", false);
            case "ListTagsForStream" -> map("Tags", list(map("Key", "k", "Value", "v")), "HasMoreTags", false);
            case "ListStreamConsumers" -> map("Consumers", list(map("ConsumerName", "c", "ConsumerARN", "arn:c", "ConsumerStatus", "ACTIVE",
                    "ConsumerCreationTimestamp", 1_700_000_000_000L)));
            case "GetShardIterator" -> map("ShardIterator", request.get("ShardId") + "/0");
            case "GetRecords" -> records((String) request.get("ShardIterator"));
            case "PutRecords" -> map("FailedRecordCount", 0,
                    "Records", list(((List<?>) request.get("Records")).stream().map(record -> stored()).toArray()));
            case "PutRecord" -> stored();
            default -> throw new IllegalArgumentException(action);
        };
    }

    private static Map<String, Object> shard(String id, String parent, String first, String last) {
        var shard = map("ShardId", id, "HashKeyRange", map("StartingHashKey", first, "EndingHashKey", last),
                "SequenceNumberRange", map("StartingSequenceNumber", "1"));
        if (parent == null) {
            map(shard, "SequenceNumberRange").put("EndingSequenceNumber", "9");
        } else {
            shard.put("ParentShardId", parent);
        }
        return shard;
    }

    private static Map<String, Object> child(String id) {
        return map("ShardId", id, "ParentShards", list(PARENT), "HashKeyRange", map("StartingHashKey", "0", "EndingHashKey", "9"));
    }

    private static Map<String, Object> stored() {
        return map("ShardId", CHILD, "SequenceNumber", "1");
    }

    private static Map<String, Object> records(String iterator) {
        var shardId = iterator.split("/")[0];
        if (shardId.equals(PARENT)) {
            return map("Records", list(), "MillisBehindLatest", 0, "ChildShards", list(child(CHILD), child("shardId-000000000002")));
        }
        var records = iterator.endsWith("/0") ? list(map("SequenceNumber", "1", "PartitionKey", "k", "Data", "data".getBytes(),
                "ApproximateArrivalTimestamp", System.currentTimeMillis())) : list();
        return map("Records", records, "NextShardIterator", shardId + "/1", "MillisBehindLatest", 0);
    }

    /** Returns the first of the maps in the list of that name. */
    @SuppressWarnings("unchecked")
    public static Map<String, Object> first(Map<String, Object> answer, String list) {
        return ((List<Map<String, Object>>) answer.get(list)).get(0);
    }

    @SuppressWarnings("unchecked")
    public static Map<String, Object> map(Map<String, Object> answer, String name) {
        return (Map<String, Object>) answer.get(name);
    }

    private static Map<String, Object> map(Object... namesAndValues) {
        var map = new HashMap<String, Object>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }

    private static List<Object> list(Object... items) {
        return new ArrayList<>(List.of(items));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
