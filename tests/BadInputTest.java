import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import fake.Difference;
import fake.FaultProxy;
import fake.OnKinesis;
import fake.Protocol;
import fake.Script;
import fake.TestKinesis;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** One line that says what is wrong and what to do, the right exit code, nothing on stdout, no stack trace. */
class BadInputTest {
    private static final String README = Script.ROOT.resolve("README.md").toString();

    /** The classes of all scripts but worker, as they are built. */
    private static ClassLoader scripts;

    @Test
    @OnKinesis
    void unknownStream() throws Exception {
        for (var script : List.of("describe", "produce", "consume")) {
            fails(1, Script.kinesis(script, "nowhere"), script + ": (stream nowhere: )?Stream .*nowhere .*not found\\.?"
                    + " \\(ResourceNotFoundException\\); 'describe' lists the streams of the region, and 'stream create' creates a stream");
        }
    }

    @Test
    void noRegion() throws Exception {
        fails(1, Script.jbang("consume", "s1"), "consume: no region: pass --region, set AWS_REGION, or use --local");
    }

    @Test
    void noCredentials() throws Exception {
        fails(1, Script.jbang("consume", "s1", "--region", "eu-west-1"),
                "consume: no credentials: run 'aws configure' or .*, or use --local.*");
    }

    @Test
    void unknownProfile() throws Exception {
        fails(1, Script.jbang("consume", "s1", "--region", "eu-west-1", "--profile", "nobody"),
                "consume: no credentials in profile nobody: .*");
    }

    @Test
    void endpointThatRefuses() throws Exception {
        fails(1, Script.jbang("produce", "s1", "--local", "--endpoint-url", "http://127.0.0.1:1"),
                "stream s1: (Connect to http://127.0.0.1:1 failed: Connection refused;"
                        + " check that the endpoint is right and running\\. .*); retrying\n"
                        + "produce: stream s1: \\1 \\(gave up after 2 s and \\d+ tries\\)");
    }

    @Test
    void endpointWithoutCbor_isToldFromAnError_byItsStatusOrCode_andAnswersInJson() throws Exception {
        speaksOnlyJson(500, "", "HTTP status 500 without an error code of Kinesis; check --endpoint-url");
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
        return "(list of streams: " + reason + "; retrying\n)?describe: list of streams: " + reason + "( \\(gave up after 2 s .*)?";
    }

    @Test
    void stackTrace_onlyWithVv() throws Exception {
        var describe = Script.jbang("describe", "-vv", "--local", "--endpoint-url", "http://127.0.0.1:1").run(1);
        describe.check("no stack trace", describe.stderr().contains("\tat describe.call("));
        describe.check("no log of the SDK", describe.stderr().contains("DEBUG software.amazon.awssdk."));
        assertEquals("", describe.stdout());
    }

    @Test
    void wrongArguments_ofEachScript_leaveStdoutEmpty() throws Exception {
        for (var script : List.of("describe", "produce", "consume", "local", "completions")) {
            fails(2, Script.jbang(script, "s1", "--bogus"), usage(script + ": Unknown option: '--bogus'", script));
        }
        fails(2, worker("--shutdown-grace", "11m"), usage("worker: --shutdown-grace must be from 1s to 10m", "worker"));
        fails(2, worker("--max-leases", "0"), usage("worker: --max-leases must be at least 1", "worker"));
        fails(2, worker("--bogus"), usage("worker: Unknown option: '--bogus'", "worker"));
        fails(2, Script.jbang("describe", "s1", "--open", "--tree"), usage("describe: --open and --tree exclude each other", "describe"));
        fails(2, Script.jbang("produce", "s1", README, "-n", "-1"), usage("produce: -n must be at least 0", "produce"));
        fails(2, Script.jbang("consume", "s1", "-n", "-1"), usage("consume: -n must be at least 0", "consume"));
        fails(2, Script.jbang("local", "--port", "65536"), usage("local: --port must be from 0 to 65535", "local"));
    }

