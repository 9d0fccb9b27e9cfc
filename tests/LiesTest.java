import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpExchange;
import fake.Liar;
import fake.Protocol;
import fake.Runs;
import fake.Script;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the scripts say of an endpoint whose answers make no sense: a line that tells what is wrong, and exit code 1. */
@Timeout(600)
class LiesTest {
    private static final String NONSENSE = "the endpoint sent an invalid response: ";
    private static final String UNREADABLE = "it cannot be decoded";

    private static final String DESCRIBE = "describe s1 -q";
    private static final String TREE = "describe s1 --tree -q";
    private static final String TAGS = "describe s1 --tags -q";
    private static final String LAG = "describe s1 --checkpoint CHECKPOINT -q";
    private static final String WATCH = "describe s1 --watch 1s -q";
    private static final String CONSUME = "consume s1 --from earliest -e -q --give-up 1s";
    private static final String RESUME = "consume s1 --checkpoint COPY -e -q --give-up 1s";
    private static final String PRODUCE = "produce s1 FILE -q --give-up 1s";
    private static final String AGGREGATE = "produce s1 FILE --aggregate -q --give-up 1s";
    private static final String ORDERED = "produce s1 FILE --ordered -q --give-up 1s";

    /** What an exception says to a programmer. */
    private static final Pattern INTERNAL = Pattern.compile("(?m)Index \\d|Cannot invoke|For input string"
            + "|java\\.(lang|util|time|io|nio|net)|null|could not be parsed|overflow|unmarshall|^\\s*at ");

    @TempDir Path folder;
    private final List<Run> runs = new ArrayList<>();
    private Liar liar;

    /** @param line null when the script may end as it does without a lie */
    private record Run(String command, String region, String line) {}

    @BeforeEach
    void start() throws IOException {
        liar = new Liar();
    }

    @AfterEach
    void stop() {
        liar.close();
    }

