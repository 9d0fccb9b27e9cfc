package lib.worker;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import lib.cli.Durations;
import lib.cli.ErrorLine;
import lib.cli.Log;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * A spell of failed calls to a service: one line when it begins and one when it is over, however many shards and operations fail.
 * Not for use by several threads. Another thread writes the lines: threads that end a call serve the calls of all clients, and a reader of
 * stderr may stand still.
 */
final class FailureSpell {
    /** How long no call may fail before the spell is over: ten times the default --poll-interval, so that each shard has called again. */
    private static final Duration QUIET = Duration.ofSeconds(10);

    private static final int MAX_LINES = 1_000;

    private final String service;
    private final Log log;
    private final Executor lines;
    private final LongSupplier nanos;
    private int failedCalls; // 0 when there is no spell
    private long begun;
    private boolean answers; // whether a call has succeeded since the last failure
    private long changed; // when answers became true or false

    /** @param lines writes them, such as {@link #lines} */
    FailureSpell(String service, Log log, Executor lines, LongSupplier nanos) {
        this.service = service;
        this.log = log;
        this.lines = lines;
        this.nanos = nanos;
    }

    /** Returns a thread that writes lines in their order. It drops new lines while 1,000 wait. */
    static Executor lines() {
        return new ThreadPoolExecutor(0, 1, 1, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_LINES), task -> {
            var thread = new Thread(task, "lines");
            thread.setDaemon(true);
            return thread;
        }, new ThreadPoolExecutor.DiscardPolicy());
    }

    /** Notes a failed call. Returns whether a spell begins. {@code -v} shows each call. */
    boolean fail(String operation, SdkException e) {
        var begins = failedCalls++ == 0;
        if (begins || log.isVerbose()) {
            lines.execute(() -> log.info("%s %s: %s; retrying", service, operation, ErrorLine.of(e)));
        }
        if (begins) {
            begun = nanos.getAsLong();
        }
        if (begins || answers) {
            answers = false;
            changed = nanos.getAsLong();
        }
        return begins;
    }

    /** Notes a call that is answered. */
    void answer() {
        if (!answers) {
            answers = true;
            changed = nanos.getAsLong();
        }
    }

    /** Returns whether there is a spell, and all calls of so long a time have failed. */
    boolean isSilent(Duration time) {
        return failedCalls > 0 && !answers && lasts(time);
    }

    /** Returns whether calls have been answered for 10 s and none has failed. */
    boolean isQuiet() {
        return answers && lasts(QUIET);
    }

    private boolean lasts(Duration time) {
        return nanos.getAsLong() - changed >= time.toNanos();
    }

    /** Ends the spell, which has lasted from its first failure to the first answer after its last. */
    void end() {
        var lasted = Duration.ofNanos(changed - begun);
        var line = "%s: recovered after %s, failed calls: %,d".formatted(service, Durations.show(lasted), failedCalls);
        lines.execute(() -> log.info("%s", line));
        failedCalls = 0;
    }
}
