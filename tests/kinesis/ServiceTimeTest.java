package lib.kinesis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.List;
import lib.cli.Failure;
import org.junit.jupiter.api.Test;

class ServiceTimeTest {
    @Test
    void parse_readsADateHeader() {
        assertEquals(Instant.parse("2026-11-24T17:02:26Z"), ServiceTime.parse("Tue, 24 Nov 2026 17:02:26 GMT"));
    }

    @Test
    void parse_isThisMachinesTime_whenThereIsNoHeader() {
        var before = Instant.now();
        var time = ServiceTime.parse(null);
        assertFalse(time.isBefore(before) || time.isAfter(Instant.now()), time.toString());
    }

    @Test
    void parse_refusesAHeaderThatIsNoTime_orNoneOfAService() {
        for (var date : List.of("today", "", "2026-11-24T17:02:26Z", "Thu, 1 Jan 1970 00:00:00 GMT")) {
            assertEquals("the endpoint sent an invalid response: the Date header '" + date + "'; check --endpoint-url",
                    assertThrows(Failure.class, () -> ServiceTime.parse(date)).getMessage());
        }
    }
}
