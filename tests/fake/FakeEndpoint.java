package fake;

import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.jr.ob.JSON;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import lib.kinesis.KinesisStream.PutEntry;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** The real script's way to {@link FakeShards}. */
public final class FakeEndpoint implements AutoCloseable {
    private static final JSON CBOR = JSON.builder(new CBORFactory()).build();

    private static final int MAX_BYTES = 9 << 20; // and one record: of the 10 MiB that a response has (API reference, GetRecords)

    private final long started = System.currentTimeMillis(); // when all records arrived
    private final FakeShards shards;
    private final HttpServer server;

    public FakeEndpoint(FakeShards shards) throws IOException {
        this.shards = shards;
        server = Loopback.serve(this::handle);
    }

    /** A stream that only counts. */
    public static FakeEndpoint counting(int shards, boolean limited) throws IOException {
        var fake = new FakeShards(shards).forgetful();
        return new FakeEndpoint(limited ? fake.limited() : fake);
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public long records() {
        return shards.count.get();
    }

    private void handle(HttpExchange exchange) throws IOException {
        var action = exchange.getRequestHeaders().getFirst("X-Amz-Target").replaceFirst(".*\\.", "");
        var request = CBOR.mapFrom(exchange.getRequestBody());
        exchange.getResponseHeaders().set("Content-Type", "application/x-amz-cbor-1.1");
        try {
            answer(exchange, 200, switch (action) {
                case "DescribeStreamSummary" -> Map.of("StreamDescriptionSummary", Map.of("StreamStatus", "ACTIVE",
                        "StreamName", request.get("StreamName"), "StreamARN", "arn:aws:kinesis:us-east-1:1:stream/s",
                        "RetentionPeriodHours", 24, "StreamCreationTimestamp", started,
                        "RecordDistributionStrategy", shards.isAuto() ? "AUTO" : "USER_PARTITION_KEY"));
                case "ListShards" -> Map.of("Shards", shards.listShards().all().stream().map(FakeEndpoint::shard).toList());
                case "PutRecords" -> putRecords(request);
                case "PutRecord" -> putRecord(request);
                case "GetShardIterator" -> Map.of("ShardIterator", request.get("ShardId") + "/0");
                case "GetRecords" -> getRecords((String) request.get("ShardIterator"), (int) request.get("Limit"));
                default -> throw new IOException(action);
            });
        } catch (KinesisException e) {
            var details = e.awsErrorDetails();
            answer(exchange, e.statusCode(), Map.of("__type", details.errorCode(), "message", details.errorMessage()));
        }
    }

    private static void answer(HttpExchange exchange, int status, Map<String, Object> message) throws IOException {
        var reply = CBOR.asBytes(message);
        exchange.sendResponseHeaders(status, reply.length);
        exchange.getResponseBody().write(reply);
        exchange.close();
    }

    private static Map<String, Object> shard(Shard shard) {
        var keys = shard.hashKeyRange();
        var first = shard.sequenceNumberRange().startingSequenceNumber();
        var last = shard.sequenceNumberRange().endingSequenceNumber();
        return Map.of("ShardId", shard.shardId(),
                "HashKeyRange", Map.of("StartingHashKey", keys.startingHashKey(), "EndingHashKey", keys.endingHashKey()),
                "SequenceNumberRange", last == null ? Map.of("StartingSequenceNumber", first)
                        : Map.of("StartingSequenceNumber", first, "EndingSequenceNumber", last));
    }

    private Map<String, Object> putRecord(Map<String, Object> request) {
        var result = shards.putRecord(entry(request), (String) request.get("SequenceNumberForOrdering"));
        return Map.of("ShardId", result.shardId(), "SequenceNumber", result.sequenceNumber());
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> putRecords(Map<String, Object> request) {
        var records = (List<Map<String, Object>>) request.get("Records");
        var results = shards.putRecords(records.stream().map(FakeEndpoint::entry).toList());
        return Map.of("Records", results.stream().map(result -> result.errorCode() != null
                ? Map.of("ErrorCode", result.errorCode(), "ErrorMessage", result.errorMessage())
                : Map.of("ShardId", result.shardId(), "SequenceNumber", result.sequenceNumber())).toList());
    }

    private static PutEntry entry(Map<String, Object> record) {
        return new PutEntry((String) record.get("PartitionKey"), (String) record.get("ExplicitHashKey"), (byte[]) record.get("Data"));
    }

    /** @param iterator the shard's id, and how many of its records come before: a reader begins with the first, whatever it asks for */
    private Map<String, Object> getRecords(String iterator, int limit) {
        var shardId = iterator.split("/")[0];
        var from = Integer.parseInt(iterator.split("/")[1]);
        var all = shards.stored().stream().filter(stored -> stored.shardId().equals(shardId)).toList();
        var to = from;
        for (var bytes = 0; to < Math.min(all.size(), from + limit) && bytes < MAX_BYTES; to++) {
            bytes += all.get(to).data().length;
        }
        var end = to;
        var records = IntStream.range(from, end).mapToObj(n -> Map.of("SequenceNumber", String.valueOf(n),
                "PartitionKey", all.get(n).partitionKey(), "Data", all.get(n).data(), "ApproximateArrivalTimestamp", started)).toList();
        return Map.of("Records", records, "NextShardIterator", shardId + "/" + to, "MillisBehindLatest", to < all.size() ? 1000 : 0);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
