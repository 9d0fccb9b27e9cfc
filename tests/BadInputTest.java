import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** One line that says what is wrong and what to do, the right exit code, nothing on stdout, no stack trace. */
@Execution(ExecutionMode.CONCURRENT)
class BadInputTest {
    @Test
    @OnKinesis
    void unknownStream() throws Exception {
        for (var script : List.of("describe", "produce", "consume")) {
            fails(1, Script.kinesis(script, "nowhere"),
                    script + ": (stream nowhere: )?Stream .*nowhere .*not found\\.? \\(ResourceNotFoundException\\); 'describe' lists the streams of the region");
        }
    }

    @Test
    void noRegion() throws Exception {
        fails(1, Script.jbang("consume", "s1"), "consume: no region: pass --region, set AWS_REGION, or use --local");
    }

    @Test
    void noCredentials() throws Exception {
        fails(1, Script.jbang("consume", "s1", "--region", "eu-west-1"), "consume: no credentials: run 'aws configure' or .*, or use --local.*");
    }

    @Test
    void unknownProfile() throws Exception {
        fails(1, Script.jbang("consume", "s1", "--region", "eu-west-1", "--profile", "nobody"), "consume: no credentials in profile nobody: .*");
    }

    @Test
    void endpointThatRefuses() throws Exception {
        fails(1, Script.jbang("produce", "s1", "--local", "--endpoint-url", "http://127.0.0.1:1"),
                "stream s1: (Connect to http://127.0.0.1:1 failed: Connection refused; is the endpoint right, and running\\? .*); trying again\n"
                        + "produce: stream s1: \\1 \\(for 2 s, after \\d+ tries\\)");
    }

    @Test
    void endpointWithoutCbor_isToldFromAnError_byItsStatusOrCode_andAnswersInJson() throws Exception {
        speaksOnlyJson(500, "", "HTTP status 500, and no answer of Kinesis; check --endpoint-url");
        speaksOnlyJson(400, "SerializationException", "the endpoint cannot read the request \\(SerializationException\\)");
    }

    private static void speaksOnlyJson(int status, String errorCode, String reason) throws Exception {
        try (var server = new JsonOnly(status, errorCode)) {
            var describe = Script.kinesisAt(server.url(), "describe", "-1");
            fails(1, describe, failure(reason + "; an emulator may not speak CBOR: CBOR_ENABLED=false makes the SDK speak JSON"));
            describe.env("CBOR_ENABLED", false);
            assertEquals("s1\n", describe.run(0).stdout());
            server.isKinesis = false;
            fails(1, describe, failure(reason)); // it speaks JSON already
        }
    }

    private static String failure(String reason) {
        return "(list of streams: " + reason + "; trying again\n)?describe: list of streams: " + reason + "( \\(for 2 s, .*)?";
    }

    @Test
    void stackTrace_onlyWithVv() throws Exception {
        var describe = Script.jbang("describe", "-vv", "--local", "--endpoint-url", "http://127.0.0.1:1").run(1);
        describe.check("no stack trace", describe.stderr().contains("\tat describe.call("));
        describe.check("no log of the SDK", describe.stderr().contains("DEBUG software.amazon.awssdk."));
        assertEquals("", describe.stdout());
    }

