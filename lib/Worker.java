package lib;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.coordinator.WorkerStateChangeListener;
import software.amazon.kinesis.leases.Lease;
import software.amazon.kinesis.leases.exceptions.LeasingException;

/** One of the workers of an application, which share the shards of a stream by the Kinesis Client Library. */
public final class Worker implements WorkerStateChangeListener {
    /** How long a call may fail that shows whether a service answers. */
    private static final Duration PROBE = Duration.ofSeconds(2);

    private static final Duration RESTART = Duration.ofSeconds(1);

    /** When stdout has taken nothing for so many times --takeover, it is the reader that stands still, and not a moment of load. */
    private static final int STANDSTILL_TAKEOVERS = 3;

    private final StreamRef stream;
    private final Application application;
    private final KinesisClient kinesis;
    private final RecordPrinter printer;
    private final Stdout stdout;
    private final StreamCheck check;
    private final Retention retention;
    private final LeaseClock leases;
    private final Log log;
    private final CompletableFuture<Void> failure = new CompletableFuture<>();
    private final ReentrantLock printing = new ReentrantLock(true);
    private final PipeWatch pipe;
    private final Alive alive;
    private LeaseTable table;
    private Origin origin;
    private Duration clockSkew; // what this machine's clock lacks
    private TableWatch watch;
    private Scheduler scheduler;
    private volatile boolean started;
    private long failingSince;
    private volatile int failedStarts;
    private volatile Throwable startFailure;
    private volatile boolean ending;

    interface Action {
        void run() throws Exception;
    }

    /**
     * @param kinesis does not try again by itself: that is done here
     * @param printer gets the records of all shards, a batch at a time
     */
    public Worker(StreamRef stream, Application application, KinesisClient kinesis, RecordPrinter printer, Stdout stdout, Log log) {
        this.stream = stream;
        this.application = application;
        this.kinesis = kinesis;
        this.printer = printer;
        this.stdout = stdout;
        this.check = new StreamCheck(kinesis, stream, application.giveUp, log);
        this.retention = new Retention(kinesis, stream, application.giveUp, log);
        this.leases = new LeaseClock(application.workerId(), application.takeover);
        this.log = log;
        this.pipe = new PipeWatch(stdout, printer, application.takeover.multipliedBy(STANDSTILL_TAKEOVERS), log);
        this.alive = new Alive(application.alive, application.pollInterval, application.takeover, stdout::sinceTaken, System::nanoTime, log);
    }

    /**
     * Runs until the process ends, before which it hands its shards over.
     *
     * @throws Failure            when it cannot start
     * @throws ExecutionException its cause is whatever failed while it ran
     */
    public void run(Aws aws) throws Exception {
        alive.start();
        table = LeaseTable.of(application, aws, application.giveUp, log);
        prepare();
        var silent = new Log();
        silent.to(line -> {});
        var probed = LeaseTable.of(application, aws, PROBE, silent);
        watch = new TableWatch(probed, application, this::notStarted, System::nanoTime, log);
        var library = new ClientLibrary(stream, application, aws, leases, alive, log, e -> failure.completeExceptionally(watch.orDeleted(e)),
                () -> StreamDescription.of(kinesis, stream, log), probed::isReady);
        daemon(() -> guard(watch::run), "lease table");
        stdout.beforeEnd(this::handOver, application.shutdownGrace);
        try {
            for (failingSince = System.nanoTime(); !ending;) {
                started = false;
                alive.libraryStarts();
                var processors = Executors.newCachedThreadPool();
                scheduler = library.scheduler(origin.begin(), () -> new LeasedShard(this), processors, this);
                await(CompletableFuture.anyOf(failure, CompletableFuture.runAsync(() -> runUntilAllEnd(scheduler, processors),
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
        } finally {
            handOver();
        }
    }

    private void prepare() throws Exception {
        var described = StreamDescription.of(kinesis, stream, new Backoff("stream " + stream.name(), application.giveUp, log));
        clockSkew = Duration.between(Instant.now(), described.described());
        var now = Origin.of(described.summary(), application.begin(described.described()));
        origin = new Startup(kinesis, stream, application, table, log).run(now);
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

    private static void daemon(Runnable task, String name) {
        var thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
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
    private String notStarted() {
        return started ? null : "the Kinesis Client Library has not started" + (startFailure == null ? "" : ": " + ErrorLine.of(startFailure));
    }

    /** Gives the shards to other workers, with what is printed checkpointed, unless something has failed. Who comes second waits for it. */
    private synchronized void handOver() {
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

    /** Notes that the library has given the shard to this worker. */
    void took(String shardId) {
        watch.took();
        alive.awaitsBatch(shardId);
        log.info("took shard %s", shardId);
    }

    /** Notes that the worker no longer has the shard, and has not handed it over. */
    void lost(String shardId) {
        watch.lost();
        log.info("lost shard %s", shardId);
    }

    /** @throws Failure when it has not ended */
    void checkEnd(String shardId) throws InterruptedException {
        check.checkEnd(shardId, origin);
    }

    LeaseClock leases() {
        return leases;
    }

    Retention retention() {
        return retention;
    }

    /** Returns the time by the service's clock, or up to a second less. */
    Instant time() {
        return Instant.now().plus(clockSkew);
    }

    Log log() {
        return log;
    }

    Alive alive() {
        return alive;
    }

    Application application() {
        return application;
    }

    /**
     * Prints the batch, unless anything has failed or the term is over, and returns how far the shard is printed then; null when nothing of it
     * is.
     */
    ShardPosition print(String shardId, LeaseClock.Term term, Supplier<ShardReader.Batch> batch) {
        alive.prints(shardId);
        printing.lock(); // for which a slow reader can have it wait long
        try {
            if (term.isOver()) {
                return null;
            }
            guard(() -> printer.accept(batch.get()));
            return printer.position(shardId);
        } finally {
            printing.unlock();
            alive.awaitsBatch(shardId);
        }
    }

    /** Does it unless anything has failed; the library would go on with the next batch when this fails. Returns whether it is done. */
    boolean guard(Action action) {
        if (failure.isDone()) {
            return false;
        }
        try {
            action.run();
            return true;
        } catch (Throwable e) { // of an Error, too, the library would tell nobody
            failure.completeExceptionally(e);
            return false;
        }
    }

    /** Has the library forget the lease; it finds it again if no other worker takes it. */
    void drop(String shardId) {
        var lease = new Lease();
        lease.leaseKey(shardId);
        scheduler.leaseCoordinator().dropLease(lease);
    }

    /**
     * Gives the shard back when the process ends or its reader stands still, and returns whether others can have it now: the library only forgets it, and others
     * would wait until the lease expires, or even give it to this worker again. To a worker that wants it the library gives it itself.
     */
    boolean release(String shardId) {
        if (!ending && !pipe.isGiven()) {
            return true;
        }
        try {
            table.forget(application.workerId());
            var lease = scheduler.leaseRefresher().getLease(shardId);
            return lease == null || !application.workerId().equals(lease.leaseOwner()) || scheduler.leaseRefresher().evictLease(lease);
        } catch (LeasingException | RuntimeException | InterruptedException e) {
            log.verbose("shard %s: the lease is not given back, and expires: %s", shardId, ErrorLine.of(e));
            return false;
        }
    }
}
