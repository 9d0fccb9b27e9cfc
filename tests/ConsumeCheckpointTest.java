import static org.junit.jupiter.api.Assertions.assertEquals;

import fake.Difference;
import fake.FaultProxy;
import fake.OnKinesis;
import fake.Script;
import fake.TestKinesis;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** consume with --checkpoint: what another run finds, and what goes wrong with files. */
@OnKinesis
class ConsumeCheckpointTest {
    private static final String SHARD = "shardId-000000000000";
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir Path folder;
    private Path file;
    private String stream;

    @BeforeEach
    void stream() throws Exception {
        file = folder.resolve("checkpoint");
        stream = TestKinesis.stream(1);
    }

    @Test
    void nextRun_goesOnBehindTheLastRecord_whateverFromSays() throws Exception {
        TestKinesis.put(stream, "a", "b");
        assertEquals("a\nb\n", consume("--from", "earliest", "-e").run(0).stdout());
        TestKinesis.put(stream, "c");
        assertEquals("c\n", consume("--from", "earliest", "-e").run(0).stdout());
        assertEquals("", consume("--from", "earliest", "-e").run(0).stdout());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void until_mayBeBeforeFrom_whereTheCheckpointHasTheStart() throws Exception {
        TestKinesis.put(stream, "a");
        assertEquals("a\n", consume("--from", "earliest", "--until", "now").run(0).stdout());
        assertEquals("", consume("--until", "-1h").run(0).stdout()); // from the default, latest
        TestKinesis.put(stream, "b");
        assertEquals("b\n", consume("--until", "now").run(0).stdout());
    }

    @Test
    void nextRun_readsWhatCameInBetween_alsoWhenTheFirstSawNoRecord() throws Exception {
        Difference.NO_ITERATOR_BEHIND_THE_NEWEST_RECORD.skipIfHere();
        assertEquals("", consume("-e").run(0).stdout()); // from latest
        TestKinesis.put(stream, "a");
        TestKinesis.split(stream, SHARD);
        TestKinesis.put(stream, "b");
        assertEquals("a\nb\n", consume("-e").run(0).stdout());
    }

    @Test
    void nextRun_readsWhatCameSinceTheFirstBegan_alsoWhenThatWasKilledAtOnce() throws Exception {
        try (var consume = Script.kinesis("consume", stream, "--checkpoint", file.toString()).start()) { // from latest
            consume.awaitStderr(err -> err.contains("1 shard located")).signal("KILL").awaitExit(137);
        }
        TestKinesis.put(stream, "a");
        TestKinesis.nextSecond(); // or a run from its own latest would have it, too
        TestKinesis.nextSecond();
        assertEquals("a\n", consume("-e").run(0).stdout());
    }

    @Test
    void whileRecordsFlow_theFileFollowsWithinSeconds() throws Exception {
        try (var consume = consume("--from", "earliest").start()) {
            TestKinesis.put(stream, "a");
            consume.awaitStdout(out -> out.equals("a\n"));
            var last = TestKinesis.records(stream, SHARD).get(0).sequenceNumber();
            Script.await(() -> Files.exists(file) && Files.readString(file).contains("\"sequenceNumber\" : \"" + last + "\""), consume);
            consume.signal("KILL");
        }
        assertEquals("", consume("-e").run(0).stdout());
    }

    @Test
    void signal_isACleanStop_afterWhichNothingComesTwice() throws Exception {
        for (var signal : new String[] {"INT", "TERM"}) {
            try (var consume = consume("--from", "earliest").start()) {
                TestKinesis.put(stream, signal);
                consume.awaitStdout(out -> out.equals(signal + "\n"));
                consume.signal(signal).awaitExit(signal.equals("INT") ? 130 : 143);
            }
        }
        assertEquals("", consume("-e").run(0).stdout());
    }

    @Test
    void head_endsQuietly_andNothingIsCheckpointedThatWasNotWritten() throws Exception {
        for (int n = 0; n < 5; n++) {
            TestKinesis.put(stream, n + "x".repeat(100_000)); // more than a pipe holds
        }
        var options = " -q -o raw --from earliest --checkpoint " + file + " $kinesis ";
        var head = Script.shell("./jbang consume " + stream + options + "| head -c 1").run(0);
        assertEquals("", head.stderr());
        assertEquals(5, consume("-e").run(0).stdout().lines().count());
    }

    @Test
    void fullDiskOfStdout_failsAndCheckpointsNothing() throws Exception {
        Script.needs("/dev/full");
        TestKinesis.put(stream, "a");
        var options = " -q -o raw --from earliest --checkpoint " + file + " $kinesis ";
        var full = Script.shell("exec ./jbang consume " + stream + options + "> /dev/full").run(1);
        assertEquals("consume: cannot write to stdout: No space left on device\n", full.stderr());
        assertEquals("a\n", consume("-e").run(0).stdout());
    }

    @Test
    void checkpointThatCannotBeWritten_failsAndLeavesTheOldOne() throws Exception {
        TestKinesis.put(stream, "a");
        consume("--from", "earliest", "-e").run(0);
        var before = Files.readString(file);
        Files.createDirectories(folder.resolve("checkpoint.lock.tmp/in the way")); // stands for a full disk: the new file fails
        TestKinesis.put(stream, "b");
        var consume = consume("-e").run(1);
        consume.check("not the line", consume.stderr().startsWith("consume: cannot write checkpoint " + file));
        assertEquals(before, Files.readString(file));
    }

    @Test
    void tornCheckpoint_isRefused() throws Exception {
        TestKinesis.put(stream, "a");
        consume("--from", "earliest", "-e").run(0);
        var whole = Files.readString(file);
        var otherType = whole.replace("AFTER_SEQUENCE_NUMBER", "ELSEWHERE");
        for (var torn : new String[] {"", whole.substring(0, whole.length() / 2), "{}", otherType}) {
            Files.writeString(file, torn);
            assertEquals("consume: checkpoint " + file + " is damaged; restore the file from a copy, or delete it to begin at --from\n",
                    consume("-e").run(1).stderr());
            assertEquals(torn, Files.readString(file));
        }
    }

    @Test
    void secondRun_onOneCheckpoint_isRefused() throws Exception {
        try (var first = consume("--from", "earliest").start()) {
            TestKinesis.put(stream, "a");
            first.awaitStdout(out -> out.equals("a\n"));
            assertEquals("consume: checkpoint " + file + " is in use by another run; use another file, or end the other run\n",
                    consume("-e").run(1).stderr());
            first.signal("KILL").awaitExit(137);
        }
        consume("-e").run(0); // the lock goes with the process
    }

    @Test
    void streamDeletedAndMadeAgain_isAnotherStream() throws Exception {
        consume("--from", "earliest", "-e").run(0);
        TestKinesis.recreate(stream);
        var consume = consume("-e").run(1);
        consume.check("not the line", consume.stderr().contains("belongs to an earlier stream of that name, created "));
        stream = TestKinesis.stream(1);
        consume("-e").run(1).check("not the line", consume("-e").run(1).stderr().contains(" belongs to another stream, arn:"));
    }

    @Test
    void anotherKey_isRefused() throws Exception {
        consume("--from", "earliest", "-e", "--key", "a").run(0);
        var consume = consume("-e", "--key", "b").run(1);
        consume.check("not the line", consume.stderr().contains("belongs to a run with --key a; use another file"));
    }

    @Test
    void positionOlderThanTheTrimHorizon_isALoudWarning_andReadsFromTheOldestRecord() throws Exception {
        TestKinesis.put(stream, "a", "b");
        consume("--from", "earliest", "-n", "1").run(0);
        var first = TestKinesis.records(stream, SHARD).get(0).sequenceNumber();
        try (var proxy = new FaultProxy()) {
            proxy.trim(first).later(DAY);
            trimmed(proxy.consume(stream, "-q", "-o", "raw", "--checkpoint", file.toString(), "-e").run(0),
                    "b\n", "no longer holds the records that followed");
        }
        Files.writeString(file, Files.readString(file).replaceAll("\"sequenceNumber\" : \"\\d+\"", "\"sequenceNumber\" : \"12\""));
        trimmed(consume("-e").run(0), "a\nb\n", "the service refuses the position");
    }

    @Test
    void positionALittleYoungerThanTheRetention_isNoAlarm_andNothingComesTwice() throws Exception {
        TestKinesis.put(stream, "a", "b");
        consume("--from", "earliest", "-n", "1").run(0);
        try (var proxy = new FaultProxy()) {
            proxy.later(DAY.minusSeconds(20));
            var consume = proxy.consume(stream, "-q", "-o", "raw", "--checkpoint", file.toString(), "-e").run(0);
            assertEquals("b\n", consume.stdout());
            assertEquals("", consume.stderr());
        }
    }

    private static void trimmed(Script consume, String stdout, String why) {
        assertEquals(stdout, consume.stdout());
        consume.check("no warning", consume.stderr().contains(why) && consume.stderr().contains("RECORDS ARE MISSING"));
    }

    private Script.Builder consume(String... options) {
        return Script.kinesis("consume", stream, "-q", "-o", "raw", "--poll-interval", "200ms", "--checkpoint", file.toString())
                .and(options);
    }
}
