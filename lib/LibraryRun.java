package lib;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.coordinator.WorkerStateChangeListener;
import software.amazon.kinesis.leases.Lease;
import software.amazon.kinesis.leases.exceptions.LeasingException;
import software.amazon.kinesis.processor.ShardRecordProcessorFactory;

/** Runs the Kinesis Client Library: again when it ends by itself or the reader of stdout reads on, and gives the shards back at the end. */
final class LibraryRun implements WorkerStateChangeListener {
    private static final Duration RESTART = Duration.ofSeconds(1);

    private final ClientLibrary library;
    private final Application application;
    private final LeaseTable table;
    private final LeaseClock leases;
    private final PipeWatch pipe;
    private final Alive alive;
    private final Stdout stdout;
    private final Log log;
    private volatile Scheduler scheduler;
    private volatile boolean started;
    private long failingSince;
    private volatile int failedStarts;
    private volatile Throwable startFailure;
    private volatile boolean ending;

    LibraryRun(ClientLibrary library, Application application, LeaseTable table, LeaseClock leases, PipeWatch pipe, Alive alive, Stdout stdout, Log log) {
        this.library = library;
        this.application = application;
        this.table = table;
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
    void run(Instant begin, ShardRecordProcessorFactory processors, CompletableFuture<Void> failure) throws InterruptedException, ExecutionException {
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

    /** Returns when no shard of it prints any more, for those of the next start print the same records. */
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
                pipe.check(scheduler, this::giveBack);
            }
        }
    }

    /** Gives the leases to other workers, or lets them expire, as soon as DynamoDB does not take one. */
    private void giveBack(Collection<Lease> leases) {
        var isTaken = true;
        for (var lease : leases) {
            isTaken = isTaken && release(lease.leaseKey());
            scheduler.leaseCoordinator().dropLease(lease); // which ends its renewal
        }
    }

    /**
     * Lets the library start again, unless it has failed to for --give-up: when several workers start at once, it can fail because another has
     * not yet made what it looks for.
     */
    private void endedByItself() throws InterruptedException {
        var why = "the Kinesis Client Library ended by itself" + (startFailure == null ? "" : ": " + ErrorLine.of(startFailure));
        if (started) {
            failingSince = System.nanoTime();
        }
        if (System.nanoTime() - failingSince > application.giveUp.toNanos()) {
            throw new Failure(why + " (for " + Durations.show(application.giveUp) + ", after " + failedStarts + " starts)", startFailure);
        }
        if (failedStarts++ == 0) {
            log.info("%s; starting it again", why);
        }
        Thread.sleep(Backoff.wait(RESTART, 0, 0).toMillis());
    }

    /** Returns why the library has not started; null when it has. */
    String notStarted() {
        return started ? null : "the Kinesis Client Library has not started" + (startFailure == null ? "" : ": " + ErrorLine.of(startFailure));
    }

    /** Gives the shards to other workers, with what is printed checkpointed, unless something has failed. A second caller waits for the first. */
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
            log.verbose("the hand-over: %s", ErrorLine.of(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!complete) {
            log.info("not all shards are handed over: others take them when their leases expire, in %s", Durations.show(application.takeover));
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
    }

    /** Has the library forget the lease; it finds it again if no other worker takes it. */
    void drop(String shardId) {
        var lease = new Lease();
        lease.leaseKey(shardId);
        scheduler.leaseCoordinator().dropLease(lease);
    }

    /**
     * Gives the shard back when the process ends or its reader stands still, and returns whether others can have it now. The library only
     * forgets it: others would wait until the lease expires, or even give it to this worker again. To a worker that wants it the library gives
     * it itself.
     */
    boolean release(String shardId) {
        if (!ending && !pipe.isGiven()) {
            return true;
        }
        try {
            table.forget(application.workerId());
            return evict(shardId);
        } catch (RuntimeException | InterruptedException e) {
            log.verbose("worker %s is not forgotten: %s", application.workerId(), ErrorLine.of(e));
            return false;
        }
    }

    /**
     * Deletes the leases of the parents of a shard that begins: they are read to their end, and each lease counts when shards are given out. The
     * library would wait until records of all their children are printed (LeaseCleanupManager).
     */
    void deleteParents(String shardId) {
        try {
            var refresher = scheduler.leaseRefresher();
            var lease = refresher.getLease(shardId);
            for (var parent : lease == null ? Set.<String>of() : lease.parentShardIds()) {
                var ended = refresher.getLease(parent);
                if (ended != null && ended.checkpoint().isShardEnd()) {
                    refresher.deleteLease(ended);
                }
            }
        } catch (LeasingException | RuntimeException e) { // the library deletes them later
            log.verbose("shard %s: the leases of its parents stay: %s", shardId, ErrorLine.of(e));
        }
    }

    /** Gives the shard back at once, for other workers. */
    void refuse(String shardId) {
        evict(shardId);
        drop(shardId);
    }

    private boolean evict(String shardId) {
        try {
            var lease = scheduler.leaseRefresher().getLease(shardId);
            return lease == null || !application.workerId().equals(lease.leaseOwner()) || scheduler.leaseRefresher().evictLease(lease);
        } catch (LeasingException | RuntimeException e) {
            log.verbose("shard %s: the lease is not given back, and expires: %s", shardId, ErrorLine.of(e));
            return false;
        }
    }
}
