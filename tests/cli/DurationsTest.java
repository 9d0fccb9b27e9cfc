package lib.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @Test
    void parse_takesANumberAndAUnit() {
        assertEquals(Duration.ofMillis(200), Durations.parse("200ms"));
        assertEquals(Duration.ofSeconds(5), Durations.parse("5s"));
        assertEquals(Duration.ofMinutes(1), Durations.parse("1m"));
        assertEquals(Duration.ofHours(2), Durations.parse("2h"));
        assertEquals(Duration.ofDays(3), Durations.parse("3d"));
    }

    @Test
    void parse_takesWhatShowPrints() {
        for (var text : List.of("0s", "350ms", "12s", "3m20s", "1h30m", "2h0m", "3d4h")) {
            assertEquals(text, Durations.show(Durations.parse(text)));
        }
        assertEquals(Duration.parse("P1DT2H3M4.005S"), Durations.parse("1d2h3m4s5ms"));
        assertEquals(Duration.parse("PT1M5S"), Durations.parse("1m5s"));
        assertEquals(Duration.parse("PT1M0.005S"), Durations.parse("1m5ms"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "s", "5 s", "-5s", "1.5s", "5S", "PT5S", "36501d", "30m1h", "1h1h", "1m1m", "1h30", "1h 30m", "1h-30m",
        "1ms1s", "36500d1h", "99999999999999999999s"})
    void parse_refusesOthers(String text) {
        assertThrows(UsageException.class, () -> Durations.parse(text));
    }
}
