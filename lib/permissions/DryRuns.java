package lib.permissions;

import java.time.Duration;
import lib.cli.Failure;
import lib.cli.Log;
import lib.kinesis.KinesisStream;
import software.amazon.awssdk.services.kinesis.model.DryRunOperationException;

/**
 * Makes calls with DryRun to a stream. The service checks such a call, and does not do what it asks for. An emulator ignores DryRun, and
 * stores the record.
 */
final class DryRuns {
    /** A stream takes one dry run a second (developer guide, Test your permissions with dry run). */
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final KinesisStream stream;
    private final Sleep sleep;
    private final Log log;
    private boolean areHeeded;
    private boolean isFirst = true;

    /** Waits. A test only notes the time. */
    interface Sleep {
        void sleep(Duration time) throws InterruptedException;
    }

    /** @param areHeeded whether the endpoint is known to heed DryRun */
    DryRuns(KinesisStream stream, boolean areHeeded, Sleep sleep, Log log) {
        this.stream = stream;
        this.areHeeded = areHeeded;
        this.sleep = sleep;
        this.log = log;
    }

    /** Returns whether to make another call: the endpoint has heeded DryRun so far. */
    boolean areHeeded() {
        return areHeeded;
    }

    /**
     * Makes a call with DryRun, a second after the last one. Returns when the call would succeed, which the service tells by an exception.
     *
     * @throws Failure when the call would fail
     */
    void make(String action, Runnable call) throws InterruptedException {
        if (!isFirst) {
            sleep.sleep(INTERVAL);
        }
        isFirst = false;
        areHeeded = stream.atStart(() -> isHeeded(call), log);
        if (!areHeeded) {
            log.warn("stream %s: the endpoint ignored DryRun in a call for %s, which may have taken effect; no more such calls are made",
                    stream.name(), action);
        }
    }

    private static boolean isHeeded(Runnable call) {
        try {
            call.run();
            return false;
        } catch (DryRunOperationException e) {
            return true;
        }
    }
}
