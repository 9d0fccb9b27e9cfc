package lib.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.FakeKinesis;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import lib.cli.Log;
import lib.positions.ShardPosition;
import lib.positions.Until;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Records that the stream no longer held when their turn came are reported as missing, and no others are. */
@Timeout(30)
class RetentionTest {
    private static final Duration DAY = ServiceShard.RETENTION;
    private static final Duration HOUR = Duration.ofHours(1);
    private static final String MISSING = "shard a: the stream no longer holds the records that followed the last record read;"
            + " RECORDS ARE MISSING";

    private final ServiceShard shard = new ServiceShard(ServiceShard.Lag.FROM_NOW);
    private final List<String> got = new ArrayList<>();
    private final List<String> said = new CopyOnWriteArrayList<>();
    private int limit = 10;

    @Test
    void position_isGone_whenARunIsResumedTooLate() throws Exception {
        putEveryHour(48);
        resumeAfter("5");
        assertEquals(ServiceShard.numbers(25, 48), got);
        assertEquals(List.of(MISSING), said);
    }

    @Test
    void position_isGone_whenTheReaderOfThePipeIsTooSlow() throws Exception {
        putEveryHour(24);
        read(ShardPosition.trimHorizon(), false, () -> {
            if (got.size() == 10) { // and stands still for 20 hours, in which the next ten go
                shard.now = shard.now.plus(HOUR.multipliedBy(20));
                shard.put(Duration.ZERO);
            }
        });
        assertEquals(ServiceShard.numbers(21, 25), got.subList(10, got.size()));
        assertEquals(List.of(MISSING), said);
    }

    @Test
    void position_isGone_alsoWhenTheNextRecordIsYoung_orThereIsNone() throws Exception {
        for (var next : new Duration[] {HOUR.multipliedBy(5), null}) {
            var shard = new ServiceShard(ServiceShard.Lag.FROM_NOW);
            got.clear();
            said.clear();
            putEveryHour(shard, 20);
            read(shard, ShardPosition.trimHorizon(), false, () -> {
                if (got.size() == 10) { // and there are more
                    shard.now = shard.now.plus(HOUR.multipliedBy(30));
                    if (next != null) {
                        shard.put(next);
                    }
                }
            });
            assertEquals(next == null ? List.of() : List.of("21"), got.subList(10, got.size()));
            assertEquals(List.of(MISSING), said);
        }
    }

    @Test
    void theRestOfAnAggregate_isGone() throws Exception {
        shard.put(HOUR.multipliedBy(30));
        shard.put(HOUR);
        read(shard, ShardPosition.within("1", 0, "deaggregate"), true, () -> {});
        assertEquals(List.of("2"), got);
        assertEquals(List.of(MISSING), said);
    }

    @Test
    void nothingIsMissing_whenAnAggregateThatIsReadInPartIsThere() throws Exception {
        shard.put(HOUR.multipliedBy(23));
        read(shard, ShardPosition.within("1", 0, "deaggregate"), true, () -> {});
        assertEquals(List.of("1"), got);
        assertEquals(List.of(), said);
    }

    @Test
    void nothingIsMissing_whenAShardWasReadToItsTipLessThanADayAgo() throws Exception {
        shard.put(HOUR);
        var polls = new AtomicInteger();
        var polling = new Polling(Duration.ZERO, Duration.ZERO, limit, 1_000_000);
        ServiceShard.reader(shard, polling, Until.NEVER, ShardPosition.trimHorizon(), false, said::add)
                .read(batch -> {
                    take(batch, () -> {});
                    if (polls.incrementAndGet() <= 30) { // empty replies for 30 hours, then none for 13
                        shard.now = shard.now.plus(HOUR);
                    } else if (polls.get() == 31) {
                        shard.now = shard.now.plus(HOUR.multipliedBy(13));
                        shard.put(HOUR.multipliedBy(12).plusMinutes(30));
                    }
                    return got.contains("2") ? ShardReader.Taken.ENOUGH : ShardReader.Taken.SOME;
                });
        assertEquals(List.of("1", "2"), got);
        assertEquals(List.of(), said);
    }

    @Test
    void position_isGone_whenTheOldestRecordLeftIsTheLastOne() throws Exception {
        putEveryHour(48);
        shard.now = shard.now.plus(HOUR.multipliedBy(23)); // its lag is 0
        resumeAfter("5");
        assertEquals(List.of("48"), got);
        assertEquals(1, said.size());
    }

    @Test
    void position_isGone_whenTheNextReplySpansHours() throws Exception {
        limit = 1000; // so that its lag is far from the retention
        putEveryHour(48);
        resumeAfter("5");
        assertEquals(1, said.size());
    }

