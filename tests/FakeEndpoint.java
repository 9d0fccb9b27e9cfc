package lib;

import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.jr.ob.JSON;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/** The real script's way to {@link FakeShards}. */
public final class FakeEndpoint implements AutoCloseable {
    private static final JSON CBOR = JSON.builder(new CBORFactory()).build();

    private final FakeShards shards;
    private final HttpServer server;

    FakeEndpoint(FakeShards shards) throws IOException {
        this.shards = shards;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool(work -> {
            var thread = new Thread(work);
            thread.setDaemon(true);
            return thread;
        }));
        server.createContext("/", this::handle);
        server.start();
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
        var reply = CBOR.asBytes(switch (action) {
            case "DescribeStreamSummary" -> Map.of("StreamDescriptionSummary", Map.of("StreamStatus", "ACTIVE"));
            case "ListShards" -> Map.of("Shards", shards.shards().stream().map(shard -> Map.of(
                    "ShardId", shard.shardId(), "HashKeyRange", Map.of("StartingHashKey", shard.hashKeyRange().startingHashKey(),
                            "EndingHashKey", shard.hashKeyRange().endingHashKey()),
                    "SequenceNumberRange", Map.of("StartingSequenceNumber", "1"))).toList());
            case "PutRecords" -> putRecords(request);
            default -> throw new IOException(action);
        });
        exchange.getResponseHeaders().set("Content-Type", "application/x-amz-cbor-1.1");
        exchange.sendResponseHeaders(200, reply.length);
        exchange.getResponseBody().write(reply);
        exchange.close();
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> putRecords(Map<String, Object> request) {
        var entries = ((List<Map<String, Object>>) request.get("Records")).stream().map(entry -> PutRecordsRequestEntry.builder()
                .partitionKey((String) entry.get("PartitionKey")).explicitHashKey((String) entry.get("ExplicitHashKey"))
                .data(SdkBytes.fromByteArray((byte[]) entry.get("Data"))).build()).toList();
        var results = shards.putRecords(PutRecordsRequest.builder().records(entries).build()).records();
        return Map.of("Records", results.stream().map(result -> result.errorCode() != null
                ? Map.of("ErrorCode", result.errorCode(), "ErrorMessage", result.errorMessage())
                : Map.of("ShardId", result.shardId(), "SequenceNumber", result.sequenceNumber())).toList());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
