import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import fake.Aggregate;
import fake.Bomb;
import fake.FakeEndpoint;
import fake.FakeShards;
import fake.Script;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import lib.kinesis.KinesisStream.PutEntry;
import org.junit.jupiter.api.Test;

/** What consume takes in memory. The stream is a fake: so many megabytes hold up an engine, and with it every test that shares it. */
class SmallHeapTest {
    // parts of the message of an aggregate
    private static final byte[] KEY = {0x0a, 1, 'k'};
    private static final byte[] EMPTY_KEY = {0x0a, 0};
    private static final byte[] EMPTY_RECORD = {0x1a, 4, 8, 0, 0x1a, 0};

    private static final int LARGEST = 10 << 20; // of what a stream takes, with its partition key

    @Test
    void largeRecordsOnManyShards_passThroughASmallHeap_whileTheReaderIsSlow() throws Exception {
        var shards = new FakeShards(6);
        var data = new byte[1_000_000];
        Arrays.fill(data, (byte) 'x');
        for (int n = 0; n < 36; n++) {
            var hashKey = new BigInteger("56713727820156410577229101238628035242").multiply(BigInteger.valueOf(n % 6)).toString();
            shards.putRecord(new PutEntry("key", hashKey, data), null);
        }
        try (var kinesis = new FakeEndpoint(shards)) {
            var slowReader = "\"$@\" | (IFS= read -rN1 first; sleep 3; printf %s \"$first\"; cat) | wc -lc";
            var consume = Script.command("bash", "-o", "pipefail", "-c", slowReader, "-")
                    .and(Script.kinesisAt(kinesis.url(), "consume", "s1", "-q", "-o", "raw", "--from", "earliest", "-e"))
                    .env("JDK_JAVA_OPTIONS", "-Xmx28m").run(0);
            assertEquals(IntStream.of(36, 36_000_036).boxed().toList(),
                    Arrays.stream(consume.stdout().trim().split("\\s+")).map(Integer::valueOf).toList());
        }
    }

    @Test
    void aggregates_areTakenApartInASmallHeap_whateverIsInThem() throws Exception {
        passes(1_700_000 + 1 + 1 + 1000, 0, List.of(
                aggregate(KEY, repeat(EMPTY_RECORD, 1_700_000)),
                aggregate(repeat(EMPTY_KEY, 5_000_000), EMPTY_RECORD),
                aggregate(largeKey(), EMPTY_RECORD),
                aggregate(largeKey(), repeat(EMPTY_RECORD, 1000))));
    }

    @Test
    void recordsOfAnyKind_passThroughASmallHeap() throws Exception {
        var random = random();
        passAsTheyCame("auto", random, Bomb.gzip());
        passes(30_000, 0, List.of(gzip(logEvents(30_000, "{\"timestamp\":1,\"message\":\"\"}"))), "--decode", "cloudwatch-logs");
        passAsTheyCame("cloudwatch-logs", gzip(logEvents(1_000_000, "{\"timestamp\":1,\"message\":\"\"}")),
                gzip(logEvents(1, "{\"timestamp\":1,\"message\":\"" + new String(random, UTF_8) + "\"}")));
    }

    /** JSON writes a zero byte in six. */
    @Test
    void records_passThroughASmallHeap_whateverTheFormatMakesOfThem() throws Exception {
        var random = new byte[LARGEST];
        new Random(1).nextBytes(random);
        var shards = new FakeShards(1);
        Stream.of(new byte[LARGEST], random).forEach(data -> shards.putRecord(new PutEntry("key", null, data), null));
        try (var kinesis = new FakeEndpoint(shards)) {
            printsSoMuch(consume(kinesis, "-o", "json"), 2, 6 * LARGEST + 4 * (LARGEST / 3 + 1) + 338);
            printsSoMuch(consume(kinesis, "-f", "%s{hex}"), 0, 4 * LARGEST);
        }
    }

    private static void passAsTheyCame(String codec, byte[]... records) throws Exception {
        var bytes = 0;
        var newlines = 0;
        for (var record : records) {
            bytes += record.length;
            for (var b : record) {
                newlines += b == '\n' ? 1 : 0;
            }
        }
        passes(records.length + newlines, bytes - newlines, List.of(records), "--decode", codec);
    }

    /** Expects so many lines, with so many bytes without their newlines. Each Kinesis record is a response by itself. */
    private static void passes(int lines, int bytes, List<byte[]> records, String... options) throws Exception {
        var shards = new FakeShards(1);
        records.forEach(data -> shards.putRecord(new PutEntry("key", null, data), null));
        try (var kinesis = new FakeEndpoint(shards)) {
            printsSoMuch(consume(kinesis, "-o", "raw").and(options), lines, bytes + lines);
        }
    }

    private static Script.Builder consume(FakeEndpoint kinesis, String... options) {
        return Script.command("bash", "-o", "pipefail", "-c", "\"$@\" | wc -lc", "-")
                .and(Script.kinesisAt(kinesis.url(), "consume", "s1", "-q", "--from", "earliest", "-e").and(options))
                .env("JDK_JAVA_OPTIONS", "-Xmx64m");
    }

    private static void printsSoMuch(Script.Builder consume, int lines, int bytes) throws Exception {
        assertEquals(lines + " " + bytes, consume.run(0).stdout().trim().replaceAll(" +", " "));
    }

    private static byte[] aggregate(byte[]... parts) {
        var message = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(message::writeBytes);
        return Aggregate.toBytes(message.toByteArray());
    }

    private static byte[] repeat(byte[] bytes, int count) {
        var repeated = new byte[bytes.length * count];
        for (int n = 0; n < repeated.length; n++) {
            repeated[n] = bytes[n % bytes.length];
        }
        return repeated;
    }

    /** The entry of the table for a partition key that takes nearly all of a record. */
    private static byte[] largeKey() {
        var entry = new byte[LARGEST - (10 << 10)];
        Arrays.fill(entry, (byte) 'k');
        var length = entry.length - 5;
        entry[0] = KEY[0];
        for (int n = 0; n < 4; n++) {
            entry[1 + n] = (byte) (length >> 7 * n & 0x7f | (n < 3 ? 0x80 : 0));
        }
        return entry;
    }

    /** Text without a newline, that gzip makes smaller by a quarter. */
    private static byte[] random() {
        var random = new Random(1);
        var bytes = new byte[LARGEST];
        for (int n = 0; n < bytes.length; n++) {
            bytes[n] = (byte) ('0' + random.nextInt(43));
        }
        return bytes;
    }

    private static byte[] logEvents(int count, String event) {
        return ("{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[" + (event + ",").repeat(count - 1) + event + "]}").getBytes(UTF_8);
    }

    private static byte[] gzip(byte[] data) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(data);
        }
        return packed.toByteArray();
    }
}
