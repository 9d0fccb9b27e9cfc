import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.Difference;
import fake.OnKinesis;
import fake.Script;
import fake.SlowReader;
import fake.TestKinesis;
import fake.TestWorkers;
import fake.Writer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers as processes, which share streams and take over from each other. */
@OnKinesis
@Tag("worker")
class WorkerTest {
    @TempDir Path folder;

    @Test
    void twoWorkers_shareTheShards_andOneThatIsEnded_handsItsOver_withNothingLostOrTwice() throws Exception {
        var stream = TestKinesis.stream(4);
        var application = TestWorkers.application();
        var out = Files.createFile(folder.resolve("out"));
        try (var a = TestWorkers.appending(out, stream, application, "--from", "earliest").start()) {
            a.awaitStderr(err -> err.contains("application " + application + " is new: "));
            TestWorkers.await(4, a);
            try (var writer = new Writer(stream); var b = TestWorkers.appending(out, stream, application, "--from", "earliest").start()) {
                TestWorkers.await(2, a, b);
                a.check("no line of the hand-over", a.stderr().contains(": handed over"));

                var began = System.nanoTime();
                b.signal("TERM").awaitExit(143);
                var took = Duration.ofNanos(System.nanoTime() - began);
                b.check("took " + took, took.toSeconds() < 20); // also on a busy machine
                TestWorkers.await(4, a);

                writer.close();
                Script.await(() -> writer.isAllIn(Files.readAllLines(out)), a);
                writer.check(Files.readAllLines(out));
            }
            a.signal("INT").awaitExit(130);
        }
        assertEquals(Map.of(), TestWorkers.leases(application, "leaseOwner"));
        var lines = Files.readAllLines(out);
        assertEquals(new HashSet<>(lines).size(), lines.size());
    }

    @Test
    void killedWorkers_areTakenOverFrom_withNothingLost_andOnlyTwiceWhatCameSinceTheLastCheckpoint() throws Exception {
        var stream = TestKinesis.stream(4);
        var application = TestWorkers.application();
        var out = Files.createFile(folder.resolve("out"));
        try (var writer = new Writer(stream); var leader = TestWorkers.appending(out, stream, application, "--from", "earliest").start()) {
            TestWorkers.await(4, leader); // the first one gives out the shards
            try (var follower = TestWorkers.appending(out, stream, application, "--from", "earliest").start()) {
                TestWorkers.await(2, leader, follower);
                kill(leader, out, follower);
                try (var third = TestWorkers.appending(out, stream, application, "--from", "earliest").start()) {
                    TestWorkers.await(2, follower, third);
                    kill(third, out, follower);
                    writer.close();
                    Script.await(() -> writer.isAllIn(Files.readAllLines(out)), follower);
                    writer.check(Files.readAllLines(out));
                }
            }
        }
    }

    /** Kills the worker, and waits until the other one has all shards. */
    private static void kill(Script worker, Path out, Script other) throws Exception {
        var distinct = distinct(out);
        var before = Files.readAllLines(out).size() - distinct;
        var began = System.nanoTime();
        worker.signal("KILL").awaitExit(137);
        TestWorkers.await(4, other);
        var took = Duration.ofNanos(System.nanoTime() - began);
        // it takes 2.4 times --takeover when the machine is not busy
        other.check("took over after " + took, took.toSeconds() < 5 * TestWorkers.TAKEOVER_SECONDS);
        Script.await(() -> distinct(out) > distinct + 5 * Writer.RECORDS_PER_SECOND, other); // well past the kill
        var twice = Files.readAllLines(out).size() - distinct(out) - before;
        // two shards have half of the records; they are checkpointed every second, at the end of a batch
        other.check(twice + " records came twice", twice <= 2 * Writer.RECORDS_PER_SECOND);
        System.out.printf("taken over after %.1f s, %d records twice%n", took.toMillis() / 1e3, twice);
    }

    private static int distinct(Path out) throws IOException {
        return new HashSet<>(Files.readAllLines(out)).size();
    }

    @Test
    void splitMergeAndAnotherShardCount_underLoad_loseNothing_andKeepTheOrderOfEachKey() throws Exception {
        Difference.NO_UPDATE_SHARD_COUNT.skipIfHere();
        Difference.NO_CHILD_SHARDS.skipIfHere();
        var stream = TestKinesis.stream(4);
        var application = TestWorkers.application();
        var out = Files.createFile(folder.resolve("out"));
        try (var writer = new Writer(stream); var a = TestWorkers.appending(out, stream, application, "--from", "earliest").start();
                var b = TestWorkers.appending(out, stream, application, "--from", "earliest").start()) {
            TestWorkers.await(2, a, b);
            TestKinesis.split(stream, "shardId-000000000000");
            TestKinesis.merge(stream, "shardId-000000000001", "shardId-000000000002");
            awaitEnds(3, a, b);
            TestKinesis.client().updateShardCount(request -> request.streamName(stream).targetShardCount(8).scalingType("UNIFORM_SCALING"));
            TestKinesis.awaitActive(stream);
            awaitEnds(7, a, b);
            writer.close();
            Script.await(() -> writer.isAllIn(Files.readAllLines(out)), a);
            writer.check(Files.readAllLines(out));
        }
    }

