package lib;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FetchesTest {
    private static final Duration QUICK = Duration.ofMillis(10);

    @Test
    void timeouts_halveTheLimit_fromThatOfTheFetchesUnderWay() throws Exception {
        var fetches = new Fetches(100);
        begin(fetches, 8);
        fetches.timedOut();
        end(fetches, 8);
        assertEquals(4, places(fetches));
    }

    @Test
    void timeouts_ofAllFetches_leaveOne() throws Exception {
        var fetches = new Fetches(100);
        begin(fetches, 8);
        for (int n = 0; n < 8; n++) {
            fetches.timedOut();
            fetches.end();
        }
        assertEquals(1, places(fetches));
    }

    @Test
    void quickResponses_raiseTheLimit_toTheHighestAtMost() throws Exception {
        var fetches = new Fetches(5);
        begin(fetches, 5);
        fetches.timedOut();
        fetches.answered(QUICK);
        fetches.answered(Fetches.GOOD_TIME);
        end(fetches, 5);
        assertEquals(3, places(fetches));
        for (int n = 0; n < 10; n++) {
            fetches.answered(QUICK);
        }
        assertEquals(5, places(fetches));
    }

    private static void begin(Fetches fetches, int count) throws InterruptedException {
        for (int n = 0; n < count; n++) {
            fetches.begin();
        }
    }

    private static void end(Fetches fetches, int count) {
        for (int n = 0; n < count; n++) {
            fetches.end();
        }
    }

    /** Returns how many fetches can begin, seen by one more that waits. */
    private static int places(Fetches fetches) throws Exception {
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
            Thread.onSpinWait();
        }
        end(fetches, 1);
        one.join();
        end(fetches, fetches.limit());
        return fetches.limit();
    }
}
