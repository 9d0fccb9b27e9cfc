package lib.worker;

import java.time.Duration;
import java.util.Objects;
import lib.cli.Failure;
import lib.cli.Log;
import lib.kinesis.KinesisStream;
import lib.leases.ApplicationProgress;
import lib.leases.ApplicationStart;
import lib.leases.LeaseTable;
import lib.leases.LeaseTableSchema;
import lib.leases.NewLeases;

/**
 * What a worker does before the Kinesis Client Library runs: makes the table, the origin and the first leases of a new application. Any
 * number of workers can start at once. A worker can die after any step; another worker resumes from there.
 */
final class Startup {
    /** Soon enough: a lease is deleted seconds after all are made. */
    private static final Duration RECHECK = Duration.ofSeconds(1);

    private final KinesisStream stream;
    private final WorkerOptions application;
    private final LeaseTable table;
    private final LeaseTableSchema schema;
    private final Log log;

    Startup(KinesisStream stream, WorkerOptions application, LeaseTable table, Log log) {
        this.stream = stream;
        this.application = application;
        this.table = table;
        this.schema = new LeaseTableSchema(table, application.name, log);
        this.log = log;
    }

    /**
     * Returns what the application reads, when the library can start.
     *
     * @param now what it reads if it is new
     * @throws Failure when the table is of another program or stream, or has lost its leases
     */
    ApplicationStart run(ApplicationStart now) throws Exception {
        var pending = now.pending();
        var origin = table.isReady() ? of(now, pending) : null;
        if (origin == null) {
            schema.makeTable();
            origin = table.keep(pending);
        }
        ApplicationProgress.check(application.name, origin, now);
        if (origin.isPending()) {
            makeLeases(origin);
        }
        schema.makeIndex();
        if (origin == pending) {
            log.info("shards are read from %s on", origin.from());
        } else if (application.hasBegin() && !Objects.equals(origin.begin(), now.begin())) {
            log.info("application %s exists and began at %s; --from is ignored", application.name, origin.from());
        }
        return origin;
    }

    /** Returns the origin that the table has, or has from now on; null when the table is new. */
    private ApplicationStart of(ApplicationStart now, ApplicationStart pending) throws Exception {
        var reading = ApplicationProgress.of(table, application.name, now, () -> stream.shards(application.giveUp, log), log);
        var kept = reading.origin();
        if (reading.isLost()) {
            if (!application.isNew) {
                throw new Failure(reading.loss(application.name) + "; restart with --new to begin at --from");
            }
            return kept == null ? table.keep(pending) : table.replace(kept, pending);
        }
        for (var shard : reading.missing()) {
            log.warn("shard %s has no lease, and its parents are gone: reading the shard from its oldest record", shard.shardId());
            table.add(NewLeases.item(shard, null));
        }
        return kept == null && !reading.leases().isEmpty() ? table.keep(now) : kept;
    }

    private void makeLeases(ApplicationStart origin) throws InterruptedException {
        var shards = stream.backoff(application.giveUp, log).call(() -> NewLeases.shards(stream, origin.begin()));
        if (shards.isEmpty()) {
            throw Failure.nonsense("ListShards has no shard of stream " + stream.name());
        }
        var looked = System.nanoTime() - RECHECK.toNanos();
        for (var shard : shards) {
            if (System.nanoTime() - looked >= RECHECK.toNanos()) {
                looked = System.nanoTime();
                if (!isStillPending()) { // another worker was faster, and may have read a shard to its end and deleted the lease
                    return;
                }
            }
            table.add(NewLeases.item(shard, origin.begin()));
        }
        table.settle();
    }

    private boolean isStillPending() throws InterruptedException {
        var kept = table.origin();
        return kept != null && kept.isPending();
    }
}