    @Test
    void wrongArguments() throws Exception {
        wrong("describe: Unknown option: '--bogus'", "describe", "--bogus");
        wrong("describe: -1 goes without STREAM", "describe", "s1", "-1");
        wrong("describe: .*--watch need a STREAM", "describe", "--watch");
        wrong("describe: .*--tags go without --key, --checkpoint and --watch", "describe", "s1", "--tags", "--key", "a");
        wrong("describe: --key, --checkpoint and --watch exclude each other", "describe", "s1", "--key", "a", "--watch", "2s");
        wrong("describe: --open and --tree exclude each other", "describe", "s1", "--open", "--tree");
        wrong("describe: .*'soon' is no duration; .*", "describe", "s1", "--watch=soon");
        wrong("describe: --watch must be from 1s to 1m: .*", "describe", "s1", "--watch", "999ms");
        wrong("describe: --watch must be from 1s to 1m: .*", "describe", "s1", "--watch", "61s");
        wrong("describe: --max-lag needs --checkpoint", "describe", "s1", "--max-lag", "5m");
        wrong("describe: --key must have 1 to 256 characters", "describe", "s1", "--key", "x".repeat(257));
        wrong("describe: .*'xml'.*", "describe", "-o", "xml");
        wrong("completions: 'a b' is no name of a command", "completions", "a b");
        wrong("produce: Missing required parameter: 'STREAM'", "produce");
        wrong("consume: .*'no stream' is no stream name .*", "consume", "no stream");
        wrong("describe: .*'s 1' is no endpoint; write http://HOST:PORT or https://HOST", "describe", "--endpoint-url", "s 1");
        wrong("produce: --rate must be at least 0.001 records a second", "produce", "s1", "--rate", "0");
        wrong("produce: -n must be at least 0", "produce", "s1", "-n", "-1");
        wrong("produce: --ordered and --aggregate exclude each other", "produce", "s1", "-", "--ordered", "--aggregate");
        wrong("produce: --in-flight must be from 1 to 100", "produce", "s1", "-", "--in-flight", "0");
        wrong("produce: 'xml' is no format; there are text and json, and -f for your own", "produce", "s1", "-o", "xml");
        wrong("produce: --failed must be another file than those that are put", "produce", "s1", "README.md", "--failed", "./README.md");
        fails(1, Script.jbang("produce", "s1", "nowhere", "--local"), "produce: cannot read nowhere: no such file");
        fails(1, Script.jbang("produce", "s1", "lib", "--local"), "produce: cannot read lib: it is a directory");
        wrong("produce: .*'x' is not a double", "produce", "s1", "--rate", "x");
        wrong("consume: 'xml' is no format; there are text, raw and json, and -f for your own", "consume", "s1", "-o", "xml");
        wrong("consume: -o and -f exclude each other", "consume", "s1", "-o", "raw", "-f", "%s");
        wrong("consume: -D and -0 exclude each other", "consume", "s1", "-0", "-D", "x");
        wrong("consume: --json-data needs -o json", "consume", "s1", "--json-data");
        wrong("consume: -f: no such token; .*\n  %s %q\n     \\^", "consume", "s1", "-f", "%s %q");
        wrong("consume: -f: no such escape; .*\n  %s\\\\q\n    \\^", "consume", "s1", "-f", "%s\\q");
        wrong("consume: .*'lzma' is no codec; there are gzip, zlib, zstd, auto, cloudwatch-logs, none", "consume", "s1", "--decode", "lzma");
        wrong("consume: .*'5MB' is no size; write 65536, 64KiB, 64MiB or 1GiB", "consume", "s1", "--max-decoded", "5MB");
        wrong("consume: .*'5' is no duration; write 200ms, 5s, 1m, 2h or 1d", "consume", "s1", "--poll-interval", "5");
        wrong("consume: --poll-interval must be at least 200ms: .*", "consume", "s1", "--poll-interval", "199ms");
        wrong("consume: .*'foo' is no position; write latest or now, .*", "consume", "s1", "--from", "foo");
        wrong("consume: --from takes no \\+DURATION; --until does", "consume", "s1", "--from", "+1h");
        wrong("consume: --from is in the future", "consume", "s1", "--from", "2222-01-01");
        wrong("consume: --until takes earliest never, .*", "consume", "s1", "--from", "earliest", "--until", "+1h");
        wrong("consume: after:SEQUENCE needs one --shard", "consume", "s1", "--from", "after:1");
        wrong("consume: -n must be at least 0", "consume", "s1", "-n", "-1");
        wrong("local: 's1:0' is no STREAM\\[:SHARDS], such as s1:4", "local", "s1:0");
        wrong("local: --port must be from 0 to 65535", "local", "--port", "65536");
    }

    private static void wrong(String line, String... command) throws Exception {
        fails(2, Script.jbang(command), line + "\nUsage: " + command[0] + " \\[[^\n]+(\n {8,}[^\n]+)*");
    }

    private static void fails(int exitCode, Script.Builder command, String stderr) throws Exception {
        var script = command.run(exitCode);
        script.check("stderr is not " + stderr, script.stderr().matches(stderr + "\n"));
        assertEquals("", script.stdout());
    }

    /** A Kinesis that has one stream and reads JSON, but no CBOR, as some emulators do. */
    private static final class JsonOnly implements AutoCloseable {
        private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        private volatile boolean isKinesis = true;

        JsonOnly(int status, String errorCode) throws IOException {
            server.createContext("/", exchange -> {
                var isRead = isKinesis && exchange.getRequestHeaders().getFirst("Content-Type").equals(Protocol.JSON_TEXT.contentType);
                var answer = (isRead ? "{\"StreamNames\":[\"s1\"],\"HasMoreStreams\":false}" : "<title>Error</title>").getBytes(UTF_8);
                exchange.getResponseHeaders().set("x-amzn-ErrorType", isRead ? "" : errorCode);
                exchange.sendResponseHeaders(isRead ? 200 : status, answer.length);
                exchange.getResponseBody().write(answer);
                exchange.close();
            });
            server.start();
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort();
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
