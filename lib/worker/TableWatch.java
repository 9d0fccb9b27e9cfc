package lib.worker;

import java.time.Duration;
import java.util.Collection;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import lib.cli.Durations;
import lib.cli.Failure;
import lib.cli.Log;
import lib.leases.LeaseTable;
import lib.leases.LeaseTable.Lease;
import lib.positions.ShardPosition;

/**
 * Looks at the lease table while the Kinesis Client Library runs. Fails the worker when the checkpoints are gone, and says what a worker
 * waits for that has no shard: the library does neither.
 */
final class TableWatch {
    private static final Duration INTERVAL = Duration.ofSeconds(15);

    /** The library gives out shards sooner, also when the worker that leads has just died. */
    private static final Duration FIRST_SHARD = Duration.ofSeconds(40);

    private final LeaseTable table;
    private final WorkerOptions application;
    private final BooleanSupplier hasShards;
    private final BooleanSupplier isLeaving;
    private final Supplier<String> notStarted;
    private final LongSupplier nanoTime;
    private final Log log;
    private final Duration longest;
    private final Semaphore events = new Semaphore(0);
    private String said;
    private long waitingSince;
    private long stuckSince;

    /**
     * @param table      reports no failures of its calls: those of the library are reported already
     * @param hasShards  whether the worker reads shards
     * @param isLeaving  whether the worker wants no shards
     * @param notStarted why the library has not started; null when it has
     * @param nanoTime   the clock
     */
    TableWatch(LeaseTable table, WorkerOptions application, BooleanSupplier hasShards, BooleanSupplier isLeaving,
            Supplier<String> notStarted, LongSupplier nanoTime, Log log) {
        this.table = table;
        this.application = application;
        this.hasShards = hasShards;
        this.isLeaving = isLeaving;
        this.notStarted = notStarted;
        this.nanoTime = nanoTime;
        this.longest = application.giveUp.compareTo(FIRST_SHARD) > 0 ? application.giveUp : FIRST_SHARD;
        this.log = log;
    }

    /**
     * Looks at the table now and then.
     *
     * @throws Failure when the checkpoints are gone, or the worker does not come to its start for --give-up
     */
    void run() throws InterruptedException {
        hasWaited(false);
        while (true) {
            var isLost = events.tryAcquire(INTERVAL.toSeconds(), TimeUnit.SECONDS);
            events.drainPermits(); // one look is enough for all shards that are lost together
            var end = look(isLost);
            if (end != null) {
                throw end;
            }
        }
    }

    /** Looks at the table soon: the worker has lost a shard, as it does when the lease is gone. */
    void lost() {
        events.release();
    }

    /**
     * Looks at the table once.
     *
     * @param isLost whether the leases may be gone
     * @return why the worker ends; null when it goes on
     */
    private Failure look(boolean isLost) throws InterruptedException {
        try {
            if (table.origin() == null) {
                return gone("emptied", "with --new ");
            }
            if (hasShards.getAsBoolean() && !isLost) {
                hasWaited(false);
                return null;
            }
            var leases = table.leases();
            if (leases.isEmpty()) {
                return gone("emptied", "with --new ");
            }
            return hasWaited(!hasShards.getAsBoolean() && !isLeaving.getAsBoolean()) ? explain(leases.values()) : null;
        } catch (Failure e) { // when the calls of the library fail as well, the worker is told
            return isDeleted(e) ? deleted() : null;
        }
    }

    /** Notes whether the worker waits, and returns whether it has for long enough to say so. */
    private boolean hasWaited(boolean isWaiting) {
        if (!isWaiting) {
            said = null;
            waitingSince = stuckSince = nanoTime.getAsLong();
        }
        return nanoTime.getAsLong() - waitingSince >= INTERVAL.toNanos();
    }

    /** Returns what the failure means for the user, when its reason is that the table is gone. */
    Failure orDeleted(Failure e) {
        return isDeleted(e) ? deleted() : e;
    }

    private static boolean isDeleted(Failure e) {
        return e.isRefusal("ResourceNotFoundException");
    }

    Failure deleted() {
        return gone("deleted", "");
    }

    private Failure gone(String how, String also) {
        return new Failure("the lease table " + application.name + " was " + how + " while workers were running: the checkpoints are lost."
                + " Restart " + also + "to begin at --from; 'latest' skips the records that arrive before the restart");
    }

    /** Says what the worker waits for, and returns why it ends if that is in vain. */
    private Failure explain(Collection<Lease> leases) {
        var why = notStarted.get();
        var isStuck = why != null;
        if (!isStuck) {
            var open = leases.stream().filter(lease -> !lease.checkpoint().equals(ShardPosition.SHARD_END)).toList();
            var owners = new TreeSet<String>();
            open.stream().filter(lease -> lease.owner() != null).forEach(lease -> owners.add(lease.owner()));
            var unowned = open.stream().filter(lease -> lease.owner() == null).count();
            isStuck = unowned > 0;
            if (isStuck) {
                why = "%d of %d shards have no owner yet; the leading worker assigns these shards".formatted(unowned, open.size());
            } else if (owners.contains(application.workerId())) {
                why = "its shards begin when the library finds them and all parents are drained";
            } else {
                why = "other workers have all shards (%s); this worker gets shards when another worker ends or renews no lease for %s"
                        .formatted(String.join(", ", owners), Durations.show(application.takeover));
            }
        }
        if (!isStuck) {
            stuckSince = nanoTime.getAsLong();
        } else if (nanoTime.getAsLong() - stuckSince > longest.toNanos()) {
            return new Failure("worker " + application.workerId() + " has had no shard for " + Durations.show(longest) + ": " + why);
        }
        if (!why.equals(said)) {
            said = why;
            log.info("worker %s waits: %s", application.workerId(), why);
        }
        return null;
    }
}
