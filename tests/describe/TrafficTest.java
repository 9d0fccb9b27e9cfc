package lib.describe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import lib.describe.Traffic.Tip;
import lib.kinesis.KinesisRecord;
import lib.read.ShardReader.Batch;
import org.junit.jupiter.api.Test;

class TrafficTest {
    private static final Instant START = Instant.parse("2026-11-24T14:41:46Z");
    private static final long MILLI = 1_000_000;

    private long now;
    private final Traffic traffic = new Traffic(() -> START.plusNanos(now), () -> now);

    @Test
    void rate_isNotKnown_beforeTheSecondReply() {
        assertNull(tip("a").rate());
        reply("a", 0, 500);
        assertNull(tip("a").rate());
        reply("a", 1000, 10);
        assertEquals(new Rate(10, 1040), tip("a").rate()); // 100 bytes of data and 4 of the key
    }

    @Test
    void rate_goesByTheTimeBetweenReplies_howeverLongThatWas() {
        reply("a", 0, 0);
        reply("a", 4000, 400);
        assertEquals(100, tip("a").rate().records());
    }

    @Test
    void rate_isThatOfTheLastReplies_thatTogetherTookTheTime() {
        reply("a", 0, 0);
        reply("a", 1000, 700);
        reply("a", 2100, 20);
        reply("a", 3000, 30);
        assertEquals(25, tip("a").rate().records());
    }

    @Test
    void rate_isThatAtWhichRecordsCame_whenTheReaderHasToCatchUp() {
        reply("a", 0, 0);
        reply("a", 20_000, 5000, 10_000); // throttled for long: 500 a second
        reply("a", 21_000, 5000, 1000);
        reply("a", 22_000, 1000, 0);
        assertEquals(500, tip("a").rate().records());
        var history = traffic.history();
        assertEquals(500, history[45].records(), 1);
        assertEquals(500, history[58].records(), 1);
    }

    @Test
    void load_isThePartOfWhateverIsUsedUpFirst() {
        assertEquals(0.9, new Rate(900, 100_000).load());
        assertEquals(1.5, new Rate(900, 1_500_000).load());
    }

    @Test
    void history_spreadsWhatCameOverTheSecondsInWhichItCame() {
        reply("a", 0, 0);
        reply("b", 0, 0);
        reply("a", 2000, 40);
        reply("b", 500, 3);
        reply("b", 1500, 6);
        reply("b", 2000, 3);
        now = 3000 * MILLI; // the last second is not complete
        var history = traffic.history();
        assertEquals(Traffic.SECONDS, history.length);
        assertNull(history[57]); // before the first reply
        assertEquals(26, history[58].records());
        assertEquals(26, history[59].records());
    }

    @Test
    void history_forgetsWhatIsOlder() {
        reply("a", 0, 0);
        for (int second = 1; second < 1000; second++) {
            reply("a", second * 1000, 7);
        }
        for (var rate : traffic.history()) {
            assertEquals(7, rate.records(), 1e-9);
        }
    }

    @Test
    void rate_isNotKnown_ofAShardThatDoesNotAnswer() {
        reply("a", 0, 0);
        reply("a", 1000, 7);
        now = 12_000 * MILLI;
        assertNull(tip("a").rate());
        assertNull(traffic.history()[59]);
    }

    @Test
    void age_isThatOfTheNewestRecord() {
        assertNull(tip("a").age());
        reply("a", 0, 0);
        assertNull(tip("a").age());
        reply("a", 1000, 2);
        assertEquals(Duration.ofMillis(200), tip("a").age());
        reply("a", 5000, 0);
        assertEquals(Duration.ofMillis(4200), tip("a").age());
        assertEquals(Duration.ofSeconds(5), tip("a").watched());
    }

    private Tip tip(String shardId) {
        return traffic.tip(shardId, Duration.ofMillis(1900));
    }

    /** A reply at this time, with records the last of which came 200 ms before. */
    private void reply(String shardId, long millis, int records) {
        reply(shardId, millis, records, 0);
    }

    private void reply(String shardId, long millis, int records, long millisBehindLatest) {
        now = millis * MILLI;
        var record = new KinesisRecord("1", "kéy", START.plusMillis(millis - 200), new byte[100]);
        traffic.accept(new Batch(shardId, Collections.nCopies(records, record), millisBehindLatest));
    }
}
