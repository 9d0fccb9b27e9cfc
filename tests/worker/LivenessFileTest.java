package lib.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import lib.cli.Failure;
import lib.cli.Log;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;

class LivenessFileTest {
    private static final Duration POLL_INTERVAL = Duration.ofSeconds(1);
    private static final Duration TAKEOVER = Duration.ofSeconds(10);
    private static final Duration LONGEST_PAUSE = POLL_INTERVAL.plus(LivenessFile.LONGEST_CALL);

    private long now = -5;
    private Duration sinceTaken = Duration.ofDays(1);
    private final LivenessFile alive = alive(null);

    @TempDir Path folder;

    @Test
    void worker_isAlive_untilTheLibraryStarts_andThenAsLongAsItCallsDynamoDb() {
        pass(Duration.ofDays(1));
        assertTrue(alive.isAlive());
        alive.libraryStarts();
        pass(TAKEOVER.plus(LivenessFile.LONGEST_CALL));
        assertTrue(alive.isAlive());
        pass(Duration.ofNanos(1));
        assertFalse(alive.isAlive());
        alive.afterExecution(null, of("DynamoDb"));
        assertTrue(alive.isAlive());
    }

    @Test
    void shardThatGetsNoBatches_isAStandstill_unlessKinesisThrottlesOrFails() {
        alive.libraryStarts();
        alive.awaitsBatch("1");
        alive.awaitsBatch("2");
        pass(LONGEST_PAUSE);
        alive.awaitsBatch("1");
        alive.afterExecution(null, of("Kinesis")); // of another shard
        alive.afterExecution(null, of("DynamoDb"));
        assertTrue(alive.isAlive());
        pass(Duration.ofNanos(1));
        assertFalse(alive.isAlive());
        alive.onExecutionFailure(null, of("Kinesis"));
        assertTrue(alive.isAlive());
        pass(LONGEST_PAUSE);
        alive.awaitsBatch("1");
        alive.onExecutionFailure(null, of("DynamoDb"));
        assertTrue(alive.isAlive());
        pass(Duration.ofNanos(1));
        assertFalse(alive.isAlive());
        alive.ends("2");
        assertTrue(alive.isAlive());
    }

    @Test
    void batchThatIsPrinted_isAStandstill_whenStdoutTakesNothing() {
        alive.libraryStarts();
        alive.prints("1");
        pass(LivenessFile.LONGEST_WRITE);
        assertTrue(alive.isAlive());
        pass(Duration.ofNanos(1));
        assertFalse(alive.isAlive());
        sinceTaken = LivenessFile.LONGEST_WRITE; // a slow reader
        assertTrue(alive.isAlive());
    }

    @Test
    void libraryThatStartsAgain_hasNoShards() {
        alive.libraryStarts();
        alive.awaitsBatch("1");
        pass(Duration.ofHours(1));
        assertFalse(alive.isAlive());
        alive.libraryStarts();
        assertTrue(alive.isAlive());
    }

    @Test
    void fileThatCannotBeTouched_isAnError_thatNamesItAndWhy() throws Exception {
        var file = Files.createFile(folder.resolve("file"));
        assertEquals("--alive: cannot touch " + folder + ": it is a directory", error(folder));
        assertEquals("--alive: cannot touch /dev/null: it is not a regular file", error(Path.of("/dev/null")));
        assertEquals("--alive: cannot touch " + folder + "/none/file: no such folder", error(folder.resolve("none/file")));
        assertEquals("--alive: cannot touch " + file + "/file: Not a directory", error(file.resolve("file")));
    }

    private String error(Path file) {
        return assertThrows(Failure.class, () -> alive(file).start()).getMessage();
    }

    private LivenessFile alive(Path file) {
        return new LivenessFile(file, POLL_INTERVAL, TAKEOVER, () -> sinceTaken, () -> now, new Log());
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private static ExecutionAttributes of(String service) {
        return new ExecutionAttributes().putAttribute(SdkExecutionAttribute.SERVICE_NAME, service);
    }
}
