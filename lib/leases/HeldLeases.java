package lib.leases;

import java.util.Collection;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import lib.cli.ErrorLine;
import lib.cli.Log;
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.exceptions.KinesisClientLibException;
import software.amazon.kinesis.leases.Lease;
import software.amazon.kinesis.leases.exceptions.LeasingException;
import software.amazon.kinesis.retrieval.kpl.ExtendedSequenceNumber;

/** Gives the leases of this worker back to other workers, which the Kinesis Client Library itself does late or not at all. */
public final class HeldLeases {
    private final Supplier<Scheduler> scheduler;
    private final LeaseTable table;
    private final String workerId;
    private final Function<String, ExtendedSequenceNumber> printed;
    private final BooleanSupplier isLeaving;
    private final Log log;

    /**
     * @param printed   returns the last record of a shard that this process has printed as a whole; null for none, and when the
     *                  last one is printed in part
     * @param isLeaving whether this worker wants no more shards
     */
    public HeldLeases(Supplier<Scheduler> scheduler, LeaseTable table, String workerId, Function<String, ExtendedSequenceNumber> printed,
            BooleanSupplier isLeaving, Log log) {
        this.scheduler = scheduler;
        this.table = table;
        this.workerId = workerId;
        this.printed = printed;
        this.isLeaving = isLeaving;
        this.log = log;
    }

    public boolean isLeaving() {
        return isLeaving.getAsBoolean();
    }

    /** Gives the leases to other workers, with what is printed checkpointed. Lets them expire as soon as DynamoDB does not take one. */
    public void giveBack(Collection<Lease> leases) {
        var isTaken = true;
        for (var lease : leases) {
            isTaken = isTaken && checkpoint(lease) && release(lease.leaseKey());
            scheduler.get().leaseCoordinator().dropLease(lease); // which ends its renewal
        }
    }

    /** Checkpoints what stdout has taken of a shard whose processor stands still, and returns whether DynamoDB answers. */
    private boolean checkpoint(Lease lease) {
        var last = printed.apply(lease.leaseKey());
        if (last != null && last.compareTo(lease.checkpoint()) > 0) {
            try {
                scheduler.get().checkpoint().setCheckpoint(lease.leaseKey(), last, lease.concurrencyToken().toString());
            } catch (KinesisClientLibException | RuntimeException e) {
                log.verbose("shard %s: the checkpoint failed (%s)", lease.leaseKey(), ErrorLine.of(e));
                return false;
            }
        }
        return true;
    }

    /** Has the library forget the lease; it finds it again if no other worker takes it. */
    public void drop(String shardId) {
        var lease = new Lease();
        lease.leaseKey(shardId);
        scheduler.get().leaseCoordinator().dropLease(lease);
    }

    /**
     * Gives the shard back when the process ends or its reader stands still, and returns whether others can have it now. The library only
     * forgets it: others would wait until the lease expires, or even give it to this worker again. To a worker that wants the shard, the
     * library gives it itself.
     */
    public boolean release(String shardId) {
        if (!isLeaving()) {
            return true;
        }
        try {
            table.forget(workerId);
            return evict(shardId);
        } catch (RuntimeException | InterruptedException e) {
            log.verbose("worker %s: its entry stays in the lease table: %s", workerId, ErrorLine.of(e));
            return false;
        }
    }

    /**
     * Deletes the leases of the parents of a shard that begins: they are read to their end, and each lease counts when shards are given
     * out. The library would wait until records of all their children are printed (LeaseCleanupManager).
     */
    public void deleteParents(String shardId) {
        try {
            var refresher = scheduler.get().leaseRefresher();
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
    public void refuse(String shardId) {
        evict(shardId);
        drop(shardId);
    }

    private boolean evict(String shardId) {
        try {
            var lease = scheduler.get().leaseRefresher().getLease(shardId);
            return lease == null || !workerId.equals(lease.leaseOwner()) || scheduler.get().leaseRefresher().evictLease(lease);
        } catch (LeasingException | RuntimeException e) {
            log.verbose("shard %s: the lease cannot be given back, and will expire: %s", shardId, ErrorLine.of(e));
            return false;
        }
    }
}
