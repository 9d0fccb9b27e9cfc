package lib.stream;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import lib.aws.Aws;
import lib.cli.Failure;
import lib.cli.Log;
import lib.cli.Stdout;
import lib.cli.UsageException;
import lib.kinesis.KinesisStream;
import lib.kinesis.StreamRef;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** The options of the commands that change a stream. Plans a change, and makes its steps or prints them. */
public final class Change {
    @Parameters(index = "0", paramLabel = "STREAM", converter = StreamRef.Converter.class,
            description = "Name of the stream or, except for create, its ARN.")
    private StreamRef ref;

    @Option(names = "--no-wait", description = "Return after the last call, without waiting until its change is complete.")
    private boolean noWait;

    @Option(names = "--timeout", paramLabel = "TIME",
            description = "Stop waiting after TIME (default: never), with exit code 1. The change continues. A call in progress can take"
                    + " 30s more.")
    private Duration timeout;

    @Option(names = "--dry-run", description = "Change nothing; print the calls as AWS CLI commands.")
    private boolean dryRun;

    @Option(names = {"-o", "--output"}, paramLabel = "FORMAT", defaultValue = "text",
            description = "text, or json as 'describe STREAM -o json' prints it after the change (default: ${DEFAULT-VALUE}).")
    private Output output;

    @Mixin private Aws aws;
    @Mixin private Log log;

    private final Stdout stdout = new Stdout();
    private KinesisClient kinesis;
    private KinesisStream stream;
    private Waiting waiting;

    /** The forms of an answer. */
    public enum Output { text, json }

    /** Plans the steps of a change. */
    public interface Plan {
        List<Step> steps() throws Exception;
    }

    /** Prints a stream as JSON. */
    public interface Printer {
        void print(KinesisStream stream, Stdout stdout, Log log) throws Exception;
    }

    public StreamRef ref() {
        return ref;
    }

    public Log log() {
        return log;
    }

    /**
     * Makes the change, or prints its steps.
     *
     * @param json prints the stream as it is after the change, if the user wants that, and the stream is still there
     */
    public void make(Plan plan, Printer json) throws Exception {
        if (noWait && output == Output.json) {
            throw new UsageException("--no-wait and --output json exclude each other: the stream cannot be described yet");
        }
        try (var client = aws.kinesis(1)) {
            kinesis = client;
            stream = KinesisStream.of(client, ref);
            waiting = new Waiting(stream, timeout, Waiting.LONGEST_UNSEEN, log);
            var change = new Steps(client, stream, waiting, Steps.LONGEST_REFUSAL, log);
            stdout.atEnd(() -> {
                log.status(null);
                change.reportInterruption();
            });
            var steps = plan.steps();
            if (dryRun) {
                print(steps);
                return;
            }
            change.make(steps, !noWait);
            if (output == Output.json) {
                print(json);
            }
        }
    }

    private void print(Printer json) throws Exception {
        try {
            if (state().exists()) {
                json.print(stream, stdout, log);
            }
        } catch (Failure e) {
            throw new Failure("the change is done, but the stream cannot be described: " + e.getMessage(), e);
        }
    }

    private void print(List<Step> steps) throws IOException {
        var isFirst = true;
        for (var step : steps) {
            if (!isFirst) {
                stdout.println(AwsCommand.waiting(ref, aws.cli()));
            }
            if (step.request() != null) {
                stdout.println(AwsCommand.of(step.request(), aws.cli()));
            }
            isFirst = false;
        }
    }

    /** Returns the stream as it is, or that there is none. */
    StreamState state() throws InterruptedException {
        return waiting.state();
    }

    /** Returns the stream when it is not being deleted, with --dry-run as it is; or that there is none. */
    StreamState notDeleting() throws InterruptedException {
        return dryRun ? state() : waiting.untilNotDeleting();
    }

    /**
     * Returns the stream when it is active; with --dry-run as it is.
     *
     * @throws Failure when there is no such stream, or it is being deleted
     */
    public StreamState active() throws InterruptedException {
        if (!dryRun) {
            return waiting.untilActive();
        }
        var state = state();
        state.checkActive();
        return state;
    }

    /** @throws Failure when the account cannot have so many more shards */
    public void checkLimit(int shards) {
        AccountLimit.check(kinesis, ref, shards, log);
    }

    /** Says that something is as the user wants it already. Returns no steps. */
    public List<Step> unchanged(String what) {
        log.info("stream %s: unchanged: %s", ref.name(), what);
        return List.of();
    }

    boolean isDryRun() {
        return dryRun;
    }
}
