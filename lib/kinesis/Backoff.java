package lib.kinesis;

import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import lib.cli.ErrorLine;
import lib.cli.Failure;
import lib.cli.Log;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * How a call is tried again: throttled, for as long as it takes; when it fails for a reason that may pass, until it has failed
 * for too long; else not at all. Of a spell of failures the user reads one line when it begins, and one when it is over.
 */
public final class Backoff {
    private static final int TOO_MANY_REQUESTS = 429; // RFC 6585

    /** Short: at the start of a run, a person waits for the error. */
    private static final Duration STARTUP = Duration.ofSeconds(2);

    private static final Duration SHORTEST = Duration.ofMillis(250);

    /** A shard's quota is one of a second. */
    private static final Duration SHORTEST_THROTTLED = Duration.ofSeconds(1);
    private static final int DOUBLINGS = 3; // up to 2 seconds, throttled up to 8

    private static final Set<String> THROTTLING = Set.of("ProvisionedThroughputExceededException", "LimitExceededException",
            "KMSThrottlingException");
    private static final Set<String> PASSING = Set.of("ExpiredIteratorException", "ExpiredNextTokenException",
            "RequestTimeout", "RequestTimeoutException", "ExpiredTokenException", "ExpiredToken"); // credentials may be renewed meanwhile

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

    /** For the calls about a stream with which a run begins: what is wrong, such as the endpoint, is soon said. */
    public static Backoff startup(StreamRef stream, Log log) {
        return startup("stream " + stream.name(), log);
    }

    /** The same about something else. */
    public static Backoff startup(String what, Log log) {
        return new Backoff(what, STARTUP, log);
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
        var throttled = isThrottling(e);
        if (!throttled && !mayPass(e)) {
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
        return new Failure(what + ": " + ErrorLine.of(e) + " (for " + giveUp.toSeconds() + " s, after " + failures + " tries)", e);
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

    /** Returns whether the service throttled the call. Throttled calls are retried without a deadline. */
    public static boolean isThrottling(SdkException e) {
        return e instanceof AwsServiceException refusal && !code(refusal).isEmpty() // else it is a proxy that refuses
                && (refusal.isThrottlingException() || THROTTLING.contains(code(refusal)));
    }

    /** Whether another try makes sense. */
    public static boolean mayPass(SdkException e) {
        if (e instanceof AwsServiceException refusal) {
            return refusal.statusCode() >= 500 || refusal.statusCode() == TOO_MANY_REQUESTS || refusal.isClockSkewException() || PASSING.contains(code(refusal));
        }
        return !(e instanceof AbortedException || isOwn(e)); // the network, a timeout, or a response that cannot be read
    }

    /** Returns whether the reason is here: the response was refused, or Java has too little memory for it. */
    private static boolean isOwn(Throwable e) {
        return e != null && (e instanceof Failure || e instanceof Error || isOwn(e.getCause()));
    }

    /** Returns whether the call took too long: its request or response may be too large for the network. */
    public static boolean isTimeout(SdkException e) {
        return e instanceof ApiCallAttemptTimeoutException || e instanceof ApiCallTimeoutException || e.getCause() instanceof SocketTimeoutException;
    }

    private static String code(AwsServiceException refusal) {
        var details = refusal.awsErrorDetails();
        return details == null || details.errorCode() == null ? "" : details.errorCode();
    }
}
