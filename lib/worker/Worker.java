package lib.worker;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import lib.aws.Aws;
import lib.cli.Failure;
import lib.cli.Log;
import lib.cli.Stdout;
import lib.consume.RecordPrinter;
import lib.kinesis.KinesisStream;
import lib.leases.ApplicationStart;
import lib.leases.HeldLeases;
import lib.leases.LeaseClock;
import lib.leases.LeaseTable;
import lib.positions.ShardPosition;
import lib.read.Retention;
import lib.read.ShardReader;
import software.amazon.kinesis.retrieval.kpl.ExtendedSequenceNumber;

/** One of the workers of an application, which share the shards of a stream by the Kinesis Client Library. */
public final class Worker {
    /** How long a call may fail that shows whether a service answers. */
    private static final Duration PROBE = Duration.ofSeconds(2);

    /** When stdout has taken nothing for so many times --takeover, it is the reader that stands still, and not a moment of load. */
    private static final int STANDSTILL_TAKEOVERS = 3;

    private final KinesisStream stream;
    private final WorkerOptions application;
    private final RecordPrinter printer;
    private final Stdout stdout;
    private final ShardEndCheck check;
    private final Retention retention;
    private final LeaseClock leases;
    private final Log log;
    private final CompletableFuture<Void> failure = new CompletableFuture<>();
    private final ReentrantLock printing = new ReentrantLock(true);
    private final LivenessFile alive;
    private ApplicationStart origin;
    private Duration clockSkew; // what this machine's clock lacks
    private TableWatch watch;
    private PipeWatch pipe;
    private LibraryRun library;
    private volatile boolean hasRefused;

    interface Action {
        void run() throws Exception;
    }

    /** @param printer gets the records of all shards, a batch at a time */
    public Worker(KinesisStream stream, WorkerOptions application, RecordPrinter printer, Stdout stdout, Log log) {
        this.stream = stream;
        this.application = application;
        this.printer = printer;
        this.stdout = stdout;
        this.check = new ShardEndCheck(stream, application.giveUp, log);
        this.retention = new Retention(stream, application.giveUp, log);
        this.leases = new LeaseClock(application.workerId(), application.takeover);
        this.log = log;
        this.alive = new LivenessFile(application.alive, application.pollInterval, application.takeover, stdout::sinceTaken,
                System::nanoTime, log);
    }

    /**
     * Runs until the process ends, before which it hands its shards over.
     *
     * @throws Failure            when it cannot start
     * @throws ExecutionException its cause is whatever failed while it ran
     */
    public void run(Aws aws) throws Exception {
        alive.start();
        var summary = stream.summary(application.giveUp, log);
        clockSkew = Duration.between(Instant.now(), summary.time());
        var table = LeaseTable.of(application.name, application.dynamoDbCalls(), aws, application.giveUp, log);
        origin = new Startup(stream, application, table, log).run(ApplicationStart.of(summary, application.begin(summary.time())));

        var silent = new Log();
        silent.to(line -> {});
        var probed = table.with(PROBE, silent);
        pipe = new PipeWatch(stdout, application.takeover.multipliedBy(STANDSTILL_TAKEOVERS), log);
        watch = new TableWatch(probed, application, () -> !leases.isEmpty(), () -> library.held().isLeaving(), () -> library.notStarted(),
                System::nanoTime, log);
        var client = new ClientLibrary(stream.ref(), application, aws, leases, alive, log,
                e -> failure.completeExceptionally(watch.orDeleted(e)), () -> stream.summary(log), probed::isReady);
        library = new LibraryRun(client, application, probed, this::printed, leases, pipe, alive, stdout, log);
        daemon(() -> guard(watch::run), "lease table");
        stdout.beforeEnd(library::handOver, application.shutdownGrace);
        try {
            library.run(origin.begin(), () -> new LeasedShard(this), failure);
        } finally {
            library.handOver();
        }
    }

    private static void daemon(Runnable task, String name) {
        var thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Notes that the library has given the shard to this worker. */
    void took(String shardId) {
        alive.awaitsBatch(shardId);
        log.info("took shard %s", shardId);
    }

    /**
     * Returns the last record of the shard that this process has printed as a whole; null for none, and when the last one is printed in
     * part.
     */
    ExtendedSequenceNumber printed(String shardId) {
        var position = printer.position(shardId);
        return position == null || position.sequenceNumber() == null || position.subSequenceNumber() != null ? null
                : LeasedShard.sequence(position.sequenceNumber());
    }

    /** Gives a shard back that is more than --max-leases: the library assigns it all the same (LeaseCountBasedLeaseAssignmentDecider). */
    void refuse(String shardId) {
        if (!hasRefused && !held().isLeaving()) {
            hasRefused = true;
            log.info("shard %s exceeds --max-leases %d and is left to other workers (-v lists each shard)", shardId, application.maxLeases);
        }
        log.verbose("refused shard %s", shardId);
        held().refuse(shardId);
    }

    /** Notes that the worker no longer has the shard, and has not handed it over. */
    void lost(String shardId) {
        log.info("lost shard %s", shardId);
        watch.lost();
    }

    /** @throws Failure when it has not ended */
    void checkEnd(String shardId) throws InterruptedException {
        check.checkEnd(shardId, origin);
    }

    HeldLeases held() {
        return library.held();
    }

    /** Returns the failure of a checkpoint whose table is gone. */
    Failure tableIsDeleted() {
        return watch.deleted();
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

    LivenessFile alive() {
        return alive;
    }

    WorkerOptions application() {
        return application;
    }

    /**
     * Prints the batch until anything fails or the term is over, and returns how far the shard is printed then; null when nothing of it is.
     */
    ShardPosition print(String shardId, LeaseClock.Term term, Supplier<ShardReader.Batch> batch) {
        alive.prints(shardId);
        printing.lock(); // for which a slow reader can have it wait long
        try {
            printer.stopWhen(() -> term.isOver() || pipe.isGiven());
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
}