    @Test
    void wrongArguments() throws Exception {
        wrong("describe: Unknown option: '--bogus'", "describe", "--bogus");
        wrong("describe: -1 and STREAM exclude each other", "describe", "s1", "-1");
        wrong("describe: .*--watch need a STREAM", "describe", "--watch");
        wrong("describe: --key, --checkpoint and --watch exclude --open, .*", "describe", "s1", "--tags", "--key", "a");
        wrong("describe: --key, --checkpoint and --watch exclude each other", "describe", "s1", "--key", "a", "--watch", "2s");
        wrong("describe: --open and --tree exclude each other", "describe", "s1", "--open", "--tree");
        wrong("describe: --watch: 'soon' is not a duration; .*", "describe", "s1", "--watch=soon");
        wrong("describe: --watch must be from 1s to 1m: .*", "describe", "s1", "--watch", "999ms");
        wrong("describe: --watch must be from 1s to 1m: .*", "describe", "s1", "--watch", "61s");
        wrong("describe: --max-lag needs --checkpoint", "describe", "s1", "--max-lag", "5m");
        wrong("describe: --key must have 1 to 256 characters", "describe", "s1", "--key", "x".repeat(257));
        wrong("describe: --output: 'xml' is not a format; write text or json", "describe", "-o", "xml");
        wrong("describe: Unexpected argument: 's2'", "describe", "s1", "s2");
        wrong("stream: say what to do: create, .* or delete", "stream");
        wrong("stream: Unknown option: '--local'; write options after the command, such as .*", "stream", "--local", "create", "s1");
        wrong("stream: 'make' is not a command; write .*, set or split", "stream", "make");
        wrong("stream create: Missing required parameter: 'STREAM'", "stream", "create");
        wrong("stream create: Unknown option: '--shard'; did you mean .*--shards.*", "stream", "create", "s1", "--shard", "2");
        wrong("stream create: --shards must be 1 or more", "stream", "create", "s1", "--shards", "0");
        wrong("stream create: --shards and --on-demand exclude each other", "stream", "create", "s1", "--shards", "2", "--on-demand");
        wrong("stream create: --distribution auto needs --on-demand", "stream", "create", "s1", "--distribution", "auto");
        wrong("stream create: a new stream has no ARN yet; write its name", "stream", "create",
                "arn:aws:kinesis:us-east-1:000000000000:stream/s1");
        wrong("stream create: --retention must be whole hours from 24h to 365d", "stream", "create", "s1", "--retention", "366d");
        wrong("stream create: --max-record-size must be whole KiB from 1MiB to 10MiB", "stream", "create", "s1",
                "--max-record-size", "11MiB");
        wrong("stream create: --tag: a key has 1 to 128 characters, and a value up to 256", "stream", "create", "s1", "--tag", "=b");
        wrong("stream create: --no-wait and --output json exclude each other: .*", "stream", "create", "s1", "--no-wait", "-o", "json");
        wrong("stream merge: a SHARD is named twice", "stream", "merge", "s1", "3", "3");
        wrong("stream set: --mode provisioned and --warm-throughput exclude each other", "stream", "set", "s1",
                "--warm-throughput", "200MiB", "--mode", "provisioned");
        wrong("stream create: --encrypt: '' is not the id, ARN or alias of a KMS key; .*", "stream", "create", "s1", "--encrypt", "");
        wrong("stream scale: SHARDS must be 1 or more", "stream", "scale", "s1", "0");
        wrong("stream scale: 'many' is not a whole number; .*", "stream", "scale", "s1", "many");
        wrong("stream split: a SHARD is named twice", "stream", "split", "s1", "3", "shardId-000000000003");
        wrong("stream split: say what to split: a SHARD, --at or --at-hash-key", "stream", "split", "s1");
        wrong("stream split: --at and --at-hash-key .*", "stream", "split", "s1", "3", "4", "--at", "user7");
        wrong("stream split: --at-hash-key must be a whole number from 0 to 2\\^128-1", "stream", "split", "s1", "3", "--at-hash-key", "x");
        wrong("stream merge: Missing required parameter: 'SHARD'", "stream", "merge", "s1", "3");
        wrong("stream set: say what to set: .*", "stream", "set", "s1");
        wrong("stream set: --encrypt and --no-encrypt exclude each other", "stream", "set", "s1", "--encrypt", "k", "--no-encrypt");
        wrong("stream set: --tag and --untag of a exclude each other", "stream", "set", "s1", "--tag", "a=b", "--untag", "a");
        wrong("stream set: --mode: 'both' is not a mode; write provisioned or on-demand", "stream", "set", "s1", "--mode", "both");
        wrong("stream set: --distribution: 'any' is not a strategy; write auto or user", "stream", "set", "s1", "--distribution", "any");
        wrong("stream set: --warm-throughput: '200' is not a throughput; write 200MiB or 1GiB", "stream", "set", "s1",
                "--warm-throughput", "200");
        wrong("stream register: 'a b' is not a consumer name .*", "stream", "register", "s1", "a b");
        wrong("completions: 'a b' is not the name of a command; .*", "completions", "a b");
        wrong("produce: Missing required parameter: 'STREAM'", "produce");
        wrong("consume: 'no stream' is neither a stream name .*", "consume", "no stream");
        wrong("describe: --endpoint-url: 's 1' is not an endpoint; write http://HOST:PORT or https://HOST",
                "describe", "--endpoint-url", "s 1");
        wrong("produce: --rate must be at least 1/h", "produce", "s1", "--rate", "0");
        wrong("produce: -n must be at least 0", "produce", "s1", "-n", "-1");
        wrong("produce: --ordered and --aggregate exclude each other", "produce", "s1", "-", "--ordered", "--aggregate");
        wrong("produce: --in-flight must be from 1 to 100", "produce", "s1", "-", "--in-flight", "0");
        wrong("produce: --output: 'xml' is not a format; write text, json or -f FORMAT", "produce", "s1", "-o", "xml");
        wrong("produce: --failed must not be an input file", "produce", "s1", README, "--failed", README);
        wrong("consume: --output: 'xml' is not a format; write text, raw, json or -f FORMAT", "consume", "s1", "-o", "xml");
        wrong("produce: --decode: 'xz' is not a codec of files; write gzip, zstd or auto", "produce", "s1", README, "--decode", "xz");
        wrong("produce: '" + README + "' is not gzip; --decode auto reads unpacked files unchanged",
                "produce", "s1", README, "--decode", "gzip");
        wrong("consume: -o and -f exclude each other", "consume", "s1", "-o", "raw", "-f", "%s");
        wrong("consume: -D and -0 exclude each other", "consume", "s1", "-0", "-D", "x");
        wrong("consume: --json-data needs -o json", "consume", "s1", "--json-data");
        wrong("consume: -f: no such token; .*\n  %s %q\n     \\^", "consume", "s1", "-f", "%s %q");
        wrong("consume: -f: no such escape; .*\n  %s\\\\q\n    \\^", "consume", "s1", "-f", "%s\\q");
        wrong("consume: --decode: 'lzma' is not a codec; write gzip, zlib, zstd, auto, cloudwatch-logs or none",
                "consume", "s1", "--decode", "lzma");
        wrong("consume: --max-decoded: '5mb' is not a size; write 65536, 64KiB, 64MiB or 1.5MB", "consume", "s1", "--max-decoded", "5mb");
        wrong("consume: --poll-interval: '5' is not a duration; write 200ms, 5s, 1m, 1h30m or 2d", "consume", "s1", "--poll-interval", "5");
        wrong("consume: --poll-interval must be at least 200ms: .*", "consume", "s1", "--poll-interval", "199ms");
        wrong("consume: --from: 'foo' is not a position; write latest or now, .*", "consume", "s1", "--from", "foo");
        wrong("consume: --from takes no \\+DURATION; --until does", "consume", "s1", "--from", "+1h");
        wrong("consume: --from is in the future; write latest, or an earlier time", "consume", "s1", "--from", "2222-01-01");
        wrong("consume: --until takes \\+DURATION only with a --from that is a time, such as --from -1h",
                "consume", "s1", "--from", "earliest", "--until", "+1h");
        wrong("consume: after:SEQUENCE needs one --shard", "consume", "s1", "--from", "after:1");
        wrong("consume: -n must be at least 0", "consume", "s1", "-n", "-1");
        wrong("consume: --key must have 1 to 256 characters", "consume", "s1", "--key", ""); // as in a shell script without KEY
        wrong("local: 's1:0' is not STREAM\\[:SHARDS]; .*", "local", "s1:0");
        wrong("local: --port must be from 0 to 65535", "local", "--port", "65536");
    }