    @Test
    void missingAndImpossibleValues_areOneLine() throws Exception {
        lie("ListShards", reply -> reply.remove("Shards"), "ListShards has no Shards", DESCRIBE, TREE, LAG, WATCH, CONSUME, AGGREGATE);
        lie("ListShards", reply -> reply.put("Shards", null), "ListShards has no Shards", CONSUME);
        shard(shard -> shard.remove("ShardId"), "ListShards has no ShardId", DESCRIBE, TREE, LAG, WATCH, CONSUME, AGGREGATE);
        shard(shard -> shard.put("ShardId", ""), "ListShards has the ShardId ''", DESCRIBE, CONSUME);
        shard(shard -> shard.put("ShardId", "x".repeat(2_000_000)), "ListShards has the ShardId 'x{40}…'", DESCRIBE, CONSUME);
        shard(shard -> shard.remove("HashKeyRange"), "ListShards has no HashKeyRange", DESCRIBE, TREE, LAG, WATCH, CONSUME, AGGREGATE);
        shard(shard -> shard.remove("SequenceNumberRange"), "ListShards has no SequenceNumberRange",
                DESCRIBE, TREE, LAG, WATCH, CONSUME, AGGREGATE);
        hashKeys(range -> range.remove("EndingHashKey"), "ListShards has no EndingHashKey", DESCRIBE, CONSUME, AGGREGATE);
        hashKeys(range -> range.put("StartingHashKey", "12x"), "ListShards has the StartingHashKey '12x'", DESCRIBE, CONSUME, AGGREGATE);
        hashKeys(range -> range.put("EndingHashKey", "9".repeat(2_000_000)), "ListShards has the EndingHashKey '9{40}…'",
                DESCRIBE, CONSUME, AGGREGATE);
        hashKeys(range -> range.put("EndingHashKey", "9".repeat(39)), "ListShards has the EndingHashKey '9{39}'", DESCRIBE, TREE, CONSUME);
        hashKeys(range -> range.putAll(Map.of("StartingHashKey", "5", "EndingHashKey", "4")), "ListShards has the EndingHashKey '4'",
                DESCRIBE, AGGREGATE);
        shard(shard -> shard.put("ShardId", "shard/0"), "ListShards has the ShardId 'shard/0'", DESCRIBE, CONSUME, RESUME);
        shard(shard -> shard.put("ParentShardId", "../../0"), "ListShards has the ParentShardId '../../0'", DESCRIBE, CONSUME);
        shard(shard -> Liar.map(shard, "SequenceNumberRange").remove("StartingSequenceNumber"),
                "ListShards has no StartingSequenceNumber", DESCRIBE, CONSUME);
        shard(shard -> Liar.map(shard, "SequenceNumberRange").put("EndingSequenceNumber", "-1"),
                "ListShards has the EndingSequenceNumber '-1'", DESCRIBE, CONSUME);
        var circle = "shards .* can never begin, because their parents form a circle";
        shard(shard -> shard.put("ParentShardId", Liar.CHILD), circle, CONSUME, LAG, WATCH);
        shard(shard -> shard.put("ParentShardId", Liar.PARENT), circle, CONSUME, LAG, WATCH);
        shard(shard -> shard.put("ParentShardId", Liar.CHILD), null, DESCRIBE, TREE);
        runs.add(new Run(CONSUME, liar.lie("ListShards", reply -> reply.put("Shards", List.of())),
                "consume: stream s1 has no shards yet; check its status with 'describe'"));
        lie("ListShards", reply -> reply.put("Shards", List.of()), null, AGGREGATE); // no shard takes the hash key: no aggregate is made
        lie("ListShards", reply -> ((List<?>) reply.get("Shards")).subList(1, 3).clear(), null, AGGREGATE);
        lie("ListShards", reply -> reply.put("NextToken", "again"),
                "10 pages of ListShards in a row have no new items, and more pages follow", DESCRIBE, CONSUME, AGGREGATE);

        lie("DescribeStreamSummary", Map::clear, "DescribeStreamSummary has no StreamDescriptionSummary", DESCRIBE, LAG, RESUME, PRODUCE);
        for (var field : List.of("StreamName", "StreamARN", "StreamStatus", "RetentionPeriodHours", "StreamCreationTimestamp")) {
            summary(summary -> summary.remove(field), "DescribeStreamSummary has no " + field,
                    DESCRIBE, LAG, RESUME, PRODUCE, "describe -q");
        }
        summary(summary -> summary.put("StreamCreationTimestamp", 9_000_000_000_000_000_000L),
                "(DescribeStreamSummary has the StreamCreationTimestamp '.*'|" + UNREADABLE + ")", DESCRIBE, RESUME);
        summary(summary -> summary.put("StreamCreationTimestamp", 300_000_000_000_000L),
                "DescribeStreamSummary has the StreamCreationTimestamp '\\+11476-.*'", DESCRIBE, RESUME);
        summary(summary -> summary.put("RetentionPeriodHours", -2), "DescribeStreamSummary has the RetentionPeriodHours '-2'", DESCRIBE);
        summary(summary -> summary.put("MaxRecordSizeInKiB", 1 << 30),
                "DescribeStreamSummary has the MaxRecordSizeInKiB '1073741824'", PRODUCE);
        summary(summary -> summary.put("MaxRecordSizeInKiB", -1), "DescribeStreamSummary has the MaxRecordSizeInKiB '-1'", PRODUCE);

        lie("ListStreams", Map::clear, "ListStreams has no StreamNames", "describe -q", "describe -1 -q");
        lie("ListStreams", reply -> reply.remove("HasMoreStreams"), "ListStreams has no HasMoreStreams", "describe -1 -q");
        lie("ListStreams", reply -> reply.put("StreamNames", Collections.singletonList(null)),
                "ListStreams has no value in StreamNames", "describe -1 -q");
        lie("ListTagsForStream", Map::clear, "ListTagsForStream has no Tags", TAGS);
        lie("ListTagsForStream", reply -> reply.remove("HasMoreTags"), "ListTagsForStream has no HasMoreTags", TAGS);
        lie("ListTagsForStream", reply -> Liar.first(reply, "Tags").remove("Key"), "ListTagsForStream has no Key", TAGS);
        for (var field : List.of("ConsumerName", "ConsumerARN", "ConsumerStatus", "ConsumerCreationTimestamp")) {
            lie("ListStreamConsumers", reply -> Liar.first(reply, "Consumers").remove(field),
                    "ListStreamConsumers has no " + field, DESCRIBE);
        }

        lie("GetShardIterator", Map::clear, "GetShardIterator has no ShardIterator", CONSUME, LAG, WATCH);
        lie("GetShardIterator", reply -> reply.put("ShardIterator", ""), "GetShardIterator has the ShardIterator ''", CONSUME);
        lie("GetRecords", Map::clear, "GetRecords has no Records", CONSUME, LAG, WATCH);
        lie("GetRecords", reply -> reply.put("NextShardIterator", ""), "GetRecords has the NextShardIterator ''", CONSUME, LAG, WATCH);
        record(record -> record.remove("SequenceNumber"), "GetRecords has no SequenceNumber", CONSUME, WATCH);
        record(record -> record.put("SequenceNumber", "1x"), "GetRecords has the SequenceNumber '1x'", CONSUME);
        record(record -> record.put("SequenceNumber", "9".repeat(2_000_000)), "GetRecords has the SequenceNumber '9{40}…'", CONSUME);
        record(record -> record.remove("Data"), "GetRecords has no Data", CONSUME, WATCH);
        record(record -> record.put("ApproximateArrivalTimestamp", -1L),
                "GetRecords has the ApproximateArrivalTimestamp '1969-.*'", CONSUME);
        record(record -> record.remove("ApproximateArrivalTimestamp"), null, CONSUME, LAG);
        lie("GetRecords", reply -> reply.put("Records", Collections.singletonList(null)), "GetRecords has no value in Records", CONSUME);
        lie("GetRecords", reply -> reply.remove("MillisBehindLatest"), "GetRecords has no MillisBehindLatest", CONSUME, LAG, WATCH);
        runs.add(new Run(CONSUME + " --key u", liar.lie("ListShards", reply -> {
            Liar.first(reply, "Shards").put("HashKeyRange", Map.of("StartingHashKey", "0", "EndingHashKey", "1"));
            ((List<?>) reply.get("Shards")).subList(1, 3).clear();
        }), "consume: no shard of stream s1 holds the hash key of --key; check the status of the stream with 'describe'"));
        lie("GetRecords", reply -> reply.put("MillisBehindLatest", -1), null, CONSUME, LAG);
        lie("GetRecords", reply -> reply.put("MillisBehindLatest", Long.MAX_VALUE),
                "GetRecords has the MillisBehindLatest '9223372036854775807'", CONSUME, LAG, WATCH);
        children(reply -> Liar.first(reply, "ChildShards").remove("ParentShards"), "GetRecords has no ParentShards", CONSUME);
        children(reply -> Liar.first(reply, "ChildShards").put("ParentShards", List.of()), "GetRecords has no ParentShards", CONSUME);
        children(reply -> Liar.first(reply, "ChildShards").remove("ShardId"), "GetRecords has no ShardId", CONSUME);
        children(reply -> Liar.first(reply, "ChildShards").remove("HashKeyRange"), "GetRecords has no HashKeyRange", CONSUME);

        lie("PutRecords", Map::clear, "PutRecords has no Records", PRODUCE, AGGREGATE);
        lie("PutRecords", reply -> Liar.first(reply, "Records").remove("SequenceNumber"),
                "PutRecords has no SequenceNumber", PRODUCE, AGGREGATE);
        lie("PutRecords", reply -> Liar.first(reply, "Records").remove("ShardId"), "PutRecords has no ShardId", PRODUCE, AGGREGATE);
        lie("PutRecords", reply -> reply.put("Records", Collections.nCopies(3, null)), "PutRecords has no value in Records", PRODUCE);
        lie("PutRecords", reply -> reply.put("FailedRecordCount", 1), "PutRecords has the FailedRecordCount '1'", PRODUCE);
        lie("PutRecord", Map::clear, "PutRecord has no ShardId", ORDERED);
        lie("PutRecord", reply -> reply.put("SequenceNumber", "x"), "PutRecord has the SequenceNumber 'x'", ORDERED);
        run(Protocol.CBOR);
    }

