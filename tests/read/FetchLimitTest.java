package lib.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FetchLimitTest {
    private static final Duration QUICK = Duration.ofMillis(10);

    @Test
    void timeouts_halveTheLimit_fromThatOfTheFetchesUnderWay_onceForThoseThatRanTogether() throws Exception {
        var fetches = new FetchLimit(100);
        for (var left : List.of(4, 2, 1, 1)) {
            var began = System.nanoTime();
            var fetching = Math.min(8, fetches.limit());
            begin(fetches, fetching);
            for (int n = 0; n < fetching; n++) {
                fetches.timedOut(began);
                fetches.end();
            }
            assertEquals(left, places(fetches));
        }
    }

    @Test
    void hanging_isTheTimeInWhichFetchesOnlyTimeOut_sinceTheFirstTimeout() {
        var fetches = new FetchLimit(2);
        var minute = Duration.ofMinutes(1).toNanos();
        fetches.timedOut(System.nanoTime() - minute);
        assertEquals(Duration.ZERO, fetches.hanging());
        LockSupport.parkNanos(1_000_000);
        fetches.timedOut(System.nanoTime() - minute); // which ran along with the first
        assertTrue(fetches.hanging().toMillis() >= 1 && fetches.hanging().toSeconds() < 30, () -> fetches.hanging().toString());
        fetches.answered(FetchLimit.GOOD_TIME);
        assertEquals(Duration.ZERO, fetches.hanging());
    }

    @Test
    void quickResponses_raiseTheLimit_toTheHighestAtMost() throws Exception {
        var fetches = new FetchLimit(5);
        begin(fetches, 5);
        fetches.timedOut(System.nanoTime());
        fetches.answered(QUICK);
        fetches.answered(FetchLimit.GOOD_TIME);
        end(fetches, 5);
        assertEquals(3, places(fetches));
        for (int n = 0; n < 10; n++) {
            fetches.answered(QUICK);
        }
        assertEquals(5, places(fetches));
    }

    private static void begin(FetchLimit fetches, int count) throws InterruptedException {
        for (int n = 0; n < count; n++) {
            fetches.begin();
        }
    }

    private static void end(FetchLimit fetches, int count) {
        for (int n = 0; n < count; n++) {
            fetches.end();
        }
    }

    /** Returns how many fetches can begin, seen by one more that waits. */
    private static int places(FetchLimit fetches) throws Exception {
        begin(fetches, fetches.limit());
        var one = new Thread(() -> {
            try {
                fetches.begin();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        one.start();
        while (one.getState() != Thread.State.WAITING) {
            assertTrue(one.isAlive(), "one more has begun");
            Thread.sleep(1);
        }
        end(fetches, 1);
        one.join();
        end(fetches, fetches.limit());
        return fetches.limit();
    }
}
