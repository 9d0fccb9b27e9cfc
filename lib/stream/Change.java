package lib.stream;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import lib.aws.Aws;
import lib.cli.Log;
import lib.cli.Stdout;
import lib.kinesis.KinesisStream;
import lib.kinesis.StreamRef;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** The options of the commands that change a stream. Plans a change, and makes its steps or prints them. */
public final class Change {
    @Parameters(index = "0", paramLabel = "STREAM", converter = StreamRef.Converter.class, description = "Name or ARN of the stream.")
    private StreamRef ref;

    @Option(names = "--no-wait", description = "Do not wait for the end of the change; of several, for that of the last one.")
    private boolean noWait;

    @Option(names = "--timeout", paramLabel = "TIME", description = "Wait at most so long; the change goes on (default: no limit).")
    private Duration timeout;

    @Option(names = "--dry-run", description = "Change nothing: print the calls as command lines of the AWS CLI.")
    private boolean dryRun;

    @Option(names = {"-o", "--output"}, paramLabel = "FORMAT", defaultValue = "text",
            description = "text, or json: print what 'describe STREAM -o json' prints afterwards (default: ${DEFAULT-VALUE}).")
    private Output output;

    @Mixin private Aws aws;
    @Mixin private Log log;

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
        void print(KinesisStream stream, Log log) throws Exception;
    }

    public StreamRef ref() {
        return ref;
    }

    public boolean isDryRun() {
        return dryRun;
    }

    public Log log() {
        return log;
    }

    /**
     * Makes the change, or prints its steps.
     *
     * @param json prints the stream as it is after the change, if the user wants that, and the stream is still there
     */
    public void make(Plan plan, Stdout stdout, Printer json) throws Exception {
        try (var client = aws.kinesis(1)) {
            kinesis = client;
            stream = KinesisStream.of(client, ref);
            waiting = new Waiting(stream, timeout, log);
            var steps = plan.steps();
            if (dryRun) {
                print(steps, stdout);
                return;
            }
            var change = new Steps(client, stream, waiting, log);
            stdout.atEnd(change::reportInterruption);
            change.make(steps, !noWait);
            if (output == Output.json && state().exists()) {
                json.print(stream, log);
            }
        }
    }

    private void print(List<Step> steps, Stdout stdout) throws IOException {
        for (int i = 0; i < steps.size(); i++) {
            if (i > 0) {
                stdout.println(AwsCommand.waiting(ref.name(), aws.cli()));
            }
            stdout.println(AwsCommand.of(steps.get(i).request(), aws.cli()));
        }
    }

    /** Returns the stream as it is, or that there is none. For a {@link Plan}, as are the methods below. */
    public StreamState state() throws InterruptedException {
        return StreamState.of(stream, log);
    }

    /** Returns the stream when it is active; with --dry-run as it is. */
    public StreamState active() throws InterruptedException {
        if (!dryRun) {
            return waiting.untilActive();
        }
        var state = state();
        state.isActive();
        return state;
    }

    /** Returns the steps, if the account can have so many more shards. */
    public List<Step> withinLimit(List<Step> steps, int shards) throws InterruptedException {
        AccountLimit.check(kinesis, stream, shards, log);
        return steps;
    }

    /** Says what is as asked for already. */
    public void sayIfAny(List<String> same) {
        if (!same.isEmpty()) {
            log.info("stream %s: already so: %s", ref.name(), String.join(", ", same));
        }
    }
}
