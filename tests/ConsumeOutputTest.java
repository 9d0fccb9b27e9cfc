import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import fake.Aggregate;
import fake.Bomb;
import fake.Difference;
import fake.FaultProxy;
import fake.OnKinesis;
import fake.Script;
import fake.TestKinesis;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;

/** What shell tools, and a person at a terminal, get of records of any kind. */
@OnKinesis
class ConsumeOutputTest {
    private static final String TITLE = "\u001b]0;owned\u0007"; // sets the title of a terminal

    @TempDir Path folder;

    private record KeyAndData(String key, byte[] data) {}

    @Test
    void anyBytesAndKeys_comeBack() throws Exception {
        var stream = TestKinesis.stream(1);
        var random = new Random();
        var records = IntStream.range(0, 400).mapToObj(n -> {
            var data = new byte[random.nextInt(40)];
            random.nextBytes(data);
            var key = random.ints(1 + random.nextInt(20), 1, 0xd800)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append);
            return new KeyAndData(key.toString(), n % 2 == 0 ? data : key.reverse().toString().getBytes(StandardCharsets.UTF_8));
        }).toList();
        for (var record : records) {
            put(stream, record.key(), record.data());
        }

        var json = consume(stream, "-o", "json").run(0).stdout().split("\n");
        var base64 = consume(stream, "-f", "%s{base64}\\n").run(0).stdout().split("\n", -1);
        var hex = consume(stream, "-f", "%k{hex} %s{hex}\\n").run(0).stdout().split("\n");
        assertEquals(records.size(), json.length);
        assertEquals(records.size() + 1, base64.length);
        for (int n = 0; n < records.size(); n++) {
            var record = records.get(n);
            var fields = JSON.std.mapFrom(json[n]);
            var text = (String) fields.get("data");
            assertArrayEquals(record.data(), text != null ? text.getBytes(StandardCharsets.UTF_8)
                    : Base64.getDecoder().decode((String) fields.get("dataBase64")), json[n]);
            assertEquals(record.key(), fields.get("partitionKey"));
            assertArrayEquals(record.data(), Base64.getDecoder().decode(base64[n]));
            var format = HexFormat.of();
            assertEquals(format.formatHex(record.key().getBytes(StandardCharsets.UTF_8)) + " " + format.formatHex(record.data()), hex[n]);
        }
    }

    @Test
    void anyBytesButZeros_areFramedByZeros() throws Exception {
        var stream = TestKinesis.stream(1);
        var random = new Random();
        var expected = new ByteArrayOutputStream();
        for (int n = 0; n < 200; n++) {
            var data = new byte[random.nextInt(40)];
            for (int i = 0; i < data.length; i++) {
                data[i] = (byte) (1 + random.nextInt(255));
            }
            put(stream, "key", data);
            expected.writeBytes(data);
            expected.write(0);
        }
        var file = folder.resolve("out");
        Script.shell("./jbang consume " + stream + " -q -o raw -0 --from earliest -e $kinesis > " + file).run(0);
        assertArrayEquals(expected.toByteArray(), Files.readAllBytes(file));
    }

    @Test
    void terminal_isNotCommanded_byWhatRecordsHold() throws Exception {
        Script.needs("script");
        var stream = TestKinesis.stream(1);
        put(stream, "k\u009b2J", (TITLE + "a\rb\u202e").getBytes(StandardCharsets.UTF_8));
        assertEquals("shard \u001b[2mshardId-000000000000\u001b[22m data: \\x1b]0;owned\\x07a\\rb\\u202e\r\n", onTerminal(stream, ""));
        assertEquals("k\\u009b2J\r\n", onTerminal(stream, "-f '%k\\n'"));
        assertEquals("\u001b[1m\\x1b]0;owned\\x07a\\rb\\u202e", onTerminal(stream, "-f '\\x1b[1m%s'"), "the user's own may do so");
        var json = onTerminal(stream, "-o json");
        assertFalse(json.strip().chars().anyMatch(c -> Character.isISOControl(c) || c == '\u202e'), json);
        assertEquals("k\u009b2J", JSON.std.mapFrom(json).get("partitionKey"));
        assertTrue(onTerminal(stream, "--raw-control").endsWith(TITLE + "a\rb\u202e\r\n"));
        assertEquals("shard shardId-000000000000 data: \\x1b]0;owned\\x07a\\rb\\u202e\r\n", onTerminal(stream, "", "NO_COLOR=1"));
        assertEquals("shard shardId-000000000000 data: \\x1b]0;owned\\x07a\\rb\\u202e\r\n", onTerminal(stream, "", "TERM=dumb"));
    }

    @Test
    void terminal_isNotCommanded_byWhatAnEndpointAnswers() throws Exception {
        Script.needs("script");
        try (var proxy = new FaultProxy()) {
            proxy.edit("ListStreams", reply -> reply.putAll(Map.of("StreamNames", List.of("s" + TITLE), "HasMoreStreams", false)));
            assertEquals("s\\x1b]0;owned\\x07\r\n", runOnTerminal(proxy.endpoint(), "describe -1"));
        }
    }

    @Test
    void pipe_getsTheBytes() throws Exception {
        var stream = TestKinesis.stream(1);
        put(stream, "key", (TITLE + "a\rb\u202e").getBytes(StandardCharsets.UTF_8));
        var consume = "./jbang consume " + stream + " -q --from earliest -e $kinesis";
        var out = folder.resolve("out");
        assertEquals("", Script.shell("script -qec '" + consume + " | cat > " + out + "' /dev/null").env("TERM", "xterm").run(0).stdout());
        assertEquals("shard shardId-000000000000 data: " + TITLE + "a\rb\u202e\n", Files.readString(out));
        assertEquals("", Script.shell(consume + " > /dev/null").run(0).stderr());
    }

    @Test
    void arguments_areUtf8_alsoInTheCLocale_andInOneThatIsNotInstalled() throws Exception {
        var stream = TestKinesis.stream(1);
        put(stream, "ключ", new byte[] {'a'});
        for (var locale : new String[] {"C", "xx_XX.UTF-8"}) {
            assertEquals("é日a\n", Script.shell("./jbang consume " + stream + " -q --from earliest -e $kinesis --key ключ -f 'é日%s\\n'")
                    .env("LC_ALL", locale).run(0).stdout());
        }
    }

    @Test
    void malformedAggregates_arePrintedAsTheyAre_withOneWarning() throws Exception {
        var stream = TestKinesis.stream(1);
        var aggregate = new Aggregate().add("k0", null, new byte[] {'a'}).toBytes();
        aggregate[aggregate.length - 1]++;
        var hex = HexFormat.of().formatHex(aggregate);
        put(stream, "key", aggregate);
        put(stream, "key", aggregate);
        var consume = consume(stream, "-f", "%k %s{hex}\\n").run(0);
        assertEquals("key " + hex + "\nkey " + hex + "\n", consume.stdout());
        consume.check("not one warning", consume.stderr().matches(
                "shard shardId-000000000000: record \\d+ begins like a KPL aggregate but cannot be decoded \\(its MD5 differs\\);"
                        + " printed unchanged; -v .*\n"));
    }

    @Test
    void bomb_isPrintedAsItIs_inASmallHeap() throws Exception {
        Difference.MORE_MEMORY_FOR_JSON.skipIfHere();
        var stream = TestKinesis.stream(1);
        var bomb = Bomb.gzip();
        put(stream, "key", new byte[] {'a'});
        put(stream, "key", new byte[] {'b'});
        try (var proxy = new FaultProxy()) { // the local Kinesis takes no record of that size
            proxy.edit("GetRecords", reply -> {
                var records = FaultProxy.records(reply);
                if (!records.isEmpty()) {
                    records.get(0).put("Data", Base64.getEncoder().encodeToString(bomb));
                }
            });
            var consume = proxy.consume(stream, "--from", "earliest", "-e", "-q", "--decode", "auto", "-f", "%S ")
                    .env("JDK_JAVA_OPTIONS", "-Xmx64m").run(0);
            assertEquals(bomb.length + " 1 ", consume.stdout());
            consume.check("no warning", consume.stderr().matches("(NOTE: .*\n)*shard .*: record \\d+ is printed unchanged: --decode auto:"
                    + " the data unpacks to more than \\d+ bytes; -v .*\n"));
        }
    }

    @Test
    void warning_doesNotCommandTheTerminal() throws Exception {
        var stream = TestKinesis.stream(1);
        put(stream, "key", gzip("t\u001bc"));
        var stderr = consume(stream, "--decode", "cloudwatch-logs").run(0).stderr();
        var warning = "shard .*: record \\d+ .*: the data is not a message of CloudWatch Logs; -v shows more warnings of this kind\n";
        assertTrue(stderr.matches(warning), stderr);
    }

    /** An aggregate of 100 records which unpack to 100 KB each: stdout stands still in the middle of it. */
    @Test
    void killedInTheMiddleOfAnAggregate_andStartedAgain_goesOnInIt() throws Exception {
        var stream = TestKinesis.stream(1);
        var aggregate = new Aggregate();
        for (int n = 0; n < 100; n++) {
            aggregate.add("key" + n, null, gzip("%d %0100000d".formatted(n, 0)));
        }
        put(stream, "key", aggregate.toBytes());
        var pipe = folder.resolve("pipe");
        var checkpoint = folder.resolve("checkpoint");
        new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor();
        var options = " -q --from earliest --decode gzip -o raw --checkpoint " + checkpoint + " $kinesis";
        var printed = new ArrayList<String>();
        try (var consume = Script.shell("exec ./jbang consume " + stream + options + " > " + pipe).start();
                var in = new BufferedInputStream(new FileInputStream(pipe.toFile()))) {
            var first = in.readNBytes(3_000_000);
            Script.await(() -> Files.exists(checkpoint) && Files.readString(checkpoint).contains("AT_SEQUENCE_NUMBER"), consume);
            consume.signal("KILL").awaitExit(137);
            var out = new String(first) + new String(in.readAllBytes());
            printed.addAll(List.of(out.substring(0, out.lastIndexOf('\n')).split("\n")));
        }
        var before = printed.size();
        var rest = Script.shell("./jbang consume " + stream + options + " -e | cut -c1-3").run(0).stdout().lines().toList();

        assertTrue(rest.size() < 100, "it began from the start");
        assertTrue(before + rest.size() >= 100, "records are missing");
        assertEquals(IntStream.range(100 - rest.size(), 100).boxed().toList(),
                rest.stream().map(line -> Integer.valueOf(line.trim())).toList());
        assertEquals(IntStream.range(0, before).boxed().toList(),
                printed.stream().map(line -> Integer.valueOf(line.split(" ")[0])).toList());
    }

    private static String onTerminal(String stream, String options, String... assignments) throws Exception {
        return runOnTerminal(TestKinesis.endpoint().toString(), "consume " + stream + " -q --from earliest -e " + options, assignments);
    }

    private static String runOnTerminal(String endpoint, String arguments, String... assignments) throws Exception {
        var command = String.join(" ", assignments) + " ./jbang " + arguments + " --local --endpoint-url " + endpoint;
        return Script.shell("script -qec \"$command\" /dev/null").env("command", command).env("TERM", "xterm").run(0).stdout();
    }

    private static Script.Builder consume(String stream, String... options) {
        return Script.kinesis("consume", stream, "-q", "--from", "earliest", "-e").and(options);
    }

    private static byte[] gzip(String text) throws Exception {
        var packed = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(packed)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return packed.toByteArray();
    }

    private static void put(String stream, String key, byte[] data) {
        TestKinesis.client().putRecord(request -> request.streamName(stream).partitionKey(key).data(SdkBytes.fromByteArray(data)));
    }
}
