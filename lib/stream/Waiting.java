package lib.stream;

import java.time.Duration;
import java.util.function.Supplier;
import lib.cli.Durations;
import lib.cli.ErrorLine;
import lib.cli.Failure;
import lib.cli.Log;
import lib.cli.TerminalText;
import lib.kinesis.Backoff;
import lib.kinesis.KinesisStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** Waits until a stream is as a change wants it, and shows the status on a line of the terminal meanwhile. */
final class Waiting {
    /** How long calls may fail: a change that goes on is worth some patience. */
    static final Duration GIVE_UP = Duration.ofMinutes(1);

    /** Milliseconds. ListTagsForStream and ListStreamConsumers take 5 calls a second (API reference). */
    private static final long SHORTEST_POLL = 200;
    private static final long LONGEST_POLL = 2_000;

    private static final int WIDTH = 79; // of the line: few terminals have less than 80 columns

    /** How long the service may not show a change that it has taken: it is eventually consistent. */
    static final Duration LONGEST_UNSEEN = Duration.ofSeconds(30);

    private final KinesisStream stream;
    private final Duration timeout;
    private final Duration longestUnseen;
    private final Log log;
    private long started; // of the waiting, 0 for not yet
    private boolean hasAnswered; // whether the endpoint has answered a call

    /** A change that is not made, or undone by another: the stream is gone, or does not show it. */
    static final class Gone extends Failure {
        Gone(String message) {
            super(message);
        }
    }

    /**
     * @param timeout       for all waiting together; null for none
     * @param longestUnseen {@link #LONGEST_UNSEEN}, or less for a test
     */
    Waiting(KinesisStream stream, Duration timeout, Duration longestUnseen, Log log) {
        this.stream = stream;
        this.timeout = timeout;
        this.longestUnseen = longestUnseen;
        this.log = log;
    }

    /**
     * Makes a call that only reads, and retries it.
     *
     * @throws Failure when it fails for good, or the time is over
     */
    <T> T call(Supplier<T> call) throws InterruptedException {
        var backoff = stream.backoff(hasAnswered ? GIVE_UP : Backoff.STARTUP, log);
        while (true) {
            try {
                var result = call.get();
                backoff.success();
                hasAnswered = true;
                return result;
            } catch (SdkException e) {
                pause(backoff.after(e), e);
            }
        }
    }

    /** Returns the stream as it is, or that there is none. */
    StreamState state() throws InterruptedException {
        return StreamState.of(stream, this);
    }

    /**
     * Waits until the stream is active and returns it.
     *
     * @throws Failure when there is no such stream, it is being deleted, or the time is over
     */
    StreamState untilActive() throws InterruptedException {
        return until(StreamState::checkActive, state -> true, "ACTIVE");
    }

    /** Returns the stream when it is not being deleted, or that there is none. */
    StreamState untilNotDeleting() throws InterruptedException {
        return until(state -> !state.is(StreamStatus.DELETING), state -> true, "the end of the old stream");
    }

    /**
     * Waits until a step is done.
     *
     * @throws Failure when the service does not show the change, or the time is over
     */
    void until(Step step) throws InterruptedException {
        until(step.isDone(), step.isUnderWay(), step.result());
    }

    /**
     * Waits until the step is done or its call can be made, and returns whether it is done.
     *
     * @throws Failure when the time is over
     */
    boolean untilDoneOrReady(Step step) throws InterruptedException {
        return holds(step.isDone(), until(state -> step.isDone().holds(state) || !state.exists() || state.is(StreamStatus.ACTIVE),
                state -> true, "ACTIVE"));
    }

    /** Returns whether the service shows the change as begun or done. */
    boolean isTaken(Step step) throws InterruptedException {
        var state = state();
        return holds(step.isUnderWay(), state) || holds(step.isDone(), state);
    }

    /** Returns the stream at the moment when the condition holds. */
    private StreamState until(Step.Condition condition, Step.Condition isUnderWay, String what) throws InterruptedException {
        var begun = System.nanoTime();
        var seen = begun; // when the change was last seen to be under way
        var poll = SHORTEST_POLL;
        try {
            while (true) {
                var state = state();
                if (holds(condition, state)) {
                    return state;
                }
                seen = holds(isUnderWay, state) ? System.nanoTime() : seen;
                if (System.nanoTime() - seen > longestUnseen.toNanos()) {
                    throw new Gone("stream %s is %s, and does not show the change: %s".formatted(stream.name(), state.status(), what));
                }
                if (isOver()) {
                    var status = state.is(StreamStatus.ACTIVE) ? "does not show the change" : "is still " + state.status();
                    throw new Failure("stream %s %s after --timeout %s".formatted(stream.name(), status, Durations.show(timeout)));
                }
                show(state.status(), what, begun);
                Thread.sleep(poll);
                poll = Math.min(LONGEST_POLL, poll * 3 / 2);
            }
        } finally {
            log.status(null);
        }
    }

    /** A list can lag behind the description: then the service says that there is no such stream, or that it is not ready. */
    private static boolean holds(Step.Condition condition, StreamState state) throws InterruptedException {
        try {
            return condition.holds(state);
        } catch (Failure e) {
            if (e.isRefusal("ResourceInUseException") || e.isRefusal("ResourceNotFoundException")) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Waits before a retry, until the time is over at most.
     *
     * @param reason why the call failed
     * @throws Failure when the time is over: has the reason
     */
    void pause(Duration time, SdkException reason) throws InterruptedException {
        if (isOver()) {
            throw new Failure("stream %s: %s (gave up after --timeout %s)"
                    .formatted(stream.name(), ErrorLine.of(reason), Durations.show(timeout)), reason);
        }
        var left = timeout == null ? time : timeout.minusNanos(System.nanoTime() - started).plusMillis(1);
        Thread.sleep(Math.max(0, Math.min(time.toMillis(), left.toMillis())));
    }

    /** Returns whether the time is over. It begins with the first wait: the answer to a question before takes none of it. */
    private boolean isOver() {
        started = started == 0 ? System.nanoTime() : started;
        return timeout != null && System.nanoTime() - started > timeout.toNanos();
    }

    private void show(String status, String what, long begun) {
        var time = Durations.show(Duration.ofNanos(System.nanoTime() - begun));
        show("is %s (%s), waiting for: %s".formatted(status, time, what));
    }

    /** Shows on a line of the terminal what the stream is or what is done with it. */
    void show(String what) {
        var line = TerminalText.escapeLine("stream " + stream.name() + " " + what);
        log.status(line.length() <= WIDTH ? line : line.substring(0, WIDTH - 1) + "…");
    }
}
