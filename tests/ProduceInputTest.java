import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import fake.OnKinesis;
import fake.Script;
import fake.TestKinesis;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;

/** What comes of files and stdin. */
@OnKinesis
class ProduceInputTest {
    private static final String SHARD = "shardId-000000000000";

    @TempDir Path folder;

    @Test
    void line_isARecord_alsoTheLastWithoutNewline_andAnEmptyOne() throws Exception {
        var stream = TestKinesis.stream(1);
        var file = Files.writeString(folder.resolve("lines"), "one\n\ntwo\r\nthree");
        var produced = Script.kinesis("produce", stream, file.toString(), "-", "-k", "key").stdin("four\nfünf").run(0);
        assertEquals(List.of("one", "", "two\r", "three", "four", "fünf"), data(stream));
        assertEquals("", produced.stdout());
        assertTrue(produced.stderr().matches("6 records stored: 21 bytes in \\d+\\.\\d s, [\\d,]+ records/s, 0 retries\n"),
                produced::stderr);
    }

    @Test
    void line_thatComesThroughAPipe_isPutAtOnce() throws Exception {
        var stream = TestKinesis.stream(1);
        try (var produce = Script.shell("(echo one; sleep 60) | ./jbang produce " + stream + " - -v $kinesis").start()) {
            produce.awaitStdout("produced record to shard %s\n".formatted(SHARD)::equals);
            assertEquals(List.of("one"), data(stream));
            assertTrue(produce.process().isAlive());
        }
    }

