import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import fake.Aggregate;
import fake.OnKinesis;
import fake.Script;
import fake.TestKinesis;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;

/** What the README shows is what one gets. */
@OnKinesis
class ReadmeTest {
    private static final Pattern BLOCK = Pattern.compile("^```console\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern TEST = Pattern.compile("\\b[A-Z]\\w+Test\\b");

    @Test
    void everyTranscript_isTrue() throws Exception {
        Script.needs("jq");
        for (var stream : new String[] {"s1", "aggregates", "packed", "logs", "copy", "copy2", "orders"}) {
            TestKinesis.stream(stream, 1);
        }
        TestKinesis.split("orders", "shardId-000000000000");
        TestKinesis.merge("orders", "shardId-000000000001", "shardId-000000000002");
        put("s1", "key0", utf8("message data 0"));
        put("s1", "key1", utf8("{\"user\": 7}"));
        put("aggregates", "a", new Aggregate().add("key0", null, utf8("first")).add("key1", null, utf8("second")).toBytes());
        put("packed", "key", pack(GZIPOutputStream::new, "this was gzip"));
        put("packed", "key", pack(DeflaterOutputStream::new, "this was zlib"));
        put("packed", "key", Zstd.compress(utf8("this was zstd")));
        put("packed", "key", utf8("this was none"));
        put("logs", "key", pack(GZIPOutputStream::new, """
                {"messageType":"CONTROL_MESSAGE","logGroup":"","logStream":"","logEvents":[
                {"id":"","timestamp":1,"message":"health"}]}"""));
        put("logs", "key", pack(GZIPOutputStream::new, """
                {"messageType":"DATA_MESSAGE","logGroup":"/app/web","logStream":"i-0a1b2c","logEvents":[
                {"id":"1","timestamp":1795512600123,"message":"GET /"},
                {"id":"2","timestamp":1795512601000,"message":"GET /favicon.ico"}]}"""));

        var commands = 0;
        var blocks = BLOCK.matcher(Files.readString(Script.ROOT.resolve("README.md")));
        while (blocks.find()) {
            for (var transcript : blocks.group(1).split("(?m)^\\$ ")) {
                if (!transcript.isEmpty()) {
                    var command = transcript.substring(0, transcript.indexOf('\n'));
                    var shown = transcript.substring(transcript.indexOf('\n') + 1);
                    assertEquals(masked(shown), masked(Script.shell(command).env("AWS_ENDPOINT_URL_KINESIS", TestKinesis.endpoint())
                            .env("AWS_REGION", "us-east-1").env("AWS_ACCESS_KEY_ID", "local").env("AWS_SECRET_ACCESS_KEY", "local")
                            .run(0).stdout()), command);
                    commands++;
                }
            }
        }
        assertTrue(commands > 10, commands + " commands");
    }

    @Test
    void everyTestThatIsNamed_isThere() throws Exception {
        Set<String> tests;
        try (var files = Files.walk(Script.ROOT.resolve("tests"))) {
            tests = files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        }
        for (var page : List.of("README.md", "SECURITY.md")) {
            var names = TEST.matcher(Files.readString(Script.ROOT.resolve(page))).results().map(MatchResult::group).toList();
            assertFalse(names.isEmpty());
            for (var name : names) {
                assertTrue(tests.contains(name + ".java"), page + ": " + name);
            }
        }
    }

    /** Without what differs from run to run, such as the lines of a JBang that builds; the log events are of 09:30. */
    private static String masked(String text) {
        return text.replaceAll("\\[jbang].*\n", "").replaceAll("49\\d{54}|4968…", "SEQUENCE")
                .replaceAll("(?!2026-11-24T09:30:0)\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z", "TIME");
    }

    private interface Packing {
        OutputStream on(OutputStream out) throws IOException;
    }

    private static byte[] pack(Packing packing, String text) throws Exception {
        var packed = new ByteArrayOutputStream();
        try (var out = packing.on(packed)) {
            out.write(utf8(text));
        }
        return packed.toByteArray();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void put(String stream, String key, byte[] data) {
        TestKinesis.client().putRecord(request -> request.streamName(stream).partitionKey(key).data(SdkBytes.fromByteArray(data)));
    }
}
