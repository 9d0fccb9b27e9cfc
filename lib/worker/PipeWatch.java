package lib.worker;

import java.time.Duration;
import java.util.Collection;
import java.util.function.Consumer;
import lib.cli.Durations;
import lib.cli.Log;
import lib.cli.Stdout;
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.leases.Lease;

/**
 * Has a worker give its shards to others while the reader of its stdout stands still: all shards wait for the same reader.
 * {@code check} and {@code goOn} are for one thread.
 */
final class PipeWatch {
    private final Stdout stdout;
    private final Duration longest;
    private final Log log;
    private volatile boolean given;
    private Duration stood;

    /** @param longest how long stdout may take nothing */
    PipeWatch(Stdout stdout, Duration longest, Log log) {
        this.stdout = stdout;
        this.longest = longest;
        this.log = log;
    }

    /** Returns whether the shards are given away, or about to be. */
    boolean isGiven() {
        return given;
    }

    /**
     * Looks at stdout, about every second. Once it stands still, the library ends as soon as the write under way has come through.
     *
     * @param giveBack gives the leases to other workers
     */
    void check(Scheduler scheduler, Consumer<Collection<Lease>> giveBack) {
        var leases = scheduler.leaseCoordinator().getAssignments();
        if (given) {
            stood = stdout.standstill().isZero() ? stood : stdout.standstill();
            giveBack.accept(leases); // not at once: for a moment, the library still tells others that this worker lives
        } else if (!leases.isEmpty() && stdout.standstill().compareTo(longest) >= 0) {
            given = true;
            stood = stdout.standstill();
            log.info("stdout has been blocked for %s: handing %s to other workers until the reader resumes", Durations.show(stood),
                    Log.count(leases.size(), "shard"));
            // a processor that stands still keeps the library from its end, but not from ending all else
            scheduler.startGracefulShutdown().whenComplete((complete, e) -> scheduler.shutdown());
            // or this worker would lead as long as the library runs, and no other would give out leases
            scheduler.leaderDecider().shutdown();
        }
    }

    /** Lets the worker print again when the library has ended because the shards were given away. Returns false for any other end. */
    boolean goOn() {
        if (!given) {
            return false;
        }
        log.info("stdout is no longer blocked, after %s: this worker takes shards again", Durations.show(stood));
        given = false;
        return true;
    }
}
