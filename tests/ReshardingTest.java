import static org.junit.jupiter.api.Assertions.assertEquals;

import fake.OnKinesis;
import fake.Script;
import fake.TestKinesis;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;

/** consume on a stream whose shards are split and merged. A partition key's records keep their order: there is one key here. */
@OnKinesis
class ReshardingTest {
    private static final String FIRST = "shardId-000000000000";

    @TempDir Path folder;

    @Test
    void split_whileReading_goesOnWithTheChildren() throws Exception {
        var stream = TestKinesis.stream(1);
        try (var consume = consume(stream, "--from", "earliest", "-n", "3").start()) {
            TestKinesis.put(stream, "a");
            consume.awaitStdout(out -> out.equals("a\n"));
            TestKinesis.split(stream, FIRST);
            TestKinesis.put(stream, "b", "c");
            assertEquals("a\nb\nc\n", consume.awaitExit(0).stdout());
        }
    }

    @Test
    void merge_whileReading_waitsForBothParents() throws Exception {
        var stream = TestKinesis.stream(2);
        try (var consume = consume(stream, "--from", "earliest", "-n", "2").start()) {
            consume.awaitStderr(err -> err.contains("2 shards located"));
            TestKinesis.put(stream, "a");
            TestKinesis.merge(stream, FIRST, "shardId-000000000001");
            TestKinesis.put(stream, "b");
            assertEquals("a\nb\n", consume.awaitExit(0).stdout());
            var stderr = consume.stderr();
            consume.check("not after both parents", stderr.indexOf("shardId-000000000002 got")
                    > Math.max(stderr.indexOf("shardId-000000000000 ended"), stderr.indexOf("shardId-000000000001 ended")));
        }
    }

    @Test
    void fromEarliest_readsThroughClosedShards_alsoEmptyOnes() throws Exception {
        var stream = TestKinesis.stream(2);
        TestKinesis.put(stream, "a");
        TestKinesis.split(stream, FIRST); // one parent of these is empty
        TestKinesis.split(stream, "shardId-000000000001");
        TestKinesis.merge(stream, "shardId-000000000003", "shardId-000000000004");
        TestKinesis.put(stream, "b");
        TestKinesis.split(stream, "shardId-000000000002");
        TestKinesis.put(stream, "c");
        var consume = consume(stream, "--from", "earliest", "-e").run(0);
        assertEquals("a\nb\nc\n", consume.stdout());
        consume.check("not all shards", consume.stderr().contains(TestKinesis.shards(stream).size() + " shards located"));
    }

    @Test
    void key_readsTheShardsThatHoldIt_andTheirAncestors_andOnlyItsRecords() throws Exception {
        var stream = TestKinesis.stream(4);
        for (int n = 0; n < 8; n++) {
            var key = "key" + n % 4;
            var data = String.valueOf(n);
            TestKinesis.client().putRecord(request -> request.streamName(stream).partitionKey(key)
                    .data(SdkBytes.fromUtf8String(data)));
        }
        for (var shard : List.copyOf(TestKinesis.shards(stream))) {
            TestKinesis.split(stream, shard.shardId());
        }
        var consume = consume(stream, "--from", "earliest", "-e", "--key", "key2").run(0);
        assertEquals("2\n6\n", consume.stdout());
        consume.check("more than the parent and one child", consume.stderr().startsWith("2 shards located\n"));
    }

    @Test
    void shard_readsOnlyThatShard() throws Exception {
        var stream = TestKinesis.stream(2);
        TestKinesis.put(stream, "a");
        TestKinesis.split(stream, FIRST);
        TestKinesis.split(stream, "shardId-000000000001");
        TestKinesis.put(stream, "b");
        var one = consume(stream, "--from", "earliest", "-q", "--shard", FIRST).run(0).stdout();
        var other = consume(stream, "--from", "earliest", "-q", "-e",
                "--shard", "shardId-000000000001", "--shard", "shardId-000000000005").run(0);
        assertEquals("a\n", one + other.stdout());
    }

    @Test
    void after_beginsBehindTheRecord_andUntilEndsWithIt() throws Exception {
        var stream = TestKinesis.stream(1);
        TestKinesis.put(stream, "a", "b", "c", "d");
        var records = TestKinesis.records(stream, FIRST);
        assertEquals("c\nd\n", consume(stream, "--shard", FIRST, "--from", "after:" + records.get(1).sequenceNumber(),
                "--until", "after:" + records.get(3).sequenceNumber()).run(0).stdout()); // no record comes behind it
        assertEquals("b\nc\n", consume(stream, "--shard", FIRST, "--from", "after:" + records.get(0).sequenceNumber(),
                "--until", "after:" + records.get(2).sequenceNumber()).run(0).stdout());
    }

    @Test
    void after_withASequenceNumberOfNoRecord_fails() throws Exception {
        var stream = TestKinesis.stream(1);
        TestKinesis.put(stream, "a");
        assertEquals("", consume(stream, "--shard", FIRST, "--from", "after:12").run(1).stdout());
    }

    @Test
    void restart_inTheMiddleOfASplit_readsEachRecordOnce() throws Exception {
        var stream = TestKinesis.stream(1);
        var checkpoint = folder.resolve("checkpoint").toString();
        TestKinesis.put(stream, "a", "b");
        TestKinesis.split(stream, FIRST);
        TestKinesis.put(stream, "c", "d");
        var out = new StringBuilder();
        for (int run = 0; run < 4; run++) { // the first two end within the parent, the next within the child
            out.append(consume(stream, "--from", "earliest", "--checkpoint", checkpoint, "-n", "1").run(0).stdout());
        }
        assertEquals("a\nb\nc\nd\n", out.toString());
        TestKinesis.put(stream, "e");
        assertEquals("e\n", consume(stream, "--checkpoint", checkpoint, "-e").run(0).stdout());
        assertEquals(1, Files.readString(Path.of(checkpoint)).split("SHARD_END", -1).length - 1);
    }

    private static Script.Builder consume(String stream, String... options) {
        return Script.kinesis("consume", stream, "-o", "raw", "--poll-interval", "200ms").and(options);
    }
}
