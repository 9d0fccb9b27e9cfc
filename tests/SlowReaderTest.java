import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.OnKinesis;
import fake.Script;
import fake.SlowReader;
import fake.TestKinesis;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** consume is ended while the pipe is full: what its reader got is whole records, and the next run goes on after them. */
@OnKinesis
class SlowReaderTest {
    private static final Duration LONGEST = Duration.ofSeconds(20); // it takes 2 or 3, on a machine that has nothing else to do
    private static final List<String> LONG = List.of("short", "x".repeat(5 * SlowReader.PIPE), "another");
    private static final int SHORTEST_JSON = 170; // bytes of a line of produce

    @TempDir Path folder;
    private SlowReader reader;
    private String stream;

    @BeforeEach
    void stream() throws Exception {
        reader = new SlowReader(folder);
        stream = TestKinesis.stream(1);
    }

    @Test
    void slowReader_getsWholeRecords_andNoneTwice() throws Exception {
        var lines = SlowReader.putLines(stream);
        var got = reader.end(consume("--from", "earliest"), SlowReader.SLOW, LONGEST);
        assertEquals(lines, concat(got, rest()));
    }

    @Test
    void readerThatStandsStill_getsWholeRecords_andNoneTwice() throws Exception {
        var lines = SlowReader.putLines(stream);
        var got = reader.end(consume("--from", "earliest"), SlowReader.STANDS_STILL, LONGEST);
        assertTrue(got.size() < lines.size(), "the pipe was never full");
        assertEquals(lines, concat(got, rest()));
    }

    @Test
    void forATime_ends_alsoWhenTheReaderStandsStill_andTheNextRunGoesOnThere() throws Exception {
        var lines = SlowReader.putLines(stream);
        var got = reader.awaitEnd(consume("--from", "earliest", "--for", "5s"), 0, SlowReader.STANDS_STILL, LONGEST.plusSeconds(5));
        assertTrue(!got.isEmpty() && got.size() < lines.size(), "the pipe was never full");
        assertEquals(lines, concat(got, rest()));
    }

    @Test
    void longRecord_isFinished_whenItsReaderReadsOn() throws Exception {
        SlowReader.put(stream, LONG);
        var got = reader.end(consume("--from", "earliest"), SlowReader.QUICK, LONGEST);
        assertEquals(LONG, concat(got, rest()));
    }

    @Test
    void longRecord_isCut_whenItsReaderStandsStill_andThatIsSaid_andItComesAgain() throws Exception {
        SlowReader.put(stream, LONG);
        var got = reader.end(consume("--from", "earliest"), SlowReader.STANDS_STILL, LONGEST);
        assertEquals("short", got.get(0));
        assertTrue(got.get(1).matches("x+") && got.get(1).length() < LONG.get(1).length());
        assertEquals("shard shardId-000000000000: the last record on stdout is cut, because the reader was too slow;"
                + " the record is not checkpointed\n", reader.stderr());
        assertEquals(LONG.subList(1, 3), rest());
    }

    @Test
    void produce_deliversWhatItHasRead_alsoWhenTheReaderOfItsLinesStandsStill() throws Exception {
        stream = TestKinesis.stream(4); // which take the lines without throttling
        var lines = Files.writeString(folder.resolve("lines"), "line\n".repeat(3_000));
        var produce = Script.kinesis("produce", stream, lines.toString(), "-o", "json", "--rate", "2000");
        var got = reader.end(produce, this::moreIsStoredThanThePipeHolds, SlowReader.STANDS_STILL, LONGEST);
        assertTrue(got.stream().allMatch(line -> line.startsWith("{") && line.endsWith("}")));
        var stored = TestKinesis.records(stream).size();
        assertTrue(reader.stderr().contains("%,d records stored: ".formatted(stored)), reader::stderr);
        assertTrue(got.size() < stored && reader.stderr().contains("the last lines on stdout are missing: "), reader::stderr);
        assertFalse(reader.stderr().contains("not delivered"), reader::stderr);
    }

    @Test
    void produce_ends_alsoWhenTheReaderOfItsLinesAndOfStderrStandsStill() throws Exception {
        stream = TestKinesis.stream(4);
        var produce = Script.command("bash", "-c", "exec \"$@\" 2>&1", "-")
                .and(Script.kinesis("produce", stream, "-o", "json", "--rate", "2000"));
        var got = reader.end(produce, this::moreIsStoredThanThePipeHolds, SlowReader.STANDS_STILL, LONGEST.multipliedBy(2)); // it takes 12
        assertTrue(got.size() < TestKinesis.records(stream).size(), "the pipe was never full");
    }

    /** Returns whether a line of produce waits for its reader, or will: before that, a signal finds nothing to drop. */
    private boolean moreIsStoredThanThePipeHolds() throws Exception {
        return TestKinesis.records(stream).size() > SlowReader.PIPE / SHORTEST_JSON;
    }

    private Script.Builder consume(String... options) {
        return Script.kinesis("consume", stream, "-q", "-o", "raw", "--checkpoint", folder.resolve("checkpoint").toString()).and(options);
    }

    /** What the next run prints. */
    private List<String> rest() throws Exception {
        return consume("-e").run(0).stdout().lines().toList();
    }

    private static List<String> concat(List<String> one, List<String> other) {
        return Stream.concat(one.stream(), other.stream()).toList();
    }
}
