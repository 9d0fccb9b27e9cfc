package lib.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import lib.kinesis.Quotas;
import lib.positions.Position;
import lib.positions.ShardPosition;
import lib.positions.Until;
import lib.read.ShardReader.Where;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where a shard ends does not depend on how fast its records are taken, nor on what MillisBehindLatest is measured from. */
@Timeout(30)
class UntilTest {
    private static final Polling AT_ONCE = new Polling(Quotas.MIN_POLL_INTERVAL, Duration.ZERO, 1_000, 1_000_000);

    private final List<String> got = new ArrayList<>();

    @ParameterizedTest
    @EnumSource
    void tip_isBehindAllThatWasThere_howeverSlowTheReaderIs(ServiceShard.Lag lag) throws Exception {
        var shard = shard(lag, 4_005);
        assertEquals(Where.TIP, read(shard, Until.tip(shard.now)).where());
        assertEquals(ServiceShard.numbers(1, 4_005), got);
    }

    @ParameterizedTest
    @EnumSource
    void aTimeThatIsOver_isBehindAllThatCameBefore(ServiceShard.Lag lag) throws Exception {
        var shard = shard(lag, 4_005);
        shard.now = shard.now.plusSeconds(60);
        shard.put(Duration.ofSeconds(10));
        var until = Until.of(new Position.Ago(Duration.ofSeconds(30)), new Position.Earliest(), shard.now);
        assertEquals(Where.WITHIN, read(shard, until).where());
        assertEquals(ServiceShard.numbers(1, 4_005), got);
    }

    @ParameterizedTest
    @EnumSource
    void tip_isReached_alsoWhenRecordsKeepComing(ServiceShard.Lag lag) throws Exception {
        var shard = shard(lag, 10);
        var until = Until.tip(shard.now);
        shard.beforeGetRecords = () -> {
            shard.now = shard.now.plusMillis(100);
            shard.put(Duration.ZERO);
        };
        assertEquals(Where.WITHIN, read(shard, until).where());
        assertTrue(got.size() >= 10 && got.size() < 70, () -> got.size() + " records");
    }

    @ParameterizedTest
    @EnumSource
    void aTimeToCome_isWaitedFor(ServiceShard.Lag lag) throws Exception {
        var shard = shard(lag, 0);
        var started = System.nanoTime();
        assertEquals(Where.TIP, read(shard, Until.of(Position.parse("+300ms"), Position.LATEST, shard.now)).where());
        assertTrue(System.nanoTime() - started >= TimeUnit.MILLISECONDS.toNanos(300));
    }

    /** A shard with so many records, all of the last 10 ms. */
    private static ServiceShard shard(ServiceShard.Lag lag, int records) {
        var shard = new ServiceShard(lag);
        for (int n = 0; n < records; n++) {
            shard.put(Duration.ofMillis(10 - n * 10L / records));
        }
        return shard;
    }

    /** Reads as the reader of a pipe takes it who is slow. */
    private ShardReader.End read(ServiceShard shard, Until until) throws Exception {
        return ServiceShard.reader(shard, AT_ONCE, until, ShardPosition.trimHorizon(), false).read(batch -> {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            batch.records().forEach(record -> got.add(record.sequenceNumber()));
            return ShardReader.Taken.SOME;
        });
    }
}
