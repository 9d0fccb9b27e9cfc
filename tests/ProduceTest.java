import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.OnKinesis;
import fake.Script;
import fake.TestKinesis;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

@OnKinesis
class ProduceTest {
    @Test
    void putsWhatItSays_whereItSays() throws Exception {
        var stream = TestKinesis.stream(4);
        var produced = Script.kinesis("produce", stream, "-n", "12", "--rate", "100").run(0);
        assertTrue(produced.stderr().startsWith("12 records stored: "), produced::stderr);

        var lines = new TreeMap<Integer, String>();
        for (int shard = 0; shard < 4; shard++) {
            var shardId = "shardId-00000000000" + shard;
            for (var record : TestKinesis.records(stream, shardId)) {
                var n = Integer.parseInt(record.partitionKey().substring("key".length()));
                assertEquals("message data " + n, record.data().asUtf8String());
                lines.put(n, "produced record to shard " + shardId);
            }
        }
        assertEquals(12, lines.size());
        assertEquals(lines.values().stream().sorted().toList(), produced.stdout().lines().sorted().toList());
    }

    @Test
    void goesOnUntilItIsInterrupted_andThenHasALineForEveryRecord() throws Exception {
        var stream = TestKinesis.stream(1);
        try (var produce = Script.kinesis("produce", stream, "--rate", "200").start()) {
            produce.awaitStdout(out -> out.lines().count() > 20).signal("INT").awaitExit(130);
            assertEquals(TestKinesis.records(stream, "shardId-000000000000").size(), produce.stdout().lines().count());
        }
    }

    @Test
    void putsARecordASecond() throws Exception {
        var stream = TestKinesis.stream(1);
        var start = Instant.now().truncatedTo(ChronoUnit.SECONDS); // kinesalite's times have no fractions
        Script.kinesis("produce", stream, "-n", "4").run(0);
        var records = TestKinesis.records(stream, "shardId-000000000000");
        for (int n = 0; n < 4; n++) {
            var arrival = records.get(n).approximateArrivalTimestamp();
            assertFalse(arrival.isBefore(start.plusSeconds(n)), "record " + n + " at " + arrival + ", begun at " + start);
        }
    }

    @Test
    void endsWithZero_whenTheReaderOfThePipeHasEnough() throws Exception {
        var produced = Script.shell("./jbang produce " + TestKinesis.stream(1) + " --rate 50 $kinesis | head -2").run(0);
        assertEquals(2, produced.stdout().lines().count());
        assertEquals("", produced.stderr());
    }
}
