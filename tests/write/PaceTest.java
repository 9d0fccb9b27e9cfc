package lib.write;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On a clock of its own, against shards that take their quota. */
class PaceTest {
    private static final double REPLY_SECONDS = 0.005; // from one to the next

    private final Pace pace = new Pace();
    private final long start = System.nanoTime();
    private double seconds;
    private double quota; // of all shards that is not used yet
    private double stored;
    private double throttled;

    private void run(double shards, double until) {
        stored = 0;
        throttled = 0;
        while (seconds < until) {
            var wait = Math.max(REPLY_SECONDS, pace.delay(now()) / 1e9);
            seconds += wait;
            quota = Math.min(shards, quota + shards * wait);
            var cost = Math.min(0.5, pace.call());
            pace.sent(cost, now());
            var taken = Math.min(cost, quota);
            quota -= taken;
            reply(taken, cost - taken);
        }
    }

    private void reply(double stored, double throttled) {
        pace.replied(stored, throttled, now());
        this.stored += stored;
        this.throttled += throttled;
    }

    private long now() {
        return start + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 4, 50})
    void shards_areUsedUp_andLittleIsThrottled(double shards) {
        run(shards, 5);
        run(shards, 30);
        assertTrue(stored > 0.95 * 25 * shards, () -> stored + " stored");
        assertTrue(throttled < 0.2 * stored, () -> throttled + " throttled");
    }

    @Test
    void rate_rises_whenItWasThrottledForNoLastingReason() {
        seconds = 0.02;
        reply(0.5, 0.001);
        run(20, 10);
        assertTrue(stored > 0.65 * 10 * 20, () -> stored + " stored");
    }

    @Test
    void rate_follows_whenTheStreamIsResharded() {
        run(1, 10);
        run(8, 20);
        assertTrue(stored > 0.7 * 10 * 8, () -> stored + " stored");
        run(1, 22);
        run(1, 30);
        assertTrue(stored > 0.95 * 8, () -> stored + " stored");
        assertTrue(throttled < 0.2 * stored, () -> throttled + " throttled");
    }
}