    /** Waits until the workers have said of so many shards that they have ended. */
    private static void awaitEnds(int shards, Script... workers) throws Exception {
        Script.await(() -> shards <= List.of(workers).stream().flatMap(worker -> worker.stderr().lines())
                .filter(line -> line.endsWith(" ended")).count(), workers[0]);
    }

    @Test
    void aNewApplication_ofAStreamThatWasResharded_readsParentsBeforeTheirChildren() throws Exception {
        Difference.NO_CHILD_SHARDS.skipIfHere();
        var stream = TestKinesis.stream(1);
        TestKinesis.put(stream, "1");
        TestKinesis.split(stream, "shardId-000000000000");
        TestKinesis.put(stream, "2");
        TestKinesis.merge(stream, "shardId-000000000001", "shardId-000000000002");
        TestKinesis.put(stream, "3");
        try (var worker = TestWorkers.raw(stream, TestWorkers.application(), "--from", "earliest").start()) {
            worker.awaitStdout(out -> out.equals("1\n2\n3\n"));
        }
    }

    @RepeatedTest(5)
    void twoFirstStartsAtOnce_shareTheShards() throws Exception {
        Difference.NO_ITERATOR_BEHIND_THE_NEWEST_RECORD.skipIfHere();
        var stream = TestKinesis.stream(4);
        var application = TestWorkers.application();
        try (var a = TestWorkers.raw(stream, application).start(); var b = TestWorkers.raw(stream, application).start()) {
            TestWorkers.await(2, a, b);
            TestKinesis.put(stream, "1", "2", "3");
            Script.await(() -> (a.stdout() + b.stdout()).lines().sorted().toList().equals(List.of("1", "2", "3")), a);
            a.signal("TERM").awaitExit(143);
            b.signal("TERM").awaitExit(143);
        }
    }

    @Test
    void ended_whileItsReaderStandsStill_cutsNoRecord_andPrintsNoneTwice() throws Exception {
        var stream = TestKinesis.stream(1);
        var application = TestWorkers.application();
        var lines = SlowReader.putLines(stream);
        var worker = TestWorkers.raw(stream, application, "--from", "earliest");
        var got = new SlowReader(folder).end(worker, SlowReader.STANDS_STILL, Duration.ofSeconds(30));
        assertTrue(got.size() < lines.size(), "the pipe was never full");
        try (var next = TestWorkers.raw(stream, application).start()) {
            next.awaitStdout(out -> out.endsWith("\n" + lines.get(lines.size() - 1) + "\n"));
            assertEquals(lines, Stream.concat(got.stream(), next.stdout().lines()).toList());
        }
    }

    @Test
    void theSinkFails_whatItHasNotTakenIsNotCheckpointed_andTheNextWorkerPrintsIt() throws Exception {
        var stream = TestKinesis.stream(1);
        var application = TestWorkers.application();
        String printed;
        try (var head = worker("--checkpoint-every 100ms --poll-interval 200ms | head -n 5", stream, application).start()) {
            head.awaitStderr(err -> err.contains("took shard"));
            TestKinesis.put(stream, "0", "1", "2", "3", "4");
            head.awaitStdout(out -> out.lines().count() == 5);
            for (int n = 5; !head.ends(Duration.ofMillis(500)); n++) { // the next write shows that head has gone
                TestKinesis.put(stream, String.valueOf(n));
            }
            head.awaitExit(0).check("says something", !head.stderr().contains("worker:"));
            printed = head.stdout();
        }
        TestKinesis.put(stream, "last");
        var full = worker("-q >/dev/full", stream, application).run(1);
        assertEquals("worker: cannot write to stdout: No space left on device\n", full.stderr());
        try (var worker = TestWorkers.raw(stream, application).start()) {
            worker.awaitStdout(out -> out.endsWith("last\n"));
            var all = TestKinesis.records(stream, "shardId-000000000000").stream().map(record -> record.data().asUtf8String()).toList();
            assertEquals(Set.copyOf(all), Set.copyOf((printed + worker.stdout()).lines().toList()));
        }
    }

    private static Script.Builder worker(String options, String stream, String application) {
        return TestWorkers.at(Script.shell("./jbang worker " + stream + " --app " + application
                + " --from earliest --takeover 3s $kinesis -o raw " + options));
    }

    @Test
    void aLeaseThatIsLostInTheMiddleOfABatch_costsDuplicatesOnly() throws Exception {
        var stream = TestKinesis.stream(4);
        var application = TestWorkers.application();
        var out = Files.createFile(folder.resolve("out"));
        try (var writer = new Writer(stream); var paused = TestWorkers.appending(out, stream, application, "--from", "earliest").start()) {
            TestWorkers.await(4, paused);
            try (var other = TestWorkers.appending(out, stream, application, "--from", "earliest").start()) {
                TestWorkers.await(2, paused, other);
                paused.signal("STOP");
                TestWorkers.await(4, other);
                paused.signal("CONT");
                paused.awaitStderr(err -> err.lines().filter(line -> line.matches("lost shard shardId-\\d{12}")).count() == 2);
                TestWorkers.await(2, paused, other);
                writer.close();
                Script.await(() -> writer.isAllIn(Files.readAllLines(out)), other);
                writer.check(Files.readAllLines(out));
            }
        }
    }
}
