package lib.kinesis;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import lib.cli.ErrorLine;
import lib.cli.Failure;
import lib.cli.Log;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * How a call is tried again: throttled, for as long as it takes; when it fails for a reason that may pass, until it has failed
 * for too long; else not at all. Of a spell of failures the user reads one line when it begins, and one when it is over.
 */
public final class Backoff {
    /** How long a call may fail at the start of a run, where a person waits for the error. */
    public static final Duration STARTUP = Duration.ofSeconds(2);

    private static final Duration SHORTEST = Duration.ofMillis(250);

    /** A shard's quota is one of a second. */
    private static final Duration SHORTEST_THROTTLED = Duration.ofSeconds(1);
    private static final int DOUBLINGS = 3; // up to 2 seconds, throttled up to 8

    private final String what;
    private final Duration giveUp;
    private final Log log;
    private int failures;
    private long failingSince;

    /**
     * @param what   what the user's line names, such as {@code shard x}
     * @param giveUp how long failures other than throttling may last
     */
    public Backoff(String what, Duration giveUp, Log log) {
        this.what = what;
        this.giveUp = giveUp;
        this.log = log;
    }

    /**
     * Makes the call until it succeeds.
     *
     * @throws Failure when another try makes no sense
     */
    public <T> T call(Supplier<T> call) throws InterruptedException {
        while (true) {
            try {
                var result = call.get();
                success();
                return result;
            } catch (SdkException e) {
                Thread.sleep(after(e).toMillis());
            }
        }
    }

    /**
     * Returns how long to wait before the next try.
     *
     * @throws Failure              when another try makes no sense
     * @throws InterruptedException when the thread is interrupted, which can fail a call, too
     */
    public Duration after(SdkException e) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        var throttled = Refusals.isThrottling(e);
        if (!throttled && !Refusals.mayPass(e)) {
            throw new Failure(what + ": " + ErrorLine.of(e), e);
        }
        var now = System.nanoTime();
        if (failures == 0 || throttled) { // which is an answer
            failingSince = now;
        }
        if (now - failingSince > giveUp.toNanos()) {
            throw tooLong(what, giveUp, failures, e);
        }
        if (failures == 0) {
            log.info("%s: %s; retrying", what, ErrorLine.of(e));
        }
        return wait(throttled ? SHORTEST_THROTTLED : SHORTEST, failures++, DOUBLINGS);
    }

    /** Returns the error of a call that has failed for longer than {@code giveUp}. */
    public static Failure tooLong(String what, Duration giveUp, int failures, SdkException e) {
        return new Failure(what + ": " + ErrorLine.of(e) + " (gave up after " + giveUp.toSeconds() + " s and " + failures + " tries)", e);
    }

    /** Subtracts time, in nanoseconds, from the time for which calls have failed: the time in which a shard waited for others. */
    public void exclude(long nanos) {
        failingSince += nanos;
    }

    /** Doubled with each failure, and half of it for the jitter. */
    public static Duration wait(Duration shortest, int failures, int doublings) {
        var wait = shortest.multipliedBy(1L << Math.min(failures, doublings));
        return wait.plusMillis(ThreadLocalRandom.current().nextLong(wait.toMillis() / 2 + 1));
    }

    /** Ends a spell of failures. */
    public void success() {
        if (failures > 0) {
            log.info("%s: recovered, failed calls: %,d", what, failures);
            failures = 0;
        }
    }
}
