package lib;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.coordinator.WorkerStateChangeListener;
import software.amazon.kinesis.leases.exceptions.LeasingException;

/** One of the workers of an application, which share the shards of a stream by the Kinesis Client Library. */
public final class Worker implements WorkerStateChangeListener {
    /** Of the 10 seconds that Docker gives a process, with those that {@link Stdout} waits. */
    private static final Duration HAND_OVER = Duration.ofSeconds(7);

    /** When several workers start at once, the library can fail because another has not yet made what it looks for. */
    private static final int STARTS = 3;

    private final StreamRef stream;
    private final Application application;
    private final KinesisClient kinesis;
    private final RecordPrinter printer;
    private final Stdout stdout;
    private final StreamCheck check;
    private final Retention retention;
    private final Log log;
    private final CompletableFuture<Void> failure = new CompletableFuture<>();
    private final ReentrantLock printing = new ReentrantLock(true);
    private LeaseTable table;
    private Origin origin;
    private Duration clockSkew; // what this machine's clock lacks
    private Scheduler scheduler;
    private volatile boolean started;
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
        this.log = log;
    }

    /**
     * Runs until the process ends, before which it hands its shards over.
     *
     * @throws Failure            when it cannot start
     * @throws ExecutionException its cause is whatever failed while it ran
     */
    public void run(Aws aws) throws Exception {
        table = LeaseTable.of(application, aws, log);
        var library = new ClientLibrary(stream, application, aws, log, failure::completeExceptionally,
                () -> StreamDescription.of(kinesis, stream, log), table::isReady);
        prepare(library);
        stdout.beforeEnd(this::handOver);
        try {
            while (!ending) {
                started = false;
                scheduler = library.scheduler(origin.begin(), () -> new LeasedShard(this), this);
                CompletableFuture.anyOf(failure, CompletableFuture.runAsync(scheduler, task -> new Thread(task, "scheduler").start())).get();
                if (!ending) {
                    endedByItself();
                }
            }
        } finally {
            handOver();
        }
    }

    private void prepare(ClientLibrary library) throws Exception {
        var described = StreamDescription.of(kinesis, stream, log);
        clockSkew = Duration.between(Instant.now(), described.described());
        var now = Origin.of(described.summary(), application.begin(described.described()));
        if (table.isReady()) {
            // before anything is written to a table that is perhaps another program's
            table.read(now, () -> Backoff.startup(stream, log).call(() -> Shards.list(kinesis, stream)));
        } else {
            log.info("application %s is new: its lease table is made, and then the Kinesis Client Library waits up to 30 s for other workers",
                    application.name);
        }
        library.makeLeaseTable(); // at which another worker may be
        origin = table.keep(now);
        table.check(origin, now);
        if (origin == now) {
            log.info("shards are read from %s on", origin.from());
        } else if (application.hasBegin() && !Objects.equals(origin.begin(), now.begin())) {
            log.info("application %s is not new: it began with %s, and --from does not count", application.name, origin.from());
        }
    }

    /** @throws Failure when that was too often */
    private void endedByItself() {
        var why = "the Kinesis Client Library ended by itself" + (startFailure == null ? "" : ": " + ErrorLine.of(startFailure));
        if (++failedStarts == STARTS) {
            throw new Failure(why + " (" + failedStarts + " times)", startFailure);
        }
        log.info("%s; starting it again", why);
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
            complete = scheduler.startGracefulShutdown().get(HAND_OVER.toNanos(), TimeUnit.NANOSECONDS);
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

    /** @throws Failure when it has not ended */
    void checkEnd(String shardId) throws InterruptedException {
        check.checkEnd(shardId, origin);
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

    Application application() {
        return application;
    }

    /** Prints the batch, unless anything has failed, and returns how far the shard is printed then; null when nothing of it is. */
    ShardPosition print(String shardId, Supplier<ShardReader.Batch> batch) {
        printing.lock();
        try {
            guard(() -> printer.accept(batch.get()));
            return printer.position(shardId);
        } finally {
            printing.unlock();
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

    /**
     * Gives the shard back when the process ends, and returns whether others can have it now: the library only forgets it, and others
     * would wait until the lease expires, or even give it to this worker again. To a worker that wants it the library gives it itself.
     */
    boolean release(String shardId) {
        if (!ending) {
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