    /** Retried, since a network can break a response, too. */
    @ParameterizedTest
    @EnumSource
    void valuesOfAnotherType_andWhatIsNoAnswerAtAll_areOneLine(Protocol protocol) throws Exception {
        var what = ".*" + UNREADABLE + ".*";
        var whatOrNone = "(" + what + "|.* has no .*)";
        shard(shard -> shard.put("HashKeyRange", "none"), what, CONSUME);
        summary(summary -> summary.put("RetentionPeriodHours", protocol == Protocol.CBOR ? List.of() : "12x"), whatOrNone, DESCRIBE);
        summary(summary -> summary.put("StreamCreationTimestamp", "yesterday"), what, DESCRIBE);
        record(record -> record.put("SequenceNumber", List.of(1)), "(" + what + "|.* has no .*|.* has the .*)", CONSUME);
        send("GetRecords", (exchange, truth) -> Liar.send(exchange, 200, protocol, "<html>".getBytes()), what, CONSUME);
        send("ListShards", (exchange, truth) -> Liar.send(exchange, 200, protocol, "[".repeat(1_000_000).getBytes()), whatOrNone, CONSUME);
        send("ListShards", (exchange, truth) -> Liar.send(exchange, 200, protocol, new byte[0]), whatOrNone, CONSUME);
        run(protocol);
    }

