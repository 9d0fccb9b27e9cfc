package lib.stream;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import lib.cli.ErrorLine;
import lib.cli.Failure;
import lib.cli.Log;
import lib.kinesis.Backoff;
import lib.kinesis.KinesisStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.LimitExceededException;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** Makes the steps of a change, one after the other, and waits for each: the service takes one change of a stream at a time. */
public final class Steps {
    /**
     * How long a call is retried that the service refuses because of a limit or of another change: five new streams at once are made in
     * less. A quota of a day, or of an account, stays.
     */
    private static final Duration LONGEST_REFUSAL = Duration.ofMinutes(1);
    private static final Duration SHORTEST_REFUSAL = Duration.ofSeconds(1);

    private final KinesisClient kinesis;
    private final KinesisStream stream;
    private final Waiting waiting;
    private final Log log;
    private List<Step> steps = List.of();
    private volatile int begun; // steps whose call the service has taken
    private volatile int done;
    private volatile boolean isOver = true;

    /** @param kinesis makes one attempt a call */
    public Steps(KinesisClient kinesis, KinesisStream stream, Waiting waiting, Log log) {
        this.kinesis = kinesis;
        this.stream = stream;
        this.waiting = waiting;
        this.log = log;
    }

    /**
     * Makes the steps.
     *
     * @param waits whether to wait for the last one, too
     * @throws Failure when a step fails: names the steps that are done, and those that are not
     */
    public void make(List<Step> steps, boolean waits) throws InterruptedException {
        this.steps = steps;
        isOver = false;
        try {
            for (var step : steps) {
                call(step);
                begun++;
                if (waits || begun < steps.size()) {
                    waiting.until(step);
                    log.info("stream %s: %s", stream.name(), step.summary());
                } else {
                    log.info("stream %s: begun: %s", stream.name(), step.summary());
                }
                done++;
            }
        } catch (Failure e) {
            throw new Failure(e.getMessage() + progress(), e);
        } finally {
            isOver = true;
        }
    }

    /** Says what goes on and what is not begun, when the process is ended before all is done. */
    public void reportInterruption() {
        if (!isOver) {
            log.warn("stream %s: interrupted%s", stream.name(), progress());
        }
    }

    /** Returns how far the steps are, such as {@code ; done: 4 shards; the change goes on: 8 shards; not done: 16 shards}. */
    private String progress() {
        return results("done", 0, done) + results("the change goes on", done, begun) + (steps.size() > 1
                ? results("not done", begun, steps.size()) : "");
    }

    private String results(String what, int from, int to) {
        return from == to ? ""
                : "; " + what + ": " + steps.subList(from, to).stream().map(Step::result).collect(Collectors.joining(", "));
    }

    /**
     * Makes the call of a step until the service takes it or refuses it for good. Looks at the stream before each retry: another change can
     * be under way, and the call can have been taken although its response is lost.
     */
    private void call(Step step) throws InterruptedException {
        var backoff = stream.backoff(StreamState.GIVE_UP, log);
        var giveUp = System.nanoTime() + waiting.left(LONGEST_REFUSAL).toNanos();
        var isSaid = false;
        while (true) {
            try {
                step.call().accept(kinesis);
                return;
            } catch (ResourceInUseException | LimitExceededException e) {
                if (System.nanoTime() > giveUp) {
                    throw new Failure("stream " + stream.name() + ": " + ErrorLine.of(e), e);
                }
                if (!isSaid) {
                    log.info("stream %s: %s; retrying", stream.name(), ErrorLine.of(e));
                    isSaid = true;
                }
                Thread.sleep(Backoff.wait(SHORTEST_REFUSAL, 0, 0).toMillis());
            } catch (SdkException e) {
                Thread.sleep(backoff.after(e).toMillis());
            }
            var begun = System.nanoTime();
            var state = waiting.until(current -> step.isDone().holds(current) || !current.exists() || current.is(StreamStatus.ACTIVE),
                    "ACTIVE");
            if (step.isDone().holds(state)) {
                return;
            }
            giveUp += System.nanoTime() - begun;
        }
    }
}
