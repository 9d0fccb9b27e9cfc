import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.OnKinesis;
import fake.Script;
import fake.SlowReader;
import fake.TestKinesis;
import fake.TestWorkers;
import fake.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers whose reader stands still. */
@OnKinesis
@Tag("worker")
class WorkerPipeTest {
    private static final String GIVES = "(?s).*\nstdout has been blocked for \\d+s:"
            + " handing (\\d+ shards|1 shard) to other workers until the reader resumes\n.*";

    @TempDir Path folder;

    @Test
    void aReaderThatStandsStill_costsItsWorkerTheShards_untilItReadsOn_andAliveTells() throws Exception {
        var stream = TestKinesis.stream(4);
        var application = TestWorkers.application();
        var other = Files.createFile(folder.resolve("other"));
        var longs = SlowReader.putLines(stream); // more than a pipe holds
        try (var writer = new Writer(stream); var stands = standing(stream, application).start()) {
            TestWorkers.await(4, stands);
            Script.await(() -> touched() < 3, stands);
            try (var goesOn = TestWorkers.appending(other, stream, application, "--from", "earliest").start()) {
                stands.awaitStderr(err -> err.matches(GIVES));
                TestWorkers.await(4, goesOn);
                Script.await(() -> touched() > 5, stands);
                Files.createFile(folder.resolve("go"));
                stands.awaitStderr(err -> err.matches("(?s).*\nstdout is no longer blocked, after \\d+s[^\n]*\n.*\ntook shard .*"));
                TestWorkers.await(2, stands, goesOn);
                Script.await(() -> touched() < 3, stands);
                writer.close();
                Script.await(() -> writer.isAllIn(both(other)), goesOn);
                var known = new HashSet<>(writer.lines());
                known.addAll(longs);
                Script.await(() -> Set.copyOf(both(other)).equals(known), goesOn);
                Writer.checkOrder(Files.readAllLines(other));
                Writer.checkOrder(Files.readAllLines(folder.resolve("out")));
            }
        }
    }

    @Test
    void aReaderThatIsSlowerThanTheWorkerWaits_getsEveryRecord_andNoneAgainAndAgain() throws Exception {
        var stream = TestKinesis.stream(1);
        for (int n = 0; n < 5; n++) { // of which head keeps the end of the last to itself
            TestKinesis.put(stream, String.valueOf(n).repeat(100_000)); // more than a pipe takes at once
        }
        var out = Files.createFile(folder.resolve("out"));
        var slow = "./jbang worker " + stream + " --app " + TestWorkers.application() + " --from earliest --takeover 2s $kinesis -o raw"
                + " | while [ $(head -c 65536 | tee -a " + out + " | wc -c) -gt 0 ]; do sleep 8; done";
        try (var worker = TestWorkers.at(Script.shell(slow)).start()) {
            Script.await(() -> Files.readString(out).contains("3".repeat(100_000) + "\n"), worker);
            worker.check("never blocked", worker.stderr().matches(GIVES));
            for (int n = 0; n < 4; n++) {
                assertEquals(2, Files.readString(out).split(String.valueOf(n).repeat(100_000), -1).length);
            }
        }
    }

    @Test
    void ended_afterItsShardsWereGivenAway_cutsNoRecord_andLosesNone() throws Exception {
        var stream = TestKinesis.stream(1);
        var application = TestWorkers.application();
        var lines = SlowReader.putLines(stream);
        var reader = new SlowReader(folder);
        var got = reader.end(TestWorkers.raw(stream, application, "--from", "earliest"),
                () -> Files.exists(folder.resolve("err")) && reader.stderr().matches(GIVES),
                SlowReader.STANDS_STILL, Duration.ofSeconds(30));
        assertTrue(got.size() < lines.size(), "the pipe was never full");
        try (var next = TestWorkers.raw(stream, application).start()) {
            next.awaitStdout(out -> out.endsWith("\n" + lines.get(lines.size() - 1) + "\n"));
            assertEquals(new HashSet<>(lines), new HashSet<>(Stream.concat(got.stream(), next.stdout().lines()).toList()));
        }
    }

    @Test
    void aReaderThatGoesAway_afterTheShardsWereGivenAway_endsTheWorkerWithoutAnError() throws Exception {
        var stream = TestKinesis.stream(1);
        SlowReader.putLines(stream);
        try (var worker = standing(stream, TestWorkers.application()).env("after", "exit").start()) {
            worker.awaitStderr(err -> err.matches(GIVES));
            Files.createFile(folder.resolve("go"));
            worker.awaitExit(0).check("says something", !worker.stderr().contains("worker:"));
        }
    }

    /** A worker whose reader reads on when there is a file "go", and then writes to the file "out". */
    private Script.Builder standing(String stream, String application) {
        var reader = "cd \"$0\"; until [ -e go ] || ! kill -0 $$ 2>/dev/null; do sleep 0.05; done; $after; cat >out";
        return Script.command("bash", "-c", "exec \"$@\" > >(" + reader + ")", folder.toString())
                .and(TestWorkers.raw(stream, application, "--from", "earliest", "--alive", folder.resolve("alive").toString()));
    }

    /** How many seconds ago the worker has touched its file. */
    private long touched() throws Exception {
        return Duration.between(Files.getLastModifiedTime(folder.resolve("alive")).toInstant(), Instant.now()).toSeconds();
    }

    private List<String> both(Path other) throws Exception {
        var out = folder.resolve("out");
        var lines = Files.exists(out) ? Files.readAllLines(out) : List.<String>of();
        return Stream.concat(Files.readAllLines(other).stream(), lines.stream()).toList();
    }
}