    @Test
    void anErrorCodeWithoutAMessage_isNamed() throws Exception {
        runs.add(new Run(PRODUCE, liar.lie("PutRecords", reply -> {
            Liar.first(reply, "Records").clear();
            Liar.first(reply, "Records").put("ErrorCode", "ValidationException");
        }), null));
        var told = run(Protocol.CBOR).get(0);
        assertEquals("3 " + folder.resolve("file") + " line 1: ValidationException\n", told);
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerWithoutEnd_orPacked_endsAtABound(Protocol protocol) throws Exception {
        var large = "its body has more than 32 MiB";
        var largeOrUnreadable = "(" + large + "|" + UNREADABLE + ".*)";
        send("ListShards", (exchange, truth) ->
                endless(exchange, 200, protocol, exchange.getResponseBody(), "{\"Shards\":[", " "),
                largeOrUnreadable, DESCRIBE, CONSUME);
        send("GetRecords", (exchange, truth) ->
                endless(exchange, 200, protocol, exchange.getResponseBody(), "{\"Records\":[{\"Data\":\"", "A"),
                largeOrUnreadable, CONSUME);
        send("ListShards", (exchange, truth) -> {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            exchange.sendResponseHeaders(200, 0);
            endless(exchange, 0, protocol, new GZIPOutputStream(exchange.getResponseBody()), "{\"Shards\":[", " ");
        }, "its body is compressed, which was not requested", DESCRIBE, CONSUME);
        send("ListShards", (exchange, truth) -> {
            exchange.getResponseHeaders().set("Content-Encoding", "identity");
            Liar.send(exchange, 200, protocol, protocol.write(truth));
        }, null, DESCRIBE);
        runs.add(new Run(DESCRIBE, liar.send("ListShards", (exchange, p, truth) -> Liar.send(exchange, 429, protocol, "<html>".getBytes())),
                "describe: stream s1: HTTP status 429 without an error code of Kinesis; check --endpoint-url.*"));
        runs.add(new Run(DESCRIBE, liar.send("ListShards", (exchange, p, truth) -> {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip"); // as a proxy's page
            Liar.send(exchange, 403, protocol, new byte[] {0x1f, (byte) 0x8b, 8});
        }), "describe: stream s1: HTTP status 403 without an error code of Kinesis; check --endpoint-url.*"));
        crowd("ListShards", "Shards", DESCRIBE);
        crowd("GetRecords", "Records", CONSUME);
        crowd("PutRecords", "Records", PRODUCE);
        crowd("ListStreams", "StreamNames", "describe -1 -q");
        runs.add(new Run(DESCRIBE, liar.send("ListShards", (exchange, p, truth) ->
                endless(exchange, 400, protocol, exchange.getResponseBody(), "{\"__type\":\"A\",\"message\":\"", "A")),
                "describe: stream s1: (HTTP status 400 without an error code of Kinesis; check --endpoint-url.*|the endpoint.*)"));
        runs.add(new Run(DESCRIBE, liar.send("ListShards", (exchange, p, truth) -> Liar.send(exchange, 400, protocol,
                protocol.write(new HashMap<>(Map.of("__type", "A", "message", "A".repeat(1_000_000)))))),
                "describe: stream s1: A{990,1000}… \\(A\\)"));
        run(protocol);
    }

    /** Items that take many times their bytes in memory. */
    private void crowd(String action, String list, String command) {
        runs.add(new Run(command, liar.send(action, (exchange, protocol, truth) -> crowd(exchange, protocol, list)),
                ".*: (.*its body has more than 32 MiB.*|out of memory \\(Java heap space\\); give Java more memory, .*)"));
    }

    /** Sends a list of empty items that never ends. */
    private static void crowd(HttpExchange exchange, Protocol protocol, String list) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", protocol.contentType);
        exchange.sendResponseHeaders(200, 0);
        var body = exchange.getResponseBody();
        body.write(protocol == Protocol.CBOR ? new byte[] {(byte) 0xbf, (byte) (0x60 + list.length())} : "{\"".getBytes(UTF_8));
        body.write(list.getBytes(UTF_8));
        body.write(protocol == Protocol.CBOR ? new byte[] {(byte) 0x9f} : "\":[".getBytes(UTF_8));
        var items = (protocol == Protocol.CBOR ? "\u00a0" : "{},").repeat(1 << 16).getBytes(ISO_8859_1); // empty maps
        while (true) {
            body.write(items);
        }
    }

