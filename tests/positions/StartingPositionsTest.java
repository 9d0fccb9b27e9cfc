package lib.positions;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import lib.cli.Log;
import lib.kinesis.Shards;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;

class StartingPositionsTest {
    private static final StreamDescriptionSummary STREAM = StreamDescriptionSummary.builder().streamName("s1")
            .streamARN("arn:aws:kinesis:us-east-1:123456789012:stream/s1").streamCreationTimestamp(Instant.EPOCH).build();

    @TempDir Path folder;
    private final List<String> told = new ArrayList<>();

    /** The list may have been incomplete. */
    @Test
    void positionOfAShardThatIsNotListed_isKept_untilItIsListedAgain() throws Exception {
        start(List.of(open("a"), open("b")), checkpoint -> checkpoint.set("b", ShardPosition.after("7")));
        start(List.of(open("a")), checkpoint -> assertEquals(1, checkpoint.unfinished()));
        assertEquals(List.of("shard b: the stream no longer has the shard, which was not read to its end; RECORDS ARE MISSING"), told);
        start(List.of(open("a"), open("b")), checkpoint -> assertEquals(ShardPosition.after("7"), checkpoint.get("b")));
    }

    /** Its children are read meanwhile. */
    @Test
    void positionOfAParentThatIsNotListed_isKept_too() throws Exception {
        var child = open("c").toBuilder().parentShardId("p").build();
        start(List.of(open("p"), child), checkpoint -> checkpoint.set("p", ShardPosition.after("7")));
        start(List.of(child), checkpoint -> assertEquals(ShardPosition.trimHorizon(), checkpoint.get("c")));
        start(List.of(open("p"), child), checkpoint -> assertEquals(ShardPosition.after("7"), checkpoint.get("p")));
    }

    @Test
    void anOpenShardThatIsReadToItsEnd_accordingToTheCheckpoint_isTold() throws Exception {
        start(List.of(open("a")), checkpoint -> checkpoint.set("a", ShardPosition.shardEnd()));
        assertEquals(List.of(), told);
        start(List.of(open("a")), checkpoint -> {});
        assertEquals(List.of("shard a: the checkpoint says that the shard was read to its end, but the shard is open; RECORDS ARE MISSING"),
                told);
    }

    private interface Work {
        void with(Checkpoint checkpoint);
    }

    private void start(List<Shard> shards, Work work) throws Exception {
        var log = new Log();
        log.to(told::add);
        try (var checkpoint = Checkpoint.open(folder.resolve("file"), STREAM, null)) {
            new StartingPositions(checkpoint, new Shards(shards, Instant.now()), new Position.Earliest(), log).set(shard -> true);
            work.with(checkpoint);
        }
    }

    private static Shard open(String shardId) {
        return Shard.builder().shardId(shardId).sequenceNumberRange(range -> range.startingSequenceNumber("1")).build();
    }
}
