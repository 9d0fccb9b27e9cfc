package lib.read;

import static fake.FakeKinesis.records;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.FakeKinesis;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import lib.cli.Log;
import lib.kinesis.GetRecordsResult;
import lib.kinesis.Quotas;
import lib.kinesis.Shards;
import lib.positions.Checkpoint;
import lib.positions.Until;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.kinesis.model.AccessDeniedException;
import software.amazon.awssdk.services.kinesis.model.ChildShard;
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
        var both = new CyclicBarrier(2);
        var threads = ConcurrentHashMap.<Thread>newKeySet();
        kinesis.duringGetRecords = () -> {
            threads.add(Thread.currentThread());
            await(both);
        };
        var e = assertThrows(ExecutionException.class, () -> read(batch -> ShardReader.Taken.SOME, "a", "b"));
        assertEquals("shard b: not for you (AccessDeniedException)", e.getCause().getMessage());
        // the other reader is ended, too
        assertEquals(2, threads.size());
        for (var thread : threads) {
            thread.join(Duration.ofSeconds(10).toMillis());
            assertFalse(thread.isAlive());
        }
    }

    /** Else its children would be printed over a hole, and the rest of it after them by the next run. */
    @Test
    void read_readsAShardThatIsSplitMeanwhileToItsEnd_beforeItsChildren_whenItEndsAtTheTip() throws Exception {
        var parent = shard("a");
        var open = parent.toBuilder().sequenceNumberRange(r -> r.startingSequenceNumber("1")).build();
        kinesis.shards = List.of(parent, open.toBuilder().shardId("b").parentShardId("a").build());
        kinesis.reply("a", records(0, "1"), records(0), records(0, "2")).reply("b", records(0, "3"), records(0), records(0));
        var got = new ArrayList<String>();
        read(List.of(open), Until.tip(Instant.now()), batch -> {
            batch.records().forEach(record -> got.add(record.sequenceNumber()));
            return ShardReader.Taken.SOME;
        });
        assertEquals(List.of("1", "2", "3"), got);
    }

    @Test
    void read_listsTheShardsOnce_forAllThatEndAtTheirTip() throws Exception {
        var shards = IntStream.range(0, 200).mapToObj(n -> open("s" + n)).toList();
        shards.forEach(shard -> kinesis.reply(shard.shardId(), records(0, "1"), records(0), records(0)));
        kinesis.shards = shards;
        read(shards, Until.tip(Instant.now()), batch -> ShardReader.Taken.SOME);
        assertEquals(1, kinesis.lists.get());
    }

    @Test
    void read_listsTheShardsOnce_forAllThatAreSplit_whenTheServiceDoesNotNameTheirChildren() throws Exception {
        var parents = IntStream.range(0, 200).mapToObj(n -> shard("p" + n)).toList();
        var children = IntStream.range(0, 200).mapToObj(n -> shard("c" + n).toBuilder().parentShardId("p" + n).build()).toList();
        kinesis.shards = Stream.concat(parents.stream(), children.stream()).toList();
        kinesis.shards.forEach(shard -> kinesis.reply(shard.shardId(), records(0, "1")));
        var got = new AtomicInteger();
        read(parents, Until.NEVER, batch -> {
            got.addAndGet(batch.records().size());
            return ShardReader.Taken.SOME;
        });
        assertEquals(400, got.get());
        assertEquals(1, kinesis.lists.get());
    }

    /** The other parent may have been made since the shards were listed. */
    @Test
    void read_waitsForBothParentsOfAMergedShard_alsoForOneThatIsNew() throws Exception {
        var merged = ChildShard.builder().shardId("c").parentShards("a", "b").build();
        kinesis.reply("a", new GetRecordsResult(records(0, "1").records(), null, 0L, List.of(merged), null));
        kinesis.reply("x", records(0), records(0), records(0, "2")).reply("b", records(0, "3")).reply("c", records(0, "4"));
        kinesis.shards = List.of(shard("a"), shard("x"), shard("b").toBuilder().parentShardId("x").build(),
                shard("c").toBuilder().parentShardId("a").adjacentParentShardId("b").build());
        var got = new ArrayList<String>();
        read(List.of(shard("a"), open("x")), Until.NEVER, batch -> {
            batch.records().forEach(record -> got.add(record.sequenceNumber()));
            return ShardReader.Taken.SOME;
        });
        assertEquals(List.of("1", "2", "3", "4"), got);
        assertEquals(1, kinesis.lists.get());
    }

    /** As those of moto do not: the listing alone says that the shard is closed. */
    @Test
    void read_endsAClosedShard_whoseIteratorsDoNotEnd_andGoesOnWithItsChildren() throws Exception {
        var never = Collections.nCopies(100, records(0)).toArray();
        kinesis.reply("a", records(0, "1")).reply("b", records(0, "2")).reply("c", records(0, "3"));
        kinesis.reply("a", never).reply("b", never).reply("c", never);
        kinesis.shards = List.of(shard("a"), shard("b").toBuilder().parentShardId("a").build(),
                open("c").toBuilder().parentShardId("b").build());
        var got = new ArrayList<String>();
        var before = List.of(shard("a"), open("b").toBuilder().parentShardId("a").build()); // b is closed meanwhile
        read(before, Until.tip(Instant.now()), batch -> {
            batch.records().forEach(record -> got.add(record.sequenceNumber()));
            return ShardReader.Taken.SOME;
        });
        assertEquals(List.of("1", "2", "3"), got);
    }

    @Test
    void read_ends_whenItsTimeIsUp_thoughTheSinkStandsStill() throws Exception {
        kinesis.reply("a", records(0, "1"), records(0)).shards = List.of(open("a"));
        var settings = settings(Until.NEVER);
        assertTrue(new StreamReader(settings, shard -> true, Checkpoint.inMemory())
                .read(new Shards(kinesis.shards, Instant.now()), new StandsStill(), Duration.ofMillis(100), null));
    }

    @Test
    void read_ends_whenItsTimeIsUp_thoughShardsHaveYetToBegin() throws Exception {
        var shards = IntStream.range(0, 3_000).mapToObj(n -> open("s" + n)).toList();
        shards.forEach(shard -> kinesis.reply(shard.shardId(), records(0)));
        assertTrue(new StreamReader(settings(Until.NEVER), shard -> true, Checkpoint.inMemory())
                .read(new Shards(shards, Instant.now()), batch -> ShardReader.Taken.SOME, Duration.ofMillis(1), null));
        var begun = kinesis.starts.size();
        assertTrue(begun < 1_000, begun + " shards were begun in a millisecond");
    }

    @Test
    void read_fails_whenAShardFails_thoughTheSinkStandsStill() {
        kinesis.reply("a", records(0, "1"), records(0)).reply("b", FakeKinesis.refusal("AccessDeniedException"));
        kinesis.shards = List.of(open("a"), open("b"));
        assertThrows(ExecutionException.class, () -> read(kinesis.shards, Until.NEVER, new StandsStill()));
    }

    @Test
    void read_failsAtOnce_whenThereIsTooLittleMemoryForAResponse() {
        var full = new IllegalStateException(new OutOfMemoryError("Java heap space"));
        kinesis.reply("a", SdkClientException.create("Unable to unmarshall", full), records(0, "1"));
        var e = assertThrows(ExecutionException.class, () -> read(batch -> ShardReader.Taken.SOME, "a"));
        assertEquals("shard a: out of memory (Java heap space); give Java more memory, such as JAVA_TOOL_OPTIONS=-Xmx512m",
                e.getCause().getMessage());
    }

    /** Takes no batch until it is stopped, as stdout does whose reader stands still. */
    private static final class StandsStill implements ShardReader.Sink {
        private final CountDownLatch stopped = new CountDownLatch(1);

        @Override
        public ShardReader.Taken accept(ShardReader.Batch batch) {
            try {
                stopped.await();
                return ShardReader.Taken.ENOUGH;
            } catch (InterruptedException e) {
                throw new IllegalStateException("the sink decides itself when to end", e);
            }
        }

        @Override
        public void stop() {
            stopped.countDown();
        }
    }

    private void read(List<Shard> shards, Until until, ShardReader.Sink sink) throws Exception {
        new StreamReader(settings(until), shard -> true, Checkpoint.inMemory()).read(new Shards(shards, Instant.now()), sink, null, null);
    }

    private ShardReader.Settings settings(Until until) {
        return new ShardReader.Settings(kinesis, Polling.all(Quotas.MIN_POLL_INTERVAL), until, Duration.ofSeconds(5), new Log());
    }

    private static Shard open(String id) {
        return Shard.builder().shardId(id).sequenceNumberRange(range -> range.startingSequenceNumber("1")).build();
    }

    private void read(ShardReader.Sink sink, String... shardIds) throws Exception {
        var settings = new ShardReader.Settings(kinesis, Polling.all(Duration.ofHours(1)), Until.NEVER, Duration.ofSeconds(5), new Log());
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