    /** Goes on until the client has enough. */
    private static void endless(HttpExchange exchange, int status, Protocol protocol, OutputStream body, String start, String more)
            throws IOException {
        if (status != 0) {
            exchange.getResponseHeaders().set("Content-Type", protocol.contentType);
            exchange.sendResponseHeaders(status, 0);
        }
        var startOfList = new byte[] {(byte) 0xbf, 0x66, 'S', 'h', 'a', 'r', 'd', 's', (byte) 0x9f};
        body.write(protocol == Protocol.CBOR ? startOfList : start.getBytes(UTF_8));
        var bytes = protocol == Protocol.CBOR ? new byte[1 << 16] : more.repeat(1 << 16).getBytes(UTF_8); // zeros in a list
        while (true) {
            body.write(bytes);
        }
    }

    private interface Sender {
        void send(HttpExchange exchange, Map<String, Object> truth) throws IOException;
    }

    private void send(String action, Sender sender, String what, String... commands) {
        add(liar.send(action, (exchange, protocol, truth) -> sender.send(exchange, truth)), what, commands);
    }

    private void lie(String action, Consumer<Map<String, Object>> change, String what, String... commands) {
        add(liar.lie(action, change), what, commands);
    }

    private void add(String region, String what, String... commands) {
        for (var command : commands) {
            var line = command.split(" ")[0] + ": (\\w+ \\S+: |list of streams: )?" + NONSENSE + what + "; check --endpoint-url.*";
            runs.add(new Run(command, region, what == null ? null : line));
        }
    }

