package lib.positions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.Fuzz;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import lib.cli.Durations;
import lib.cli.UsageException;
import lib.records.UserRecord;
import org.junit.jupiter.api.Test;

class PositionFuzzTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    private static final List<String> TEXTS = List.of("latest", "now", "earliest", "TRIM_HORIZON", "-1h30m", "-2d", "+10m", "-200ms",
            "2026-11-24", "2026-11-24T09:30", "2026-11-24T09:30:00Z", "2026-11-24T09:30:00.123+01:00", "1795521600", "1795521600123",
            "after:49680527297261717858671011148740500071078057918880284674", "-999999999d", "+36500d", "after:0",
            "0000-01-01", "9999-12-31", "+999999999-12-31T23:59:59Z", "-999999999-01-01T00:00:00");

    @Test
    void anyText_isAPositionThatCanBeUsed_orAUsageError() {
        Fuzz.rounds(6_000, random -> {
            var from = position(random);
            var until = position(random);
            if (from != null && until != null) {
                from.time(NOW);
                until.compareTo(from, NOW);
                try {
                    var end = Until.of(until, from, NOW);
                    end.or(Until.tip(NOW)).isOver(System.nanoTime());
                } catch (UsageException e) {
                    // such as an end before every record
                }
                if (from.time(NOW) != null) {
                    ShardPosition.at(from.time(NOW)).check();
                    ShardPosition.at(from.time(NOW)).start().timestamp().toEpochMilli();
                }
                if (from instanceof Position.After after) {
                    ShardPosition.after(after.sequenceNumber()).check();
                }
            }
        });
    }

    /** Returns null for a usage error. */
    private static Position position(Random random) {
        var text = TEXTS.get(random.nextInt(TEXTS.size()));
        if (random.nextBoolean()) {
            var mutated = Fuzz.mutate(random, text.getBytes(StandardCharsets.UTF_8));
            text = new String(mutated, random.nextBoolean() ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
        }
        try {
            return Position.parse(text);
        } catch (UsageException e) {
            assertTrue(!e.getMessage().isBlank());
            return null;
        }
    }

    @Test
    void anyDuration_isReadAsItIsShown() {
        var longest = Duration.ofDays(36_500).toMillis();
        Fuzz.rounds(2_000, random -> {
            var duration = Duration.ofMillis((long) (longest * Math.pow(random.nextDouble(), 1 + random.nextInt(10))));
            var shown = Durations.show(duration);
            var read = Durations.parse(shown);
            assertEquals(shown, Durations.show(read));
            assertTrue(read.compareTo(duration) <= 0 && duration.minus(read).compareTo(Duration.ofHours(1)) < 0, shown);
            assertEquals(new Position.Later(read), Position.parse("+" + shown));
            assertEquals(new Position.Ago(read), Position.parse("-" + shown));
        });
    }

    @Test
    void anyTimeAndSequenceNumber_isReadAsItIsPrinted() {
        Fuzz.rounds(2_000, random -> {
            var time = Instant.ofEpochSecond(random.nextLong(Instant.parse("0000-01-01T00:00:00Z").getEpochSecond(),
                    Instant.parse("+10000-01-01T00:00:00Z").getEpochSecond()), random.nextInt(1_000_000_000));
            assertEquals(new Position.At(time), Position.parse(time.toString()));
            assertEquals(new Position.At(time.truncatedTo(ChronoUnit.MILLIS)), Position.parse(UserRecord.iso(time)));
            var sequenceNumber = new BigInteger(random.nextInt(428), random).toString(); // up to 129 digits
            assertEquals(new Position.After(sequenceNumber), Position.parse("after:" + sequenceNumber));
        });
    }
}