    @Test
    void aFileThatCannotBeRead() throws Exception {
        fails(1, Script.jbang("produce", "s1", "nowhere", "--local"), "produce: cannot read nowhere: no such file");
        fails(1, Script.jbang("produce", "s1", "lib", "--local"), "produce: cannot read lib: it is a directory");
    }

    @Test
    void anUnknownOption_isAnsweredByTheNearestOne_andAnUnknownChoiceByAll() throws Exception {
        wrong("consume: Unknown option: '--frm'; did you mean --from\\?", "consume", "s1", "--frm", "-1h");
        wrong("consume: Unknown option: '--frm'; did you mean --from\\?", "consume", "s1", "--frm=-1h");
        wrong("consume: Unknown option: '--idle'; did you mean --idle-timeout\\?", "consume", "s1", "--idle", "5s");
        wrong("describe: Unknown option: '--checkpiont'; did you mean --checkpoint\\?", "describe", "s1", "--checkpiont", "f");
        wrong("produce: Unknown option: '--until'", "produce", "s1", "--until", "+1m");
        wrong("produce: Unknown option: '-x'", "produce", "s1", "-x");
        wrong("describe: --output: 'jsno' is not a format; write .*", "describe", "-o", "jsno");
        wrong("produce: --output: 'JSON' is not a format; write .*", "produce", "s1", "-o", "JSON");
        wrong("consume: --output: 'rwa' is not a format; write .*", "consume", "s1", "-o", "rwa");
        wrong("consume: --decode: 'gz' is not a codec; write .*", "consume", "s1", "--decode", "gz");
        wrong("consume: --decode: 'cloudwatch_logs' is not a codec; write .*", "consume", "s1", "--decode", "cloudwatch_logs");
    }

