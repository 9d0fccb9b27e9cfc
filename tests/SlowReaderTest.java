import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/** consume is ended while the pipe is full: what its reader got is whole records, and the next run goes on after them. */
@OnKinesis
@Execution(ExecutionMode.CONCURRENT)
class SlowReaderTest {
    private static final int PIPE = 1 << 16;

    /** Reads a line, has consume end, and goes on as slowly as a shell reads. */
    private static final String SLOW = "end; while IFS= read -r line; do echo \"$line\"; sleep 0.002; done";

    /** Reads a line, has consume end, and nothing more until that has ended. */
    private static final String STANDS_STILL = "end; while kill -0 $pid 2>/dev/null; do sleep 0.05; done; cat";

    @TempDir Path folder;
    private Path checkpoint;
    private String stream;

    @BeforeEach
    void stream() throws Exception {
        checkpoint = folder.resolve("checkpoint");
        stream = TestKinesis.stream(1);
    }

    @Test
    void slowReader_getsWholeRecords_andNoneTwice() throws Exception {
        var lines = lines();
        var got = consumeInto(SLOW);
        assertEquals(lines, concat(got, rest()));
    }

    @Test
    void readerThatStandsStill_getsWholeRecords_andNoneTwice() throws Exception {
        var lines = lines();
        var got = consumeInto(STANDS_STILL);
        assertTrue(got.size() < lines.size(), "the pipe was never full");
        assertEquals(lines, concat(got, rest()));
    }

    @Test
    void longRecord_isFinished_whenItsReaderReadsOn() throws Exception {
        var lines = List.of("short", "x".repeat(5 * PIPE), "another");
        put(lines);
        var got = consumeInto("end; cat");
        assertEquals(lines, concat(got, rest()));
        assertTrue(got.size() >= 2, "not finished");
    }

    @Test
    void longRecord_isCut_whenItsReaderStandsStill_andThatIsSaid_andItComesAgain() throws Exception {
        var lines = List.of("short", "x".repeat(5 * PIPE), "another");
        put(lines);
        var got = consumeInto(STANDS_STILL);
        assertEquals("short", got.get(0));
        assertTrue(got.get(1).length() < 5 * PIPE && got.get(1).matches("x+"));
        assertEquals("shard shardId-000000000000: a record is cut in the output, whose reader did not take all of it in time; it is not checkpointed\n",
                Files.readString(folder.resolve("err")));
        assertEquals(lines.subList(1, 3), rest());
    }

    /** What the reader gets of a consume that ends at its first line: within five seconds, with the exit code of the signal. */
    private List<String> consumeInto(String reader) throws Exception {
        var script = Script.shell("""
                mkfifo pipe
                "$jbang" consume %s -q -o raw --from earliest --checkpoint %s $kinesis >pipe 2>err & pid=$!
                end() { IFS= read -r line; echo "$line"; date +%%s%%3N >began; kill -TERM $pid; }
                (%s) <pipe >out & reader=$!
                tail --pid=$pid -s 0.02 -f /dev/null
                date +%%s%%3N >ended
                wait $pid; echo $? >code
                wait $reader""".formatted(stream, checkpoint, reader)).env("jbang", Script.ROOT.resolve("jbang")).in(folder);
        script.run(0);
        assertEquals("143\n", Files.readString(folder.resolve("code")));
        assertTrue(millis("ended") - millis("began") < 5_000, "it took longer");
        return Files.readAllLines(folder.resolve("out"));
    }

    private long millis(String file) throws Exception {
        return Long.parseLong(Files.readString(folder.resolve(file)).strip());
    }

    /** What the next run prints. */
    private List<String> rest() throws Exception {
        return Script.kinesis("consume", stream, "-q", "-o", "raw", "-e", "--checkpoint", checkpoint.toString()).run(0).stdout().lines().toList();
    }

    /** Puts records of up to what a pipe takes as a whole, and returns them: together far more than a pipe holds. */
    private List<String> lines() {
        var random = new Random(20);
        var lines = new ArrayList<String>();
        for (int bytes = 0, n = 0; bytes < 12 * PIPE; n++) {
            lines.add(n + " " + "x".repeat(random.nextInt(4_090)));
            bytes += lines.get(n).length();
        }
        put(lines);
        return lines;
    }

    private void put(List<String> lines) {
        var results = TestKinesis.client().putRecords(request -> request.streamName(stream).records(lines.stream().map(line -> PutRecordsRequestEntry
                .builder().partitionKey("key").data(SdkBytes.fromUtf8String(line)).build()).toList()));
        assertEquals(0, results.failedRecordCount());
    }

    private static List<String> concat(List<String> one, List<String> other) {
        return Stream.concat(one.stream(), other.stream()).toList();
    }
}