    @Test
    void withoutFile_aPipe_aFileOrASocketOnStdin_isReadAsWithDash() throws Exception {
        var stream = TestKinesis.stream(1);
        var file = Files.writeString(folder.resolve("lines"), "two\n");
        var produced = List.of(Script.kinesis("produce", stream).stdin("one\n").run(0),
                Script.shell("./jbang produce " + stream + " $kinesis < " + file).run(0));
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var produce = Script.shell("./jbang produce " + stream + " $kinesis < /dev/tcp/127.0.0.1/" + server.getLocalPort())
                        .start()) {
            server.setSoTimeout(60_000);
            try (var socket = server.accept()) {
                socket.getOutputStream().write("three\n".getBytes());
            }
            produce.awaitExit(0);
        }
        assertEquals(List.of("one", "two", "three"), data(stream));
        for (var script : produced) {
            assertEquals("", script.stdout());
            script.check("no account", script.stderr().startsWith("1 record stored: "));
        }
    }

    @Test
    void withoutFile_recordsAreGenerated_whereStdinHasNoByte() throws Exception {
        var stream = TestKinesis.stream(1);
        var empty = Files.createFile(folder.resolve("empty"));
        for (var stdin : List.of(": |", "< " + empty, "< /dev/null", "<&-")) {
            var produce = "./jbang produce " + stream + " -n 1 -k \"$stdin\" $kinesis ";
            var script = Script.shell(stdin.endsWith("|") ? stdin + produce : produce + stdin).env("stdin", stdin).run(0);
            assertEquals("produced record to shard " + SHARD + "\n", script.stdout(), stdin);
            var isEmpty = stdin.equals(": |") || stdin.equals("< " + empty);
            script.check("whether stdin was empty", script.stderr().startsWith("stdin is empty: ") == isEmpty);
        }
        assertEquals(Collections.nCopies(4, "message data 0"), data(stream));
    }

    @Test
    void withData_orSize_recordsAreGenerated_andStdinIsLeftAlone() throws Exception {
        var stream = TestKinesis.stream(1);
        for (var option : List.of("--data generated", "--size 9")) {
            var rest = Script.shell("./jbang produce " + stream + " -n 1 -q -f '' " + option + " $kinesis; cat").stdin("one\n").run(0);
            assertEquals("one\n", rest.stdout(), option);
        }
        assertEquals(List.of("generated", "message data 0"), data(stream));
    }

    @Test
    void optionOfFiles_takesStdinWithoutDash_alsoAnEmptyOne_butNoDevNull() throws Exception {
        var stream = TestKinesis.stream(1);
        Script.kinesis("produce", stream, "-K", ":").stdin("k:one\n").run(0);
        Script.kinesis("produce", stream, "--json").stdin("{\"data\":\"two\"}\n").run(0);
        Script.kinesis("produce", stream, "--whole").stdin("three\n").run(0);
        Script.kinesis("produce", stream, "--json").stdin("").run(0);
        assertEquals(List.of("one", "two", "three\n"), data(stream));
        var refused = Script.shell("./jbang produce " + stream + " --json $kinesis < /dev/null").run(2);
        refused.check("not the reason", refused.stderr().startsWith("produce: --json needs a FILE, or - for stdin\n"));
    }

    @Test
    void pipeThatIsSilent_isToldOnce_andAnInterruptEndsTheWaitingAtOnce() throws Exception {
        var stream = TestKinesis.stream(1);
        try (var produce = Script.shell("exec ./jbang produce " + stream + " $kinesis < <(exec sleep 1000)").start()) {
            produce.awaitStderr(err -> err.matches("stdin has sent nothing for 2 s; .*\n")).signal("INT").awaitExit(130);
            produce.check("something else", produce.stderr().matches("stdin has sent .* Write - .* or --data .*\n0 records stored: .*\n"));
        }
        var dash = Script.shell("./jbang produce " + stream + " - --for 3s $kinesis < <(exec sleep 1000)").run(0);
        dash.check("told with -, too", dash.stderr().matches("0 records stored: .*\n"));
        Script.shell("./jbang produce " + stream + " --for 3s $kinesis < <(exec sleep 1000)").run(0);
        assertEquals(List.of(), data(stream));
    }

    @Test
    void packedFile_isRefused_beforeAnyRecordIsPut_unlessItIsToBeUnpacked() throws Exception {
        var stream = TestKinesis.stream(1);
        var plain = Files.writeString(folder.resolve("plain"), "plain\n").toString();
        var packed = folder.resolve("packed.gz");
        Files.write(packed, gzip("one\ntwo\n"));
        var advice = "' is gzip; --decode auto unpacks it\n";
        for (var command : List.of("./jbang produce " + stream + " " + plain + " " + packed, "./jbang produce " + stream + " < " + packed,
                "cat " + packed + " | ./jbang produce " + stream)) {
            var refused = Script.shell(command + " $kinesis").run(2);
            var name = command.endsWith(".gz") && !command.contains("<") ? packed : "stdin";
            refused.check("not the reason", refused.stderr().startsWith("produce: '" + name + advice));
        }
        assertEquals(List.of(), data(stream));
        var late = Script.shell("cat " + packed + " | ./jbang produce " + stream + " " + plain + " - $kinesis").run(1);
        late.check("not the reason", late.stderr().contains("produce: 'stdin" + advice));
        Script.shell("cat " + packed + " | ./jbang produce " + stream + " --decode auto -k key $kinesis").run(0);
        Script.kinesis("produce", stream, packed.toString(), plain, "--decode", "auto", "-k", "key").run(0);
        assertEquals(List.of("plain", "one", "two", "one", "two", "plain"), data(stream));
    }

    @Test
    void packedFile_thatIsCutOff_isPutUpToThere_andThenAnError() throws Exception {
        var stream = TestKinesis.stream(1);
        var packed = gzip("one\ntwo\n");
        var file = Files.write(folder.resolve("cut.gz"), Arrays.copyOf(packed, packed.length - 8));
        var produced = Script.kinesis("produce", stream, file.toString(), "--decode", "gzip", "-k", "key").run(1);
        produced.check("not the reason",
                produced.stderr().matches("produce: " + file + " line 3: gzip: the data ends too early\n2 records stored: .*\n"));
        assertEquals(List.of("one", "two"), data(stream));
    }

    @Test
    void stdinThatIsClosed_hasNoRecords() throws Exception {
        var stream = TestKinesis.stream(1);
        Script.shell("./jbang produce " + stream + " - -n 3 $kinesis <&-").run(0);
        assertEquals(List.of(), data(stream));
    }

    @Test
    void copyOfAStream_isTheSame() throws Exception {
        var from = TestKinesis.stream(2);
        var to = TestKinesis.stream(3);
        var random = new Random();
        for (int n = 0; n < 200; n++) {
            var bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            var key = random.ints(1 + random.nextInt(20), 1, 0xd800)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
            TestKinesis.client().putRecord(r -> r.streamName(from).partitionKey(key).data(SdkBytes.fromByteArray(bytes)));
        }
        Script.shell("./jbang consume " + from + " --from earliest -e -q -o json $kinesis"
                + " | ./jbang produce " + to + " --json - $kinesis").run(0);
        assertEquals(200, keysAndData(from).size());
        assertEquals(keysAndData(from), keysAndData(to));
    }

    @Test
    void receipts_sayWhichLineIsWhere() throws Exception {
        var stream = TestKinesis.stream(1);
        var file = Files.writeString(folder.resolve("lines"), "a\tone\nb\ttwo\n");
        var oneCall = new String[] {"-K", "\\t", "--linger", "10s"}; // the lines of two calls have no order
        var json = Script.kinesis("produce", stream, file.toString(), "-o", "json").and(oneCall).run(0).stdout().split("\n");
        var records = TestKinesis.records(stream, SHARD);
        for (int n = 0; n < 2; n++) {
            var receipt = JSON.std.mapFrom(json[n]);
            assertEquals(SHARD, receipt.get("shardId"));
            assertEquals(records.get(n).sequenceNumber(), receipt.get("sequenceNumber"));
            assertEquals(n == 0 ? "a" : "b", receipt.get("partitionKey"));
            assertEquals(file.toString(), receipt.get("file"));
            assertEquals(n + 1, receipt.get("line"));
        }
        var produce = Script.kinesis("produce", stream, "-", "-f", "%n %k %s\\n").and(oneCall).stdin("x\n\na\tone\nb\ttwo\n");
        assertEquals("3 a one\n4 b two\n", produce.run(3).stdout().replaceFirst("^1 .*\n", ""));
    }

    @Test
    void gzip_isWhatConsumeUnpacks() throws Exception {
        var stream = TestKinesis.stream(1);
        Script.kinesis("produce", stream, "-", "--gzip", "-k", "key").stdin("one\ntwo\n").run(0);
        assertTrue(TestKinesis.records(stream, SHARD).stream().allMatch(record -> record.data().asByteArray()[0] == 0x1f));
        var consume = Script.kinesis("consume", stream, "--from", "earliest", "-e", "-q", "-o", "raw", "--decode", "gzip");
        assertEquals("one\ntwo\n", consume.run(0).stdout());
    }

    @Test
    void aggregate_isWhatConsumeTakesApart() throws Exception {
        var stream = TestKinesis.stream(1);
        Script.kinesis("produce", stream, "-", "--aggregate", "-k", "key").stdin("one\ntwo\nthree\n").run(0);
        assertEquals(1, TestKinesis.records(stream, SHARD).size());
        var consume = Script.kinesis("consume", stream, "--from", "earliest", "-e", "-q", "-f", "%u %s\\n");
        assertEquals("0 one\n1 two\n2 three\n", consume.run(0).stdout());
    }

    @Test
    void whole_makesARecordOfEachFile() throws Exception {
        var stream = TestKinesis.stream(1);
        var one = Files.writeString(folder.resolve("one"), "a\nb\n");
        var two = Files.writeString(folder.resolve("two"), "");
        Script.kinesis("produce", stream, one.toString(), two.toString(), "--whole", "-k", "key").run(0);
        assertEquals(List.of("a\nb\n", ""), data(stream));
    }

    @Test
    void generator_fillsItsTemplate() throws Exception {
        var stream = TestKinesis.stream(1);
        Script.kinesis("produce", stream, "-n", "3", "--rate", "1000", "-k", "key",
                "--data", "{n} {time} {random} {x}", "--size", "100").run(0);
        var data = data(stream);
        for (int n = 0; n < 3; n++) {
            assertTrue(data.get(n).matches(n + " \\d{4}-\\d\\d-\\d\\dT[\\d:.]{12}Z [0-9a-f]{16} \\{x}[a-z]+"), data.get(n));
            assertEquals(100, data.get(n).length());
        }
    }

    @Test
    void forATime_thenItEnds() throws Exception {
        var stream = TestKinesis.stream(1);
        Script.shell("./jbang produce " + stream + " - --for 3s -q $kinesis < <(echo one; exec sleep 1000)").run(0);
        assertEquals(List.of("one"), data(stream));
    }

    private static byte[] gzip(String text) throws Exception {
        var packed = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(packed)) {
            out.write(text.getBytes());
        }
        return packed.toByteArray();
    }

    private static List<String> data(String stream) throws Exception {
        return TestKinesis.records(stream, SHARD).stream().map(record -> record.data().asUtf8String()).toList();
    }

    /** By the key, and its data. */
    private static List<String> keysAndData(String stream) throws Exception {
        var records = new ArrayList<String>();
        for (var shard : TestKinesis.shards(stream)) {
            TestKinesis.records(stream, shard.shardId()).forEach(record -> records.add(
                    record.partitionKey() + " " + Base64.getEncoder().encodeToString(record.data().asByteArray())));
        }
        records.sort(null);
        return records;
    }
}
