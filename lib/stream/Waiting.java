package lib.stream;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import lib.cli.Durations;
import lib.cli.Failure;
import lib.cli.Log;
import lib.cli.OpenFile;
import lib.cli.TerminalText;
import lib.kinesis.KinesisStream;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** Waits until a stream is as a change wants it. Shows the status on a line of the terminal meanwhile. */
public final class Waiting {
    private static final long SHORTEST_POLL = 100;

    /** Of the 20 DescribeStreamSummary a second that the account has, others want some (API reference, DescribeStreamSummary). */
    private static final long LONGEST_POLL = 2_000;

    /** How long the service may show a stream as ACTIVE that it changes, or without the change: it is eventually consistent. */
    private static final long UNSEEN_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** Erases the line that the cursor is in (ECMA-48, Erase in Line). */
    private static final String OVER_LINE = "\r\u001b[K";

    private final KinesisStream stream;
    private final Duration timeout;
    private final Log log;
    private final long started = System.nanoTime();
    private final boolean shows;

    /** @param timeout for all waiting together, from now on; null for none */
    public Waiting(KinesisStream stream, Duration timeout, Log log) {
        this.stream = stream;
        this.timeout = timeout;
        this.log = log;
        this.shows = !log.isQuiet() && OpenFile.STDERR.isTerminal();
    }

    /**
     * Waits until the stream is active and returns it.
     *
     * @throws Failure when there is no such stream, it is being deleted, or the time is over
     */
    public StreamState untilActive() throws InterruptedException {
        return until(StreamState::isActive, "ACTIVE");
    }

    /** Returns the condition that the stream is gone, or another one has its name. */
    static Step.Condition isGone(StreamState before) {
        var created = before.summary().streamCreationTimestamp();
        return state -> !state.exists() || !state.summary().streamCreationTimestamp().equals(created);
    }

    /**
     * Waits until a step is done.
     *
     * @throws Failure when the stream stays ACTIVE without the change, or the time is over
     */
    void until(Step step) throws InterruptedException {
        until(step.isDone(), step.result(), step.endsActive());
    }

    /**
     * Waits until the condition holds and returns the stream as it is then.
     *
     * @param what is waited for, for the user
     * @throws Failure when the time is over
     */
    StreamState until(Step.Condition condition, String what) throws InterruptedException {
        return until(condition, what, false);
    }

    private StreamState until(Step.Condition condition, String what, boolean endsActive) throws InterruptedException {
        var begun = System.nanoTime();
        var changing = begun; // when the stream was last seen so
        var poll = SHORTEST_POLL;
        try {
            while (true) {
                var state = StreamState.of(stream, log);
                if (condition.holds(state)) {
                    return state;
                }
                changing = endsActive && state.is(StreamStatus.ACTIVE) ? changing : System.nanoTime();
                if (System.nanoTime() - changing > UNSEEN_NANOS) {
                    throw new Failure("stream " + stream.name() + " is ACTIVE, and does not show the change");
                }
                checkTime(state);
                show(state, what, begun);
                Thread.sleep(poll);
                poll = Math.min(LONGEST_POLL, poll * 3 / 2);
            }
        } finally {
            erase();
        }
    }

    private void checkTime(StreamState state) {
        if (timeout != null && System.nanoTime() - started > timeout.toNanos()) {
            throw new Failure("stream " + stream.name() + " is still " + state.status() + " after --timeout " + Durations.show(timeout));
        }
    }

    /** Returns how much of the time is left, at most so much. */
    Duration left(Duration most) {
        var left = timeout == null ? most : timeout.minusNanos(System.nanoTime() - started);
        return left.compareTo(most) < 0 ? left : most;
    }

    private void show(StreamState state, String what, long begun) {
        if (shows) {
            log.to(line -> Log.UNGUARDED.print(OVER_LINE + line + "\n"));
            var time = Durations.show(Duration.ofNanos(System.nanoTime() - begun));
            Log.UNGUARDED.print(OVER_LINE + TerminalText.escapeLine("stream %s is %s, waiting for: %s (%s)".formatted(stream.name(),
                    state.status(), what, time)));
        }
    }

    private void erase() {
        if (shows) {
            Log.UNGUARDED.print(OVER_LINE);
            log.to(null);
        }
    }
}
