package lib.describe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import lib.cli.TerminalText;
import lib.describe.Dashboard.Line;
import lib.describe.Dashboard.Look;
import lib.kinesis.KinesisRecord;
import lib.positions.Checkpoint;
import lib.positions.ShardPosition;
import lib.read.ShardReader.Batch;
import org.junit.jupiter.api.Test;

class DashboardTest {
    private static final Instant START = Instant.parse("2026-11-24T14:41:46Z");

    private long now;
    private final Traffic traffic = new Traffic(() -> START.plusNanos(now), () -> now);
    private final Checkpoint checkpoint = Checkpoint.inMemory();
    private final Dashboard dashboard = new Dashboard("s1", checkpoint, traffic, Duration.ofSeconds(2));

    @Test
    void at80Columns() {
        traffic();
        assertEquals("""
                s1  4 open shards, 1 closed, 1 hot  TIME
                records/s    1,020                                                            ██
                bytes/s   102.0 KB                                                            ██

                SHARD                  LOAD  RECORDS/S   BYTES/S   NEWEST
                shardId-000000000001    12%        120   12.0 KB    900ms  ██··············
                shardId-000000000002    90%        900   90.0 KB    900ms  ██████████████·· HOT
                shardId-000000000003     0%        0.0       0 B      >3s  ················
                shardId-000000000004      -          -         -        -
                shardId-000000000000            closed

                q quit   s sort: shard   o closed: shown""", text(80, 24));
        assertTrue(text(80, 24).lines().allMatch(line -> line.length() <= 80));
    }

    @Test
    void hotShardsStandOut_andClosedOnesStandBack() {
        traffic();
        var looks = dashboard.lines(80, 24).stream().filter(line -> line.text().startsWith("shardId-"))
                .collect(Collectors.toMap(line -> line.text().substring(19, 20), Line::look));
        assertEquals(Look.PLAIN, looks.get("1"));
        assertEquals(Look.STRONG, looks.get("2"));
        assertEquals(Look.FAINT, looks.get("0"));
    }

    @Test
    void s_changesTheOrder_andOHidesTheClosed() {
        traffic();
        assertEquals("12340", order());
        assertTrue(dashboard.press('s'));
        assertEquals("21340", order()); // by load
        assertTrue(dashboard.press('o'));
        assertEquals("2134", order());
        assertTrue(dashboard.press('s') && dashboard.press('x'));
        assertEquals("1234", order()); // by the newest record
        assertTrue(dashboard.press('s') && dashboard.press('o'));
        assertEquals("12340", order());
        assertFalse(dashboard.press('q'));
    }

    @Test
    void aSmallScreen_hasTheTotals_andAsManyShardsAsItHasRoomFor() {
        traffic();
        assertEquals("""
                s1  4 open shards, 1 closed, 1 hot  TIME
                records/s    1,020                    ██
                bytes/s   102.0 KB                    ██

                SHARD                  LOAD  RECORDS/S
                shardId-000000000001    12%        120
                ... 4 more

                q quit   s sort: shard   o closed: shown""", text(40, 9));
        for (int height = 1; height < 12; height++) {
            for (int width = 1; width < 90; width++) {
                var limit = width;
                var lines = dashboard.lines(width, height);
                assertTrue(lines.size() <= height && lines.stream().allMatch(line -> line.text().length() <= limit), width + "x" + height);
            }
        }
    }

    @Test
    void aMessage_standsAtTheBottom_withItsTime_aboveTheKeys() {
        dashboard.say("shard x: Rate exceeded; retrying");
        for (int height : new int[] {8, 24}) {
            var lines = lines(80, height);
            assertTrue(lines.get(lines.size() - 2).matches("2\\S+Z shard x: Rate exceeded; retrying"), lines.toString());
            assertTrue(lines.get(lines.size() - 1).startsWith("q quit"), lines.toString());
        }
    }

    @Test
    void whatCommandsATerminal_isEscaped_inItsColumn() {
        checkpoint.set("\u001b[2J\u009b\n", ShardPosition.trimHorizon());
        checkpoint.set("a", ShardPosition.trimHorizon());
        var dashboard = new Dashboard("s\u202e", checkpoint, traffic, Duration.ofSeconds(2));
        dashboard.say("shard \u0007\n");
        var lines = dashboard.lines(80, 24).stream().map(Line::text).toList();
        assertTrue(lines.stream().flatMapToInt(String::chars).noneMatch(c -> c == '\n' || TerminalText.isControl(c)), lines.toString());
        assertEquals("s\\u202e  2 open shards", lines.get(0).split(",")[0]);
        assertEquals("\\x1b[2J\\u009b\\n".length(), lines.get(5).indexOf(' '));
        assertEquals(lines.get(6).indexOf('-'), lines.get(5).indexOf('-'));
        assertTrue(dashboard.lines(10, 24).stream().allMatch(line -> line.text().length() <= 10));
    }

    @Test
    void aHotShardThatIsSplit_isNoLongerHot() {
        traffic();
        checkpoint.set(id(2), ShardPosition.shardEnd());
        assertTrue(text(80, 24).startsWith("s1  3 open shards, 2 closed, 0 hot  "), text(80, 24));
        assertTrue(text(80, 24).contains("\nrecords/s      120  "), text(80, 24));
        assertTrue(text(80, 24).contains("\nshardId-000000000002            closed\n"), text(80, 24));
    }

    /** Five shards: one that has ended, three with two seconds of traffic, and one that has not answered yet. */
    private void traffic() {
        for (int shard = 0; shard < 5; shard++) {
            checkpoint.set(id(shard), shard == 0 ? ShardPosition.shardEnd() : ShardPosition.trimHorizon());
        }
        reply(0, 0, 0, 0);
        reply(1000, 120, 900, 0);
        reply(2000, 120, 900, 0);
        now = 3_000_000_000L;
    }

    private void reply(long millis, int... records) {
        now = millis * 1_000_000;
        for (int i = 0; i < 3; i++) {
            var record = new KinesisRecord("1", "k", START.plusMillis(millis + 100), new byte[99]);
            traffic.accept(new Batch(id(1 + i), Collections.nCopies(records[i], record), 0L));
        }
    }

    private static String id(int shard) {
        return "shardId-%012d".formatted(shard);
    }

    private String order() {
        return dashboard.lines(80, 24).stream().filter(line -> line.text().startsWith("shardId-"))
                .map(line -> line.text().substring(19, 20)).collect(Collectors.joining());
    }

    private String text(int width, int height) {
        return lines(width, height).stream().map(text -> text.replaceAll("  2\\d{3}.*", "  TIME")).collect(Collectors.joining("\n"));
    }

    private List<String> lines(int width, int height) {
        return dashboard.lines(width, height).stream().map(Line::text).toList();
    }
}
