package lib.describe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.Printed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import lib.cli.AnswerPrinter;
import lib.cli.Failure;
import lib.cli.Log;
import lib.positions.Checkpoint;
import lib.positions.ShardPosition;
import lib.read.ShardReader.Batch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a watch prints into a pipe. */
@Timeout(60)
class WatchLinesTest {
    private final Traffic traffic = new Traffic(Instant::now);
    private final Checkpoint checkpoint = Checkpoint.inMemory();
    private final Printed printed = new Printed();

    @Test
    void aShardThatNeverAnswers_doesNotHoldBackTheOthersForLong() throws Exception {
        checkpoint.set("a", ShardPosition.trimHorizon());
        checkpoint.set("b", ShardPosition.trimHorizon());
        traffic.accept(new Batch("a", List.of(), 0L));
        traffic.accept(new Batch("a", List.of(), 0L));
        watch(() -> await(text -> !text.isEmpty()), printed.text(80));
        var line = "2\\S+Z  0.0 records/s  0 B/s  shards: 2 open, 0 hot, 1 unknown; most: 0% in a\n";
        assertTrue(printed.toString().matches(line), printed.toString());
    }

    @Test
    void whatIsNotKnown_isLeftOut() throws Exception {
        checkpoint.set("a", ShardPosition.trimHorizon());
        watch(() -> await(text -> !text.isEmpty()), printed.json());
        assertTrue(printed.toString().matches("\\{\"time\":\"\\S+Z\",\"shards\":\\[\\{\"shardId\":\"a\"}]}\n"), printed.toString());
    }

    @Test
    void whatTheReadingFailsWith_endsIt() {
        var failure = new Failure("no permission");
        assertEquals(failure, assertThrows(ExecutionException.class, () -> watch(() -> {
            throw failure;
        }, printed.text(80))).getCause());
        assertEquals("", printed.toString());
    }

    private void watch(Callable<?> read, AnswerPrinter answer) throws Exception {
        new Watch("s1", checkpoint, traffic, Duration.ofSeconds(1)).run(read, answer, null, new Log());
    }

    /** Reads nothing, until something is printed. */
    private Void await(Predicate<String> condition) throws InterruptedException {
        while (!condition.test(printed.toString())) {
            Thread.sleep(10);
        }
        return null;
    }
}
