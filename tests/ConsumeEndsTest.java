import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.Difference;
import fake.OnKinesis;
import fake.Script;
import fake.SlowReader;
import fake.TestKinesis;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;

/** When consume ends, and what it has printed then. */
@OnKinesis
class ConsumeEndsTest {
    @TempDir Path folder;

    @Test
    void count_isExact_acrossShards() throws Exception {
        var stream = TestKinesis.stream(4);
        Script.kinesis("produce", stream, "-n", "40", "--rate", "1000").run(0);
        for (var count : new int[] {0, 1, 17, 40}) {
            assertEquals(count, consume(stream, "--from", "earliest", "-n", String.valueOf(count)).run(0).stdout().lines().count());
        }
    }

    @Test
    void exitAtEnd_readsAllThatWasThere_whileRecordsKeepComing() throws Exception {
        Difference.NO_ITERATOR_BEHIND_THE_NEWEST_RECORD.skipIfHere();
        var stream = TestKinesis.stream(2);
        Script.kinesis("produce", stream, "-n", "30", "--rate", "1000").run(0);
        try (var produce = Script.kinesis("produce", stream, "--rate", "50").start()) {
            produce.awaitStdout(out -> !out.isEmpty());
            var consume = consume(stream, "--from", "earliest", "-e").run(0);
            assertTrue(consume.stdout().lines().count() >= 30);
        }
        consume(TestKinesis.stream(2), "-e").run(0); // there is nothing, and nothing comes
    }

    @Test
    void exitAtEnd_andUntil_printAllRecords_howeverSlowTheReaderIs() throws Exception {
        var stream = TestKinesis.stream(1);
        for (int n = 0; n < 9; n++) { // one call after the other, so that they come in more than a millisecond
            SlowReader.put(stream, Collections.nCopies(445, "x".repeat(100)));
        }
        var after = TestKinesis.nextSecond();
        var printed = "./jbang consume " + stream + " -q -o raw --from earliest $kinesis ";
        assertEquals("4005\n", Script.shell(printed + "-e | (sleep 2; wc -l)").run(0).stdout());
        assertEquals("4005\n", Script.shell(printed + "--until " + after + " | wc -l").run(0).stdout());
    }

    @Test
    void until_endsAtTheTime_alsoOnASilentStream() throws Exception {
        Difference.NO_ITERATOR_BEHIND_THE_NEWEST_RECORD.skipIfHere();
        var stream = TestKinesis.stream(2);
        TestKinesis.put(stream, "before");
        var between = TestKinesis.nextSecond();
        TestKinesis.put(stream, "after");
        assertEquals("before\n", consume(stream, "--from", "-1h", "--until", between.toString()).run(0).stdout());
        TestKinesis.nextSecond(); // the start of a run may be up to a second earlier by the service's clock
        var started = System.nanoTime();
        assertEquals("", consume(stream, "--until", "+1s").run(0).stdout());
        assertTrue(System.nanoTime() - started > 1_000_000_000);
    }

    @Test
    void until_whereFromIs_printsNothing_andSaysSo_butLatestIsTheEnd() throws Exception {
        var stream = TestKinesis.stream(1);
        TestKinesis.put(stream, "a", "b");
        var last = TestKinesis.records(stream).get(1).sequenceNumber();
        var nothing = Script.kinesis("consume", stream, "--shard", "0", "--from", "after:" + last, "--until", "AFTER:0" + last).run(0);
        assertEquals("", nothing.stdout());
        assertEquals("--until and --from are the same position: no record is between them\n1 shard located\n", nothing.stderr());
        Difference.NO_ITERATOR_BEHIND_THE_NEWEST_RECORD.skipIfHere();
        assertEquals("1 shard located\n", Script.kinesis("consume", stream, "--from", "LATEST", "--until", "latest").run(0).stderr());
    }

    @Test
    void forATime_endsWithZero_andIdleTimeout_withFour() throws Exception {
        var stream = TestKinesis.stream(2);
        TestKinesis.put(stream, "a");
        assertEquals("a\n", consume(stream, "--from", "earliest", "--for", "5s").run(0).stdout());
        assertEquals("a\n", consume(stream, "--from", "earliest", "--idle-timeout", "5s").run(4).stdout());
        assertEquals("a\n", consume(stream, "--from", "earliest", "--idle-timeout", "1h", "--for", "1h", "-n", "1").run(0).stdout());
    }

    @Test
    void raw_isByteExact() throws Exception {
        var stream = TestKinesis.stream(1);
        var random = new Random(7);
        var expected = new ByteArrayOutputStream();
        for (int n = 0; n < 20; n++) {
            var data = new byte[random.nextInt(300) + 1];
            random.nextBytes(data);
            put(stream, data);
            expected.writeBytes(data);
            expected.write('\n');
        }
        var broken = new byte[] {(byte) 0xF3, (byte) 0x89, (byte) 0x9A, (byte) 0xC2, 1, 2, 3}; // the beginning of an aggregate, no more
        put(stream, broken);
        expected.writeBytes(broken);
        expected.write('\n');
        var file = folder.resolve("out");
        Script.shell("./jbang consume " + stream + " -q -o raw --from earliest -e $kinesis > " + file).run(0);
        assertArrayEquals(expected.toByteArray(), Files.readAllBytes(file));
    }

    private static void put(String stream, byte[] data) {
        TestKinesis.client().putRecord(request -> request.streamName(stream).partitionKey("key").data(SdkBytes.fromByteArray(data)));
    }

    private static Script.Builder consume(String stream, String... options) {
        return Script.kinesis("consume", stream, "-q", "-o", "raw", "--poll-interval", "200ms").and(options);
    }
}