    @Test
    void aNumberThatIsNone_isAnsweredByWhatToWrite() throws Exception {
        wrong("consume: -n: 'x' is not a whole number; write 100, for example", "consume", "s1", "-n", "x");
        wrong("produce: --in-flight: '1.5' is not a whole number; write 100, for example", "produce", "s1", "-", "--in-flight", "1.5");
        wrong("produce: --in-flight: '99999999999' is too large", "produce", "s1", "-", "--in-flight", "99999999999");
        wrong("local: --port: 'http' is not a whole number; write 100, for example", "local", "--port", "http");
        wrong("consume: --quiet: the option takes no value", "consume", "s1", "--quiet=5");
        for (var rate : List.of("x", "-1", "5/d", "5/", "/s", "1e3", "5d", "NaN")) {
            wrong("produce: --rate: '" + rate + "' is not a rate; write records a second, such as 5, 0.5 or 5/s, or 300/m or 300/h",
                    "produce", "s1", "--rate", rate);
        }
        wrong("produce: --rate must be at least 1/h", "produce", "s1", "--rate", "0.9/h");
    }

    @Test
    void anEndBeforeTheStart_isRefused_unlessACheckpointHasTheStart() throws Exception {
        wrong(before("-1h", "latest, the default"), "consume", "s1", "--until", "-1h");
        wrong(before("-1h", "latest"), "consume", "s1", "--from", "latest", "--until", "-1h");
        wrong(before("-2h", "-1h"), "consume", "s1", "--from", "-1h", "--until", "-2h");
        wrong(before("2026-01-01", "2026-01-02T00:00"), "consume", "s1", "--from", "2026-01-02T00:00", "--until", "2026-01-01");
        wrong(before("after:9", "after:10"), "consume", "s1", "--shard", "1", "--from", "after:10", "--until", "after:9");
        wrong(before("after:9", "latest, the default"), "consume", "s1", "--shard", "1", "--until", "after:9");
        wrong(before("-1h", "latest, the default"), "consume", "s1", "--until", "-1h", "--checkpoint", "/nowhere/new");
        for (var from : List.of("earliest", "latest", "-1h")) {
            wrong("consume: --until earliest is before every record; write latest, a time, \\+10m or after:SEQUENCE",
                    "consume", "s1", "--from", from, "--until", "TRIM_HORIZON");
        }
    }