    private void shard(Consumer<Map<String, Object>> change, String what, String... commands) {
        lie("ListShards", reply -> change.accept(Liar.first(reply, "Shards")), what, commands);
    }

    private void hashKeys(Consumer<Map<String, Object>> change, String what, String... commands) {
        shard(shard -> change.accept(Liar.map(shard, "HashKeyRange")), what, commands);
    }

    private void summary(Consumer<Map<String, Object>> change, String what, String... commands) {
        lie("DescribeStreamSummary", reply -> change.accept(Liar.map(reply, "StreamDescriptionSummary")), what, commands);
    }

    private void record(Consumer<Map<String, Object>> change, String what, String... commands) {
        lie("GetRecords", reply -> {
            if (reply.get("Records") instanceof List<?> records && !records.isEmpty()) {
                change.accept(Liar.first(reply, "Records"));
            }
        }, what, commands);
    }

    private void children(Consumer<Map<String, Object>> change, String what, String... commands) {
        lie("GetRecords", reply -> {
            if (reply.containsKey("ChildShards")) {
                change.accept(reply);
            }
        }, what, commands);
    }

    /** Runs all of them in one process with a small heap, and returns what each said. */
    private List<String> run(Protocol protocol) throws Exception {
        var file = Files.writeString(folder.resolve("file"), "one\n").toString();
        var checkpoint = folder.resolve("checkpoint").toString();
        runs.add(0, new Run("consume s1 --from earliest -e -q --checkpoint CHECKPOINT", "us-east-1", null));
        var input = new StringBuilder();
        for (int n = 0; n < runs.size(); n++) {
            var run = runs.get(n);
            var command = run.command() + " --local --region " + run.region() + " --endpoint-url " + liar.url();
            input.append(command.replace("FILE", file).replace("CHECKPOINT", checkpoint).replace("COPY", checkpoint)
                    .replace(" ", Runs.SEPARATOR)).append('\n');
        }
        var classpath = Script.jbang("info", "classpath", "completions.java").run(0).stdout().strip() + File.pathSeparator
                + Path.of(Runs.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        var java = Script.command(ProcessHandle.current().info().command().orElse("java"), "-Xmx256m", "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC", "-cp", classpath, Runs.class.getName())
                .env("CBOR_ENABLED", protocol == Protocol.CBOR).stdin(input.toString()).run(0);
        var told = List.of(java.rawStderr().split(Runs.SEPARATOR));
        java.check("not each run told", told.size() == runs.size());
        var wrong = new ArrayList<String>();
        for (int n = 0; n < runs.size(); n++) {
            var run = runs.get(n);
            var stderr = told.get(n).substring(told.get(n).indexOf(' ') + 1);
            var exitCode = told.get(n).substring(0, told.get(n).indexOf(' '));
            if (!isRight(run, exitCode, stderr)) {
                wrong.add(run.command() + "  " + run.region() + "\n  is not  1 " + run.line() + "\n  but     "
                        + told.get(n).substring(0, Math.min(600, told.get(n).length())));
            }
        }
        assertEquals("", String.join("\n", wrong));
        return told.subList(1, told.size());
    }

    private static boolean isRight(Run run, String exitCode, String stderr) {
        var lines = stderr.lines().filter(line -> !line.endsWith("retrying") && !line.endsWith("line 1: the run ended before the record"
                + " was delivered"));
        if (INTERNAL.matcher(stderr).find() || lines.count() > 1) {
            return false;
        }
        var last = stderr.lines().reduce("", (before, line) -> line);
        return run.line() == null ? exitCode.matches("[03]") : exitCode.equals("1") && last.matches(run.line());
    }
}
