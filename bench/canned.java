///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION A Kinesis with prepared answers, to measure its callers
//JAVA 17+
//DEPS com.fasterxml.jackson.core:jackson-core:2.21.8
//DEPS com.fasterxml.jackson.jr:jackson-jr-objects:2.21.8
//DEPS com.fasterxml.jackson.dataformat:jackson-dataformat-cbor:2.21.8
//DEPS com.google.protobuf:protobuf-java:4.36.2
//DEPS info.picocli:picocli:4.7.7
//SOURCES CannedRecords.java CannedStream.java
//COMPILE_OPTIONS -encoding UTF-8
//RUNTIME_OPTIONS -Dsun.net.httpserver.nodelay=true -Dsun.net.httpserver.maxIdleConnections=20000

import bench.CannedRecords;
import bench.CannedStream;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.jr.ob.JSON;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "canned", mixinStandardHelpOptions = true,
        description = "Answer calls of the Kinesis API until stdin ends, on a free port; the first line has the endpoint. A stream"
                + " exists as soon as a call names it. The name describes the content: SHARDSxRECORDSxSIZE[xAGGREGATED][-ANYTHING], with"
                + " RECORDS per shard, SIZE in bytes, and AGGREGATED records per aggregate. GET /NAME returns statistics of the calls.")
class canned implements Callable<Integer> {
    @Option(names = "--delay", paramLabel = "MILLIS", description = "Delay each answer, as a distant service does.")
    int delay;

    private final Map<String, CannedStream> streams = new ConcurrentHashMap<>();

    /** What a request says of itself, and of how many records. */
    private record Request(Map<String, String> fields, int records) {}

    /** JSON, or the same as CBOR. */
    private record Format(JsonFactory factory, JSON json) {
        static final Format JSON_TEXT = new Format(new JsonFactory(), JSON.std);
        static final Format CBOR = new Format(new CBORFactory(), JSON.builder(new CBORFactory()).build());
    }

    @Override
    public Integer call() throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10_000);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", this::handle);
        server.start();
        System.out.println("http://127.0.0.1:" + server.getAddress().getPort());
        System.in.transferTo(System.out);
        return 0;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (exchange.getRequestMethod().equals("GET")) {
                var name = exchange.getRequestURI().getPath().substring(1);
                send(exchange, "application/json", List.of(slice(JSON.std.asBytes(stream(name).seen()))));
                return;
            }
            var type = exchange.getRequestHeaders().getFirst("Content-Type");
            var isCbor = type.contains("cbor");
            var action = exchange.getRequestHeaders().getFirst("X-Amz-Target").replaceFirst(".*\\.", "");
            var format = isCbor ? Format.CBOR : Format.JSON_TEXT;
            var request = read(format, exchange.getRequestBody());
            send(exchange, type, answer(action, request, format));
        } catch (IOException | RuntimeException e) {
            System.err.println("canned: " + e); // the client has gone, or asks for something that is not here
        }
    }

    private List<CannedRecords.Slice> answer(String action, Request request, Format format) throws IOException {
        var fields = request.fields();
        var iterator = fields.getOrDefault("ShardIterator", fields.getOrDefault("NextToken", "")).split("/");
        var arn = fields.getOrDefault("StreamARN", "");
        var name = fields.getOrDefault("StreamName", arn.substring(arn.indexOf('/') + 1));
        var stream = stream(name.isEmpty() ? iterator[0] : name);
        return switch (action) {
            case "ListShards" -> answer(format, stream.shards(iterator.length > 1 ? Integer.parseInt(iterator[1]) : 0));
            case "DescribeStream" -> answer(format, stream.description());
            case "DescribeStreamSummary" -> answer(format, stream.summary(format == Format.CBOR ? 1_000 : 1));
            case "ListStreamConsumers" -> answer(format, Map.of("Consumers", List.of()));
            case "GetShardIterator" -> answer(format, Map.of("ShardIterator", stream.iterator(fields.get("ShardId"),
                    fields.get("ShardIteratorType"), fields.get("StartingSequenceNumber"))));
            case "GetRecords" -> stream.getRecords(Integer.parseInt(iterator[1]), Long.parseLong(iterator[2]),
                    Integer.parseInt(fields.getOrDefault("Limit", "10000")), format == Format.CBOR);
            case "PutRecords" -> stream.putRecords(request.records(), format == Format.CBOR);
            default -> throw new IOException("there is no " + action);
        };
    }

    private static List<CannedRecords.Slice> answer(Format format, Map<String, ?> answer) throws IOException {
        return List.of(slice(format.json().asBytes(answer)));
    }

    private static CannedRecords.Slice slice(byte[] bytes) {
        return new CannedRecords.Slice(bytes, 0, bytes.length);
    }

    private CannedStream stream(String name) {
        return streams.computeIfAbsent(name, CannedStream::new);
    }

    private static Request read(Format format, InputStream body) throws IOException {
        var fields = new HashMap<String, String>();
        var records = 0;
        try (var parser = format.factory().createParser(body)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                var name = parser.currentName();
                if (parser.nextToken() == JsonToken.START_ARRAY) {
                    for (; parser.nextToken() != JsonToken.END_ARRAY; records++) {
                        parser.skipChildren();
                    }
                } else if (parser.currentToken().isScalarValue()) {
                    fields.put(name, parser.getText());
                } else {
                    parser.skipChildren();
                }
            }
        }
        return new Request(fields, records);
    }

    private void send(HttpExchange exchange, String type, List<CannedRecords.Slice> body) throws IOException {
        try {
            Thread.sleep(delay);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(200, body.stream().mapToInt(CannedRecords.Slice::length).sum());
        for (var slice : body) {
            exchange.getResponseBody().write(slice.bytes(), slice.from(), slice.length());
        }
    }

    public static void main(String... args) {
        System.exit(new CommandLine(new canned()).execute(args));
    }
}