    @Test
    @OnKinesis
    void aKeyThatNoShardOfTheOptionHolds_isAnError() throws Exception {
        var stream = TestKinesis.stream(2);
        fails(1, Script.kinesis("consume", stream, "--shard", "1", "--key", "user7"), // of shard 0
                "consume: no shard of --shard holds the hash key of --key; leave out --shard, or find the shard with 'describe --key'");
    }

    @Test
    @OnKinesis
    void aSequenceNumberThatTheServiceRefuses_isNamed_withItsShard() throws Exception {
        var stream = TestKinesis.stream(2);
        try (var proxy = new FaultProxy().injectIf("GetShardIterator", call -> "123".equals(call.request().get("StartingSequenceNumber")),
                FaultProxy.refusal(400, "InvalidArgumentException"))) {
            fails(1, proxy.consume(stream, "--shard", "1", "--from", "AFTER:123", "-e"), "1 shard located\n"
                    + "consume: shard shardId-000000000001: the service refuses the sequence number 123;"
                    + " write --from after: with a sequence number of this shard, as -o json prints it, or --from earliest");
        }
    }

    @Test
    @OnKinesis
    void anEndBeforeTheStart_isFoundByTheServicesClock_whereOnlyOneIsATime() throws Exception {
        var stream = TestKinesis.stream(1);
        try (var proxy = new FaultProxy().header("Date", "Tue, 24 Nov 2026 10:00:00 GMT")) { // this machine's clock is ahead
            fails(2, proxy.consume(stream, "--until", "2026-11-24T09:59:59Z"),
                    usage(before("2026-11-24T09:59:59Z", "latest, the default"), "consume"));
            Difference.NO_ITERATOR_BEHIND_THE_NEWEST_RECORD.skipIfHere();
            proxy.consume(stream, "--from", "-1h", "--until", "2026-11-24T09:59:59Z").run(0);
        }
    }

    private static String before(String until, String from) {
        return "consume: --until " + until + " is before --from " + from
                + ": write an earlier --from, such as earliest, or a later --until";
    }

    private static Script.Builder worker(String... options) {
        return Script.jbang("worker", "s1", "--app", "app1").and(options);
    }

    /** Runs the script in this process: a hundred times as fast as a process, which a usage error needs nothing of. */
    private static void wrong(String line, String... command) throws Exception {
        var classes = scripts();
        var script = classes.loadClass(command[0]).getDeclaredConstructor();
        script.setAccessible(true);
        var stderr = new StringWriter();
        var run = classes.loadClass("lib.cli.Cli").getMethod("run", Callable.class, PrintWriter.class, String[].class);
        var calls = List.of("describe", "produce", "consume").contains(command[0]) || command[0].equals("stream") && command.length > 2;
        var nowhere = calls && !List.of(command).contains("--endpoint-url")
                ? Stream.of("--local", "--endpoint-url", "http://127.0.0.1:1") : Stream.<String>of(); // should a check be missing
        var arguments = Stream.concat(Stream.of(command).skip(1), nowhere).toArray(String[]::new);
        var exitCode = assertTimeoutPreemptively(Duration.ofMinutes(1),
                () -> run.invoke(null, script.newInstance(), new PrintWriter(stderr), arguments));
        assertTrue(exitCode.equals(2) && stderr.toString().matches(usage(line, line.replaceFirst("(?s):.*", "")) + "\n"),
                () -> String.join(" ", command) + "\nexit code " + exitCode + "\n" + stderr + "instead of\n" + line);
    }

    private static synchronized ClassLoader scripts() throws Exception {
        if (scripts == null) {
            var urls = new ArrayList<URL>();
            for (var path : Script.jbang("info", "classpath", "completions.java").run(0).stdout().strip().split(File.pathSeparator)) {
                urls.add(new File(path).toURI().toURL());
            }
            scripts = new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader()); // lib is theirs, too
        }
        return scripts;
    }

    private static String usage(String line, String script) {
        return line + "\nUsage: " + script + " \\[[^\n]+(\n {8,}[^\n]+)*";
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
