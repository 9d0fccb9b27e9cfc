package lib;

import static lib.FakeKinesis.records;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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

@Timeout(30)
class StreamReaderTest {
    private final FakeKinesis kinesis = new FakeKinesis();

    @Test
    void read_readsAllShardsAtOnce() throws Exception {
        kinesis.reply("a", records(0, "1")).reply("b", records(0, "2")).reply("c", records(0, "3"));
        var all = new CyclicBarrier(3); // passes only when three shards are asked at the same time
        Map<String, Integer> got = new ConcurrentHashMap<>();
        kinesis.duringGetRecords = () -> await(all);
        read(batch -> {
            got.put(batch.shardId(), batch.records().size());
            return ShardReader.Taken.SOME;
        }, "a", "b", "c");
        assertEquals(Map.of("a", 1, "b", 1, "c", 1), got);
    }

    @Test
    void read_failsAndNamesTheShard_whenOneShardFails() throws Exception {
        kinesis.reply("a", records(0), records(0)).reply("b", AccessDeniedException.builder()
                .awsErrorDetails(AwsErrorDetails.builder().errorCode("AccessDeniedException").errorMessage("not for you").build()).build());
        var e = assertThrows(ExecutionException.class, () -> read(batch -> ShardReader.Taken.SOME, "a", "b"));
        assertEquals("shard b: not for you (AccessDeniedException)", e.getCause().getMessage());
        // the other reader, in its pause of an hour, is ended
        var deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (isReading() && System.nanoTime() < deadline) {
            Thread.sleep(5);
        }
        assertFalse(isReading());
    }

    /** Else its children would be printed over a hole, and the rest of it after them by the next run. */
    @Test
    void read_readsAShardThatIsSplitMeanwhileToItsEnd_beforeItsChildren_whenItEndsAtTheTip() throws Exception {
        var parent = shard("a");
        var open = parent.toBuilder().sequenceNumberRange(r -> r.startingSequenceNumber("1")).build();
        kinesis.shards = List.of(parent, open.toBuilder().shardId("b").parentShardId("a").build());
        kinesis.reply("a", records(0, "1"), records(0), records(0, "2")).reply("b", records(0, "3"), records(0), records(0));
        var got = new ArrayList<String>();
        var settings = new ShardReader.Settings(kinesis, StreamRef.parse("s"), Polling.all(ShardReader.MIN_POLL_INTERVAL), Until.tip(Instant.now()), Duration.ofSeconds(5), new Log());
        new StreamReader(settings, shard -> true, Checkpoint.inMemory()).read(new Shards(List.of(open), Instant.now()), batch -> {
            batch.records().forEach(record -> got.add(record.sequenceNumber()));
            return ShardReader.Taken.SOME;
        }, null, null);
        assertEquals(List.of("1", "2", "3"), got);
    }

    private static boolean isReading() {
        return Thread.getAllStackTraces().values().stream().flatMap(Stream::of)
                .anyMatch(frame -> frame.getClassName().equals(ShardReader.class.getName()));
    }

    private void read(ShardReader.Sink sink, String... shardIds) throws Exception {
        var settings = new ShardReader.Settings(kinesis, StreamRef.parse("s"), Polling.all(Duration.ofHours(1)), Until.NEVER, Duration.ofSeconds(5), new Log());
        var shards = new Shards(Stream.of(shardIds).map(StreamReaderTest::shard).toList(), Instant.now());
        kinesis.shards = shards.all();
        new StreamReader(settings, shard -> true, Checkpoint.inMemory()).read(shards, sink, null, null);
    }

    private static Shard shard(String id) {
        return Shard.builder().shardId(id).sequenceNumberRange(r -> r.startingSequenceNumber("1").endingSequenceNumber("2")).build();
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
