package lib;

import static lib.FakeKinesis.records;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.kinesis.model.AccessDeniedException;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;

@Timeout(30)
class StreamReaderTest {
    private final FakeKinesis kinesis = new FakeKinesis();

    @Test
    void read_readsAllShardsAtOnce() throws Exception {
        kinesis.reply("a", records(0, "1")).reply("b", records(0, "2")).reply("c", records(0, "3"));
        var all = new CyclicBarrier(3); // passes only when three shards have records at the same time
        Map<String, Integer> got = new ConcurrentHashMap<>();
        read((shardId, records) -> {
            await(all);
            got.put(shardId, records.size());
        }, "a", "b", "c");
        assertEquals(Map.of("a", 1, "b", 1, "c", 1), got);
    }

    @Test
    void read_failsAndNamesTheShard_whenOneShardFails() throws Exception {
        kinesis.reply("a", records(0), records(0)).reply("b", AccessDeniedException.builder()
                .awsErrorDetails(AwsErrorDetails.builder().errorCode("AccessDeniedException").errorMessage("not for you").build()).build());
        var e = assertThrows(ExecutionException.class, () -> read((shardId, records) -> {}, "a", "b"));
        assertEquals("shard b: not for you (AccessDeniedException)", e.getCause().getMessage());
        // the other reader, in its pause of an hour, is ended
        var deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (isReading() && System.nanoTime() < deadline) {
            Thread.sleep(5);
        }
        assertFalse(isReading());
    }

    private static boolean isReading() {
        return Thread.getAllStackTraces().values().stream().flatMap(Stream::of)
                .anyMatch(frame -> frame.getClassName().equals(ShardReader.class.getName()));
    }

    private void read(ShardReader.Sink sink, String... shardIds) throws Exception {
        new StreamReader(kinesis, StreamRef.parse("s"), StartingPosition.builder().type(ShardIteratorType.LATEST).build(),
                Duration.ofHours(1), new Log())
                .read(Stream.of(shardIds).map(id -> Shard.builder().shardId(id).build()).toList(), sink);
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
