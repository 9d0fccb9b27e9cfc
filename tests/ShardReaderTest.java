package lib;

import static lib.FakeKinesis.records;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.GetRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;

@Timeout(30)
class ShardReaderTest {
    private static final Duration MIN = ShardReader.MIN_POLL_INTERVAL;
    private static final ExpiredIteratorException EXPIRED = ExpiredIteratorException.builder().message("expired").build();

    private final FakeKinesis kinesis = new FakeKinesis();
    private final List<String> got = new ArrayList<>();

    @Test
    void read_handsOnEveryRecordInOrder_untilTheShardEnds() throws Exception {
        kinesis.reply("a", records(0, "1", "2"), records(0), records(0, "3"));
        read(MIN);
        assertEquals(List.of("1", "2", "3"), got);
    }

    @Test
    void read_goesOnWithTheNextShardIterator_andAsksForAnIteratorOnce() throws Exception {
        kinesis.reply("a", records(0, "1"), records(0, "2"), records(0));
        read(MIN);
        assertEquals(List.of("a", "a/2", "a/1"), kinesis.requests(GetRecordsRequest.class).stream().map(GetRecordsRequest::shardIterator).toList());
        assertEquals(List.of(ShardIteratorType.LATEST), iteratorTypes());
    }

    @Test
    void read_goesOnAfterTheLastRecord_whenTheIteratorHasExpired() throws Exception {
        kinesis.reply("a", records(0, "1", "2"), EXPIRED, records(0, "3"));
        read(MIN);
        assertEquals(List.of("1", "2", "3"), got);
        assertEquals(List.of(ShardIteratorType.LATEST, ShardIteratorType.AFTER_SEQUENCE_NUMBER), iteratorTypes());
        assertEquals("2", kinesis.requests(GetShardIteratorRequest.class).get(1).startingSequenceNumber());
    }

    @Test
    void read_staysWhereItBegan_whenTheIteratorExpiresBeforeTheFirstRecord() throws Exception {
        kinesis.reply("a", records(0), EXPIRED, records(0, "1"));
        var before = Instant.now();
        var polls = new ArrayList<Instant>();
        reader(MIN).read((shardId, records) -> polls.add(Instant.now()));
        assertEquals(List.of(ShardIteratorType.LATEST, ShardIteratorType.AT_TIMESTAMP), iteratorTypes());
        var again = kinesis.requests(GetShardIteratorRequest.class).get(1).timestamp();
        assertTrue(!again.isBefore(before) && !again.isAfter(polls.get(0)), "not the time of the start but " + again);
    }

    @Test
    void read_doesNotWaitForThePollInterval_whileTheShardIsBehind() throws Exception {
        kinesis.reply("a", records(5, "1"), records(5), records(0, "2"));
        read(Duration.ofHours(1)); // the @Timeout would end the test
        assertEquals(List.of("1", "2"), got);
    }

    @Test
    void read_keepsToFiveGetRecordsASecond_whileTheShardIsBehind() throws Exception {
        kinesis.reply("a", records(5, "1"), records(5, "2"), records(5, "3"));
        var started = System.nanoTime();
        read(Duration.ofHours(1));
        assertTrue(System.nanoTime() - started >= 2 * MIN.toNanos(), "three polls came too fast");
    }

    @Test
    void read_throwsWhatTheSinkThrows_andDoesNotAskForMore() {
        kinesis.reply("a", records(0, "1"), records(0, "2"));
        assertThrows(IOException.class, () -> reader(MIN).read((shard, records) -> {
            throw new IOException("full");
        }));
        assertEquals(1, kinesis.requests(GetRecordsRequest.class).size());
    }

    private void read(Duration pollInterval) throws Exception {
        reader(pollInterval).read((shardId, records) -> records.forEach(record -> got.add(record.sequenceNumber())));
    }

    private ShardReader reader(Duration pollInterval) {
        return new ShardReader(kinesis, StreamRef.parse("s"), "a", latest(), pollInterval);
    }

    private List<ShardIteratorType> iteratorTypes() {
        return kinesis.requests(GetShardIteratorRequest.class).stream().map(GetShardIteratorRequest::shardIteratorType).toList();
    }

    private static StartingPosition latest() {
        return StartingPosition.builder().type(ShardIteratorType.LATEST).build();
    }
}