    @Test
    void nothingIsMissing_whenThePositionIsALittleYoungerThanTheRetention() throws Exception {
        shard.put(DAY.minusSeconds(30));
        shard.put(DAY.minusSeconds(20));
        shard.put(DAY.minusSeconds(10));
        resumeAfter("1");
        assertEquals(List.of("2", "3"), got);
        assertEquals(List.of(), said);
    }

    @Test
    void nothingIsMissing_whenAShardHadNoRecordsForLongerThanTheRetention() throws Exception {
        shard.put(DAY.multipliedBy(2));
        resumeAfter("1");
        assertEquals(List.of(), got);
        shard.put(HOUR); // the position is gone, but the last run was an hour ago
        resumeAfter("1");
        assertEquals(List.of("2"), got);
        assertEquals(List.of(), said);
    }

    @Test
    void nothingIsMissing_whenTheNewestRecordIsOld_andItsLagIsItsAge() throws Exception {
        var shard = new ServiceShard(ServiceShard.Lag.AGE);
        shard.retention = DAY.multipliedBy(7);
        shard.put(DAY.multipliedBy(3));
        read(shard, ShardPosition.trimHorizon(), false, () -> {});
        assertEquals(List.of("1"), got);
        assertEquals(List.of(), said);
    }

    @Test
    void nothingIsMissing_whenTheTimeWhereAShardBeganIsHeld() throws Exception {
        shard.put(DAY.minusHours(2));
        read(ShardPosition.at(shard.now.minus(DAY.minusHours(1))), true, () -> {});
        assertEquals(List.of("1"), got);
        assertEquals(List.of(), said);
    }

    @Test
    void nothingIsMissing_whenAUserBeginsBeforeTheOldestRecord() throws Exception {
        putEveryHour(48);
        read(ShardPosition.at(shard.now.minus(DAY.multipliedBy(2))), false, () -> {});
        assertEquals(ServiceShard.numbers(25, 48), got);
        assertEquals(List.of(), said);
    }

    @Test
    void backlog_isReadWithoutLookingForTheOldestRecord() throws Exception {
        putEveryHour(24);
        read(ShardPosition.trimHorizon(), false, () -> {});
        assertEquals(ServiceShard.numbers(1, 24), got);
        assertEquals(List.of("TRIM_HORIZON"), shard.iteratorTypes);
    }

    @Test
    void position_thatIsRefused_isGone() throws Exception {
        shard.refusesGone = true;
        putEveryHour(48);
        resumeAfter("5");
        assertEquals(ServiceShard.numbers(25, 48), got);
        assertEquals(List.of("shard a: the service refuses the position, so reading resumes at the oldest record: too old"
                + " (InvalidArgumentException); RECORDS ARE MISSING"), said);
    }

    /** As an endpoint could send them without end. */
    @Test
    void records_areHandedOn_whenTheOldestOneIsNotFoundInTime() throws Exception {
        var kinesis = new FakeKinesis();
        kinesis.reply("a", Collections.nCopies(1_000, FakeKinesis.records(1_000)).toArray());
        var now = Instant.parse("2026-11-24T12:00:00Z");
        var old = FakeKinesis.record("9", now.minus(HOUR.multipliedBy(14)));
        var start = ShardPosition.after("2").start();
        var retention = new Retention(kinesis, Duration.ofMillis(500), new Log());
        assertNull(retention.reader("a", start, true).gap(start, List.of(old), false, () -> now));
        assertTrue(kinesis.fetches.size() < 10);
    }

    private void putEveryHour(int records) {
        putEveryHour(shard, records);
    }

    private static void putEveryHour(ServiceShard shard, int records) {
        for (int n = records - 1; n >= 0; n--) {
            shard.put(HOUR.multipliedBy(n));
        }
    }

    private void resumeAfter(String sequenceNumber) throws Exception {
        got.clear();
        read(ShardPosition.after(sequenceNumber), true, () -> {});
    }

    private void read(ShardPosition position, boolean isResumed, Runnable afterBatch) throws Exception {
        read(shard, position, isResumed, afterBatch);
    }

    private void read(ServiceShard shard, ShardPosition position, boolean isResumed, Runnable afterBatch) throws Exception {
        var polling = new Polling(Duration.ZERO, Duration.ZERO, limit, 1_000_000);
        ServiceShard.reader(shard, polling, Until.tip(shard.now.plus(DAY.multipliedBy(9))), position, isResumed, said::add)
                .read(batch -> take(batch, afterBatch));
    }

    private ShardReader.Taken take(ShardReader.Batch batch, Runnable afterBatch) {
        batch.records().forEach(record -> got.add(record.sequenceNumber()));
        afterBatch.run();
        return ShardReader.Taken.SOME;
    }
}
