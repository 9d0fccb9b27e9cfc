package lib.stream;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import lib.cli.ErrorLine;
import lib.cli.Failure;
import lib.cli.Log;
import lib.kinesis.Backoff;
import lib.kinesis.KinesisStream;
import lib.kinesis.Refusals;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.CreateStreamRequest;
import software.amazon.awssdk.services.kinesis.model.LimitExceededException;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** Makes the steps of a change, one after the other, and waits for each: the service takes one change of a stream at a time. */
final class Steps {
    /**
     * How long a call is retried that the service refuses because of a limit or of another change: the five new streams that an account may
     * have at once are made in less. A quota of a day, or of the account, stays.
     */
    static final Duration LONGEST_REFUSAL = Duration.ofMinutes(1);
    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);
    private static final int DOUBLINGS = 3; // of the pause

    private final KinesisClient kinesis;
    private final KinesisStream stream;
    private final Waiting waiting;
    private final Duration longestRefusal;
    private final Log log;
    private List<Step> steps = List.of();
    private volatile int taken; // steps whose call the service has taken
    private volatile int done;
    private volatile boolean isCalling; // whether the call of the next step is under way
    private boolean isLost; // whether the response to such a call is lost
    private volatile boolean isOver = true;

    /**
     * @param kinesis        makes one attempt a call
     * @param longestRefusal {@link #LONGEST_REFUSAL}, or less for a test
     */
    Steps(KinesisClient kinesis, KinesisStream stream, Waiting waiting, Duration longestRefusal, Log log) {
        this.kinesis = kinesis;
        this.stream = stream;
        this.waiting = waiting;
        this.longestRefusal = longestRefusal;
        this.log = log;
    }

    /**
     * Makes the steps.
     *
     * @param waits whether to wait for the last one, too
     * @throws Failure when a step fails: names the finished steps and the unfinished steps
     */
    void make(List<Step> steps, boolean waits) throws InterruptedException {
        this.steps = steps;
        isOver = false;
        try {
            for (var step : steps) {
                isCalling = true;
                call(step);
                taken++;
                isCalling = false;
                if (waits || taken < steps.size()) {
                    waiting.until(step);
                }
                log.info("stream %s: %s%s", stream.name(), waits || taken < steps.size() ? "" : "started: ", step.summary());
                done++;
            }
        } catch (Failure e) {
            isCalling &= isLost;
            taken = e instanceof Waiting.Gone ? done : taken;
            throw new Failure(e.getMessage() + progress(), e.getCause() == null ? e : e.getCause());
        } finally {
            isOver = true;
            log.status(null);
        }
    }

    /** Logs how far the steps are, when the process ends before the last step is done. */
    void reportInterruption() {
        if (!isOver) {
            log.warn("stream %s: interrupted%s", stream.name(), progress());
        }
    }

    /** Returns how far the steps are, such as {@code ; done: 4 shards; the change goes on: 8 shards; not done: 16 shards}. */
    private String progress() {
        var begun = isCalling ? taken + 1 : taken;
        var goesOn = isCalling ? "the change may continue" : "the change continues";
        if (steps.size() == 1) {
            return done < begun ? "; " + goesOn : "";
        }
        return results("done", 0, done) + results(goesOn, done, begun) + results("not done", begun, steps.size());
    }

    private String results(String what, int from, int to) {
        return from >= to ? ""
                : "; " + what + ": " + steps.subList(from, to).stream().map(Step::result).collect(Collectors.joining(", "));
    }

    /**
     * Makes the call of a step until the service takes it or refuses it for good. Looks at the stream before each retry: another change can
     * be under way, and the call can have been taken although its response is lost.
     */
    private void call(Step step) throws InterruptedException {
        var backoff = stream.backoff(Waiting.GIVE_UP, log);
        var giveUp = System.nanoTime() + longestRefusal.toNanos();
        isLost = false;
        for (int refusals = 0; ; refusals++) {
            try {
                waiting.show("has no response yet to the call for: " + step.result());
                step.call().accept(kinesis);
                backoff.success();
                return;
            } catch (ResourceInUseException | LimitExceededException e) {
                if (System.nanoTime() > giveUp || e instanceof ResourceInUseException && !isLost && isMadeByOther(step)) {
                    throw new Failure("stream " + stream.name() + ": " + ErrorLine.of(e), e);
                }
                if (refusals == 0) {
                    log.info("stream %s: %s; retrying", stream.name(), ErrorLine.of(e));
                }
                waiting.pause(Backoff.wait(SHORTEST_PAUSE, refusals, DOUBLINGS), e);
            } catch (SdkException e) {
                if (isLost && !Refusals.isThrottling(e) && !Refusals.mayPass(e) && waiting.isTaken(step)) {
                    return; // the call whose response is lost is the reason for the refusal
                }
                isLost |= !Refusals.isThrottling(e) && Refusals.mayPass(e);
                waiting.pause(backoff.after(e), e);
            }
            var looked = System.nanoTime();
            if (waiting.untilDoneOrReady(step)) {
                return;
            }
            giveUp += System.nanoTime() - looked;
        }
    }

    /** Returns whether someone else has made the stream that the step makes: then a retry makes no sense. */
    private boolean isMadeByOther(Step step) throws InterruptedException {
        if (!(step.request() instanceof CreateStreamRequest)) {
            return false;
        }
        var state = waiting.state();
        return state.exists() && !state.is(StreamStatus.DELETING);
    }
}
