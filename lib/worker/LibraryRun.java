package lib.worker;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import lib.cli.Durations;
import lib.cli.ErrorLine;
import lib.cli.Failure;
import lib.cli.Log;
import lib.cli.Stdout;
import lib.kinesis.Backoff;
import lib.leases.HeldLeases;
import lib.leases.LeaseClock;
import lib.leases.LeaseTable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.coordinator.WorkerStateChangeListener;
import software.amazon.kinesis.processor.ShardRecordProcessorFactory;
import software.amazon.kinesis.retrieval.kpl.ExtendedSequenceNumber;

/** Runs the Kinesis Client Library: again when it ends by itself or the reader of stdout reads on, and gives the shards back at the end. */
final class LibraryRun implements WorkerStateChangeListener {
    private static final Duration RESTART = Duration.ofSeconds(1);

    private final ClientLibrary library;
    private final WorkerOptions application;
    private final HeldLeases held;
    private final LeaseClock leases;
    private final PipeWatch pipe;
    private final LivenessFile alive;
    private final Stdout stdout;
    private final Log log;
    private volatile Scheduler scheduler;
    private volatile boolean started;
    private long failingSince;
    private volatile int failedStarts;
    private volatile Throwable startFailure;
    private volatile boolean ending;

    LibraryRun(ClientLibrary library, WorkerOptions application, LeaseTable table, Function<String, ExtendedSequenceNumber> printed,
            LeaseClock leases, PipeWatch pipe, LivenessFile alive, Stdout stdout, Log log) {
        this.library = library;
        this.application = application;
        this.held = new HeldLeases(() -> scheduler, table, application.workerId(), printed, () -> ending || pipe.isGiven(), log);
        this.leases = leases;
        this.pipe = pipe;
        this.alive = alive;
        this.stdout = stdout;
        this.log = log;
    }

    /**
     * Runs the library until {@link #handOver}.
     *
     * @param begin   where shards begin that nobody has read; null for the oldest record
     * @param failure ends the run
     * @throws Failure            when the library does not start
     * @throws ExecutionException its cause is the failure
     */
    void run(Instant begin, ShardRecordProcessorFactory processors, CompletableFuture<Void> failure)
            throws InterruptedException, ExecutionException {
        for (failingSince = System.nanoTime(); !ending;) {
            started = false;
            alive.libraryStarts();
            leases.clear();
            var executor = Executors.newCachedThreadPool();
            scheduler = library.scheduler(begin, processors, executor, this);
            await(CompletableFuture.anyOf(failure, CompletableFuture.runAsync(() -> runUntilAllEnd(scheduler, executor),
                    task -> new Thread(task, "scheduler").start())));
            if (ending) {
                return;
            }
            if (pipe.goOn()) {
                failingSince = System.nanoTime();
            } else {
                endedByItself();
            }
        }
    }

    /** Runs the library. Returns when its last processor has ended: the next run would otherwise print the same records concurrently. */
    private static void runUntilAllEnd(Scheduler scheduler, ExecutorService processors) {
        scheduler.run();
        processors.shutdown();
        try {
            processors.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void await(CompletableFuture<?> end) throws InterruptedException, ExecutionException {
        while (true) {
            try {
                end.get(1, TimeUnit.SECONDS);
                return;
            } catch (TimeoutException e) {
                pipe.check(scheduler, held::giveBack);
            }
        }
    }

    /**
     * Lets the library start again, unless it has failed to for --give-up: when several workers start at once, it can fail because another
     * worker has not yet made what it looks for.
     */
    private void endedByItself() throws InterruptedException {
        var why = (started ? "the Kinesis Client Library ended unexpectedly" : "the Kinesis Client Library did not start") + reason();
        if (started) {
            failingSince = System.nanoTime();
        }
        failedStarts++;
        if (System.nanoTime() - failingSince > application.giveUp.toNanos()) {
            throw new Failure(why + " (gave up after " + Durations.show(application.giveUp) + " and " + failedStarts + " starts)",
                    startFailure);
        }
        if (failedStarts == 1) {
            log.info("%s; restarting the library", why);
        }
        Thread.sleep(Backoff.wait(RESTART, 0, 0).toMillis());
    }

    /** Returns the leases that the library has for this worker. */
    HeldLeases held() {
        return held;
    }

    /** Returns why the library has not started; null when it has. */
    String notStarted() {
        return started ? null : "the Kinesis Client Library has not started" + reason();
    }

    private String reason() {
        return startFailure == null ? "" : ": " + ErrorLine.of(startFailure);
    }

    /** Gives the shards to other workers, with what is printed checkpointed, unless something has failed. A second caller waits. */
    synchronized void handOver() {
        if (ending) {
            return;
        }
        ending = true;
        stdout.stop(); // the library waits for the batch that is printed, and not for a slow reader then
        if (!started) {
            return; // it has none, and the library would first come to the end of its start
        }
        var complete = false;
        try {
            complete = scheduler.startGracefulShutdown().get(application.shutdownGrace.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            log.verbose("the shards are not handed over: %s", ErrorLine.of(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!complete) {
            log.info("not all shards are handed over: other workers take the rest when the leases expire, in %s",
                    Durations.show(application.takeover));
        }
    }

    @Override
    public void onWorkerStateChange(WorkerState state) {
        if (state == WorkerState.STARTED) {
            started = true;
            failedStarts = 0;
            startFailure = null;
            log.info("worker %s of application %s waits for its share of the shards", application.workerId(), application.name);
        }
    }

    @Override
    public void onAllInitializationAttemptsFailed(Throwable e) {
        startFailure = e;
        for (var cause = e; cause != null && !(startFailure instanceof SdkException); cause = cause.getCause()) { // the library wraps it
            startFailure = cause;
        }
    }
}
