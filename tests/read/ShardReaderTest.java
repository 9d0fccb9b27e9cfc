package lib.read;

import static fake.FakeKinesis.records;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.FakeKinesis;
import fake.FakeKinesis.Fetch;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import lib.cli.Failure;
import lib.cli.Log;
import lib.kinesis.KinesisRecord;
import lib.kinesis.Quotas;
import lib.positions.Position;
import lib.positions.ShardPosition;
import lib.positions.Until;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

@Timeout(30)
class ShardReaderTest {
    private static final Duration MIN = Quotas.MIN_POLL_INTERVAL;
    private static final AwsServiceException EXPIRED = ExpiredIteratorException.builder()
            .awsErrorDetails(AwsErrorDetails.builder().errorCode("ExpiredIteratorException").errorMessage("expired").build()).build();

    private static final SdkException TIMEOUT = ApiCallAttemptTimeoutException.create(30_000);
    private static final Instant START = Instant.now().truncatedTo(ChronoUnit.SECONDS);

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
        assertEquals(List.of("a", "a/2", "a/1"), kinesis.fetches.stream().map(Fetch::shardIterator).toList());
        assertEquals(List.of(ShardIteratorType.AT_TIMESTAMP), iteratorTypes());
    }

    @Test
    void read_goesOnAfterTheLastRecord_whenTheIteratorHasExpired() throws Exception {
        kinesis.reply("a", records(0, "1", "2"), EXPIRED, records(0, "3"));
        read(MIN);
        assertEquals(List.of("1", "2", "3"), got);
        assertEquals(List.of(ShardIteratorType.AT_TIMESTAMP, ShardIteratorType.AFTER_SEQUENCE_NUMBER), iteratorTypes());
        assertEquals("2", kinesis.starts.get(1).position().sequenceNumber());
    }

    @Test
    void read_staysWhereItBegan_whenTheIteratorExpiresBeforeTheFirstRecord() throws Exception {
        kinesis.reply("a", records(0), EXPIRED, records(0, "1"));
        read(MIN);
        assertEquals(List.of("1"), got);
        assertEquals(List.of(START, START), kinesis.starts.stream().map(start -> start.position().timestamp()).toList());
    }

    /** An iterator lives for five minutes: a shard can wait as long for other shards, or for the reader of the output. */
    @Test
    void read_renewsAnIteratorThatHasExpired_withoutAFailure() throws Exception {
        kinesis.reply("a", records(0, "1"), EXPIRED, records(0, "2"));
        var said = new ArrayList<String>();
        ServiceShard.reader(kinesis, Polling.all(MIN), Until.NEVER, ShardPosition.at(START), false, said::add).read(this::take);
        assertEquals(List.of("1", "2"), got);
        assertEquals(List.of(), said);
    }

    @Test
    void read_endsAClosedShard_thatWasAtItsTipForLongBefore() throws Exception {
        kinesis.reply("a", Collections.nCopies(40, records(0)).toArray());
        var reader = reader(MIN, Until.of(new Position.Later(Duration.ofSeconds(2)), Position.LATEST, Instant.now()));
        assertEquals(ShardReader.Where.TIP, reader.read(this::take).where());
        var polls = kinesis.fetches.size();
        reader.goToShardEnd();
        assertEquals(ShardReader.Where.SHARD_END, reader.read(this::take).where());
        assertEquals(5, kinesis.fetches.size() - polls);
    }

    @Test
    void read_fails_whenNoShardIsAnswered_alsoBeforeItsOwnSecondTry() {
        kinesis.reply("a", TIMEOUT);
        var fetches = new FetchLimit(2);
        fetches.timedOut(System.nanoTime());
        var reader = reader(Duration.ZERO, new Log(), fetches);
        var failure = assertThrows(Failure.class, () -> reader.read(this::take));
        assertEquals("shard a: no response in time; check the endpoint and the network (gave up after 0 s without a response for any"
                + " shard)",
                failure.getMessage());
    }

    @Test
    void read_asksForLess_whenACallHasTimedOut() throws Exception {
        kinesis.reply("a", TIMEOUT, TIMEOUT, records(0));
        read(MIN);
        assertEquals(List.of(1_000, 100, 10), limits());
    }

    @Test
    void read_doesNotGiveUp_forTheTimeThatItWaitsForOtherShards() throws Exception {
        kinesis.reply("a", SdkClientException.create("reset"), SdkClientException.create("reset"), records(0, "1"));
        var fetches = new FetchLimit(1);
        var log = new Log();
        log.to(said -> {});
        var reader = reader(Duration.ofSeconds(3), log, fetches);
        var other = new Thread(() -> { // takes the only place when the shard has failed, for longer than it may fail
            try {
                fetches.begin();
                Thread.sleep(4_000);
                fetches.end();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        kinesis.duringGetRecords = () -> {
            if (other.getState() == Thread.State.NEW) {
                other.start();
                awaitWaiting(other); // for the place that the shard has now
            }
        };
        reader.read(this::take);
        assertEquals(List.of("1"), got);
    }

    private ShardReader reader(Duration giveUp, Log log, FetchLimit fetches) {
        var start = ShardPosition.at(START).start();
        var settings = new ShardReader.Settings(kinesis, Polling.all(MIN), Until.NEVER, giveUp, log);
        return new ShardReader(settings, "a", start, new Retention(kinesis, giveUp, log).reader("a", start, false), false, fetches);
    }

    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            assertTrue(thread.isAlive());
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void read_asksForFewerRecords_whenTheyAreLarge() throws Exception {
        var mebibyte = FakeKinesis.record("1", new byte[1 << 20]);
        kinesis.reply("a", records(5, List.of(mebibyte, mebibyte)), records(5, "2"), records(0));
        reader(Polling.unlimited(MIN), Until.NEVER).read(this::take);
        assertEquals(List.of(1_000, 2, 6_410), limits());
    }

    @Test
    void read_asksForWhatAShardGives_whenRecordsAreSmall() throws Exception {
        var small = FakeKinesis.record("1", new byte[50]);
        kinesis.reply("a", records(5000, List.of(small, small)), records(0));
        read(MIN);
        assertEquals(8_000, kinesis.fetches.get(1).limit(), "2 MB a second in five calls");
    }

    @Test
    void read_endsBeforeTheFirstRecordOfTheTime_andKeepsItForAnotherRun() throws Exception {
        kinesis.reply("a", records(3_600_000, "1"), records(5, List.of(arrived("2", -10), arrived("3", 0), arrived("4", -5))));
        var end = read(MIN, Until.of(new Position.At(START), Position.LATEST, START));
        assertEquals(List.of("1", "2"), got);
        assertEquals(ShardReader.Where.WITHIN, end.where());
    }

    @Test
    void read_endsByLag_andNotByAnEmptyReply() throws Exception {
        kinesis.reply("a", records(3_600_000), records(3_600_000), records(1_800_000, "1"), records(0), records(0, "2"));
        assertEquals(ShardReader.Where.TIP, read(MIN, Until.tip(Instant.now())).where());
        assertEquals(List.of("1"), got);
    }

    @Test
    void read_goesOnFromItsPosition_whenItIsCalledAgain() throws Exception {
        kinesis.reply("a", records(0, "1"));
        var reader = reader(MIN, Until.NEVER);
        reader.read(this::take);
        kinesis.reply("a", records(0, "2"));
        reader.read(this::take);
        assertEquals(List.of("1", "2"), got);
        assertEquals("1", kinesis.starts.get(1).position().sequenceNumber());
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
    void read_keepsToTheInterval_alsoWhileTheShardIsBehind_whenThatIsAskedFor() throws Exception {
        kinesis.reply("a", records(5000, "1"), records(5000, "2"), records(5000, "3"));
        var started = System.nanoTime();
        reader(Polling.every(Duration.ofMillis(500)), Until.NEVER).read(this::take);
        assertTrue(System.nanoTime() - started >= Duration.ofMillis(1000).toNanos());
    }

    @Test
    void read_takesNoMoreThanAShardGives() throws Exception {
        var mebibyte = FakeKinesis.record("1", new byte[1 << 20]);
        kinesis.reply("a", records(5000, List.of(mebibyte, mebibyte)), records(0, List.of(mebibyte)), records(0));
        var started = System.nanoTime();
        read(MIN);
        assertTrue(System.nanoTime() - started >= Duration.ofMillis(1572).toNanos(), "3 MiB at 2 MB a second");
    }

    @Test
    void read_doesNotWait_whileTheShardIsBehind_onAKinesisWithoutLimits() throws Exception {
        kinesis.reply("a", Collections.nCopies(200, records(5000, "1")).toArray());
        reader(Polling.unlimited(Duration.ofHours(1)), Until.NEVER).read(this::take); // else it would take 40 seconds
        assertEquals(200, got.size());
    }

    @Test
    void read_waits_whenAReplySaysThatThereIsMore_andBringsNothing() throws Exception {
        kinesis.reply("a", records(5000), records(5000), records(0));
        var started = System.nanoTime();
        reader(Polling.unlimited(MIN), Until.NEVER).read(this::take);
        assertTrue(System.nanoTime() - started >= MIN.multipliedBy(2).toNanos());
    }

    @Test
    void read_doesNotEndAtAReplyWithAllTheRecordsAskedFor() throws Exception {
        kinesis.reply("a", records(0, "1", "2"), records(0, "3"), records(0), records(0));
        var reader = reader(new Polling(MIN, MIN, 2, 1_000_000), Until.tip(Instant.now()));
        assertEquals(ShardReader.Where.TIP, reader.read(this::take).where());
        assertEquals(List.of("1", "2", "3"), got);
    }

    @Test
    void read_doesNotEndAtAReplyThatIsCutOff() throws Exception {
        var mebibyte = FakeKinesis.record("1", new byte[1 << 20]);
        var cutOff = records(0, Collections.nCopies(6, mebibyte)); // as before a record of 5 MiB
        kinesis.reply("a", cutOff, records(0, "2"), records(0), records(0));
        assertEquals(ShardReader.Where.TIP, reader(Polling.unlimited(MIN), Until.tip(Instant.now())).read(this::take).where());
        assertEquals(7, got.size());
    }

    @Test
    void read_asksForNoMoreRecordsThanItShould() throws Exception {
        kinesis.reply("a", records(0, "1"), records(0, "2"));
        reader(new Polling(MIN, MIN, 100, 1_000_000), Until.NEVER).read(this::take);
        assertEquals(List.of(100, 100), limits());
    }

    @Test
    void read_throwsWhatTheSinkThrows_andDoesNotAskForMore() {
        kinesis.reply("a", records(0, "1"), records(0, "2"));
        assertThrows(IOException.class, () -> reader(MIN, Until.NEVER).read(batch -> {
            throw new IOException("full");
        }));
        assertEquals(1, kinesis.fetches.size());
    }

    private void read(Duration pollInterval) throws Exception {
        assertEquals(ShardReader.Where.SHARD_END, read(pollInterval, Until.NEVER).where());
    }

    private ShardReader.End read(Duration pollInterval, Until until) throws Exception {
        return reader(pollInterval, until).read(this::take);
    }

    private ShardReader.Taken take(ShardReader.Batch batch) {
        batch.records().forEach(record -> got.add(record.sequenceNumber()));
        return ShardReader.Taken.SOME;
    }

    private ShardReader reader(Duration pollInterval, Until until) {
        return reader(Polling.all(pollInterval), until);
    }

    private ShardReader reader(Polling polling, Until until) {
        return ServiceShard.reader(kinesis, polling, until, ShardPosition.at(START), false);
    }

    private List<Integer> limits() {
        return kinesis.fetches.stream().map(Fetch::limit).toList();
    }

    private List<ShardIteratorType> iteratorTypes() {
        return kinesis.starts.stream().map(start -> start.position().type()).toList();
    }

    private static KinesisRecord arrived(String sequenceNumber, long secondsAfterStart) {
        return FakeKinesis.record(sequenceNumber, START.plusSeconds(secondsAfterStart));
    }
}
