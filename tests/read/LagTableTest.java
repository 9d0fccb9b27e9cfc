package lib.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.FakeKinesis;
import fake.Printed;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import lib.cli.Failure;
import lib.cli.Log;
import lib.kinesis.GetRecordsResult;
import lib.positions.Checkpoint;
import lib.positions.ShardPosition;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

class LagTableTest {
    private static final Instant NOW = Instant.now();

    private final FakeKinesis kinesis = new FakeKinesis();
    private final Checkpoint checkpoint = Checkpoint.inMemory();
    private final Printed printed = new Printed();

    @Test
    void theLag_isTheAgeOfTheOldestRecordThatIsNotRead() throws Exception {
        shard("a", reply(0, Duration.ofMinutes(5), 3));
        print(null);
        assertEquals("""
                SHARD                 BEHIND  RECORDS
                a                       5m0s        3
                total: 3 records not read; worst: a, 5m0s behind
                """, printed.toString());
    }

    @Test
    void theLag_isThatOfTheReply_whenThatIsLonger_andRecordsAreNotCounted() throws Exception {
        shard("a", reply(7_200_500, Duration.ofMinutes(5), 100));
        print(null);
        assertEquals("""
                SHARD                 BEHIND  RECORDS
                a                       2h0m     100+
                total: 100+ records not read; worst: a, 2h0m behind
                """, printed.toString());
    }

    @Test
    void theRecords_mayBeMore_whenAReplyHasAllThatItMay() throws Exception {
        shard("a", reply(0, Duration.ofMinutes(5), 100));
        print(null);
        assertEquals("total: 100+ records not read; worst: a, 5m0s behind",
                printed.toString().lines().reduce((line, next) -> next).get());
    }

    @Test
    void anEmptyReply_saysNothing_whenItIsBehind() throws Exception {
        shard("a", FakeKinesis.records(9_000_000), FakeKinesis.records(8_000), reply(0, Duration.ofSeconds(4), 1));
        shard("b", FakeKinesis.records(9_000_000), FakeKinesis.records(60_000, "1"));
        shard("c", FakeKinesis.records(9_000_000), FakeKinesis.records(0));
        print(null);
        assertEquals("""
                SHARD                 BEHIND  RECORDS
                a                         4s        1
                b                       1m0s       1+
                c                         0s        0
                total: 2+ records not read; worst: b, 1m0s behind
                """, printed.toString());
    }

    @Test
    void aShard_isAskedFromItsPosition_forFewRecords_andNotAtAllAtItsEnd() throws Exception {
        checkpoint.set("ended", ShardPosition.shardEnd());
        checkpoint.set("a", ShardPosition.after("17"));
        kinesis.reply("a", FakeKinesis.records(0), FakeKinesis.records(0));
        print(null);
        assertEquals(1, kinesis.starts.size());
        assertEquals(ShardIteratorType.AFTER_SEQUENCE_NUMBER, kinesis.starts.get(0).position().type());
        assertEquals("17", kinesis.starts.get(0).position().sequenceNumber());
        assertEquals(Lag.FEW, kinesis.fetches.get(0).limit());
    }

    @Test
    void theLastReplyOfAClosedShard_hasAllThereIs() throws Exception {
        checkpoint.set("a", ShardPosition.trimHorizon());
        kinesis.reply("a", FakeKinesis.records(5_000)); // and no next iterator
        print(null);
        assertTrue(printed.toString().contains("a                         0s        0\n"), printed.toString());
    }

    @Test
    void json_hasAnObjectForEachShard_andOneForAll() throws Exception {
        checkpoint.set("a", ShardPosition.after("17"));
        kinesis.reply("a", FakeKinesis.records(0, "18", "19"), FakeKinesis.records(0));
        checkpoint.set("b", ShardPosition.at(Instant.parse("2026-11-24T14:41:46Z")));
        kinesis.reply("b", FakeKinesis.records(60_000, "20"), FakeKinesis.records(0));
        table().print(printed.json(), null);
        assertEquals("""
                {"shardId":"a","type":"AFTER_SEQUENCE_NUMBER","sequenceNumber":"17","millisBehindLatest":0,"records":2}
                {"shardId":"b","type":"AT_TIMESTAMP","timestamp":"2026-11-24T14:41:46Z","millisBehindLatest":60000,"recordsAtLeast":1}
                {"streamName":"s1","unfinishedShardCount":2,"millisBehindLatest":60000,"recordsAtLeast":3}
                """, printed.toString());
    }

    @Test
    void aMaximum_isForEachShard() throws Exception {
        shard("a", reply(60_000, Duration.ZERO, 1));
        assertTrue(print(Duration.ofSeconds(60)));
        shard("b", reply(60_001, Duration.ZERO, 1));
        checkpoint.set("a", ShardPosition.shardEnd());
        assertFalse(print(Duration.ofSeconds(60)));
    }

    @Test
    void aShardThatCannotBeRead_isAFailure_thatNamesIt() {
        shard("a", FakeKinesis.refusal("AccessDeniedException"));
        var failure = assertThrows(ExecutionException.class, () -> print(null)).getCause();
        assertInstanceOf(Failure.class, failure);
        assertEquals("shard a: no (AccessDeniedException)", failure.getMessage());
    }

    private boolean print(Duration max) throws Exception {
        return table().print(printed.text(80), max);
    }

    private LagTable table() {
        return new LagTable(kinesis, checkpoint, () -> NOW, Duration.ofSeconds(5), new Log());
    }

    /** A shard with these replies, that has not ended. */
    private void shard(String shardId, Object... replies) {
        checkpoint.set(shardId, ShardPosition.trimHorizon());
        kinesis.reply(shardId, replies).reply(shardId, FakeKinesis.records(0));
    }

    private static GetRecordsResult reply(long millisBehindLatest, Duration age, int records) {
        return FakeKinesis.records(millisBehindLatest, IntStream.range(0, records)
                .mapToObj(i -> FakeKinesis.record(String.valueOf(i), NOW.minus(age).plusSeconds(i))).toList());
    }
}
