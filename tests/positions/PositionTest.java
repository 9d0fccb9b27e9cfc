package lib.positions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import lib.cli.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PositionTest {
    private static final Instant START = Instant.parse("2026-11-24T12:00:00Z");

    @ParameterizedTest
    @CsvSource({"now, 2026-11-24T12:00:00Z", "latest, 2026-11-24T12:00:00Z", "-90s, 2026-11-24T11:58:30Z", "-1h, 2026-11-24T11:00:00Z",
        "-2d, 2026-11-22T12:00:00Z", "LATEST, 2026-11-24T12:00:00Z", "Now, 2026-11-24T12:00:00Z", "-1h30m, 2026-11-24T10:30:00Z",
        "2026-11-20T09:30:00Z, 2026-11-20T09:30:00Z", "2026-11-20T09:30:00.123+01:00, 2026-11-20T08:30:00.123Z",
        "2026-11-20T09:30Z, 2026-11-20T09:30:00Z", "1795521600, 2026-11-24T12:00:00Z", "1795521600123, 2026-11-24T12:00:00.123Z"})
    void time_isAnInstant(String text, Instant time) {
        assertEquals(time, Position.parse(text).time(START));
    }

    @Test
    void time_isLocal_unlessItSaysOtherwise() {
        assertEquals(local(2026, 11, 20, 0, 0), Position.parse("2026-11-20").time(START));
        assertEquals(local(2026, 11, 20, 9, 30), Position.parse("2026-11-20T09:30").time(START));
        assertEquals(local(2026, 11, 20, 9, 30), Position.parse("2026-11-20T09:30:00").time(START));
    }

    @Test
    void others_areNoTimes() {
        for (var name : List.of("trim-horizon", "TRIM_HORIZON", "trim_horizon", "Trim-Horizon", "EARLIEST")) {
            assertEquals(new Position.Earliest(), Position.parse(name));
        }
        assertEquals(new Position.Earliest(), Position.parse("earliest"));
        assertEquals(new Position.Later(Duration.ofMinutes(10)), Position.parse("+10m"));
        assertEquals(new Position.After("49680527297261717858671011148740500071078057918880284674"),
                Position.parse("after:49680527297261717858671011148740500071078057918880284674"));
        assertEquals(new Position.After("0007"), Position.parse("after:0007"));
        assertEquals(new Position.After("7"), Position.parse("AFTER:7"));
        assertEquals(new Position.Later(Duration.ofMinutes(90)), Position.parse("+1h30m"));
        assertNull(Position.parse("earliest").time(START));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "2026", "2026-13-01", "2026-11-24T", "after:", "after:x",
        "-", "-1", "+", "1h", "-30m1h", "-1H", "latest_", "trimhorizon"})
    void parse_refusesOthers(String text) {
        assertThrows(UsageException.class, () -> Position.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"-2h, -1h, -1", "-1h, -1h, 0", "latest, latest, 0", "latest, -1h, 1", "2026-11-24T11:00:00Z, -1h, 0",
        "after:9, after:10, -1", "after:010, after:10, 0", "after:11, after:10, 1",
        "after:10, latest, -1", "after:10, -1h,", "-1h, after:10,", "-1h, earliest,",
        "after:10, earliest,", "+10m, earliest,", "+10m, latest,"})
    void compareTo_tellsAnEndBeforeTheStart_whereItIsKnown(String end, String begin, Integer order) {
        assertEquals(order, Position.parse(end).compareTo(Position.parse(begin), START));
    }

    @ParameterizedTest
    @ValueSource(strings = {"+999999999-12-31T23:59:59Z", "-999999999-01-01T00:00:00", "+10000-01-01T00:00:00Z", "-0001-01-01T00:00:00Z"})
    void parse_refusesTimesThatTheServiceCannotHave(String text) {
        var failure = assertThrows(UsageException.class, () -> Position.parse(text));
        assertEquals("'" + text + "' is not a position: the year of a time must be from 0 to 9999", failure.getMessage());
    }

    @Test
    void parse_refusesASequenceNumberThatTheServiceCannotHave_atOnce() {
        assertEquals(new Position.After("9".repeat(129)), Position.parse("after:" + "9".repeat(129)));
        for (var digits : new int[] {130, 2_000_000}) {
            var text = "after:" + "9".repeat(digits);
            assertEquals("a sequence number has at most 129 digits, not " + digits, assertTimeoutPreemptively(Duration.ofSeconds(10),
                    () -> assertThrows(UsageException.class, () -> Position.parse(text))).getMessage());
        }
    }

    private static Instant local(int year, int month, int day, int hour, int minute) {
        return LocalDateTime.of(year, month, day, hour, minute).atZone(ZoneId.systemDefault()).toInstant();
    }
}
