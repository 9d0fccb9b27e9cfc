package lib.leases;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import lib.cli.Failure;
import lib.cli.Log;
import lib.kinesis.Shards;
import lib.leases.LeaseTable.Lease;
import lib.positions.Checkpoint;
import lib.positions.Position;
import lib.positions.ShardPosition;
import lib.positions.StartingPositions;
import software.amazon.awssdk.services.kinesis.model.Shard;

/**
 * How far an application has read its stream.
 *
 * @param origin     null when no worker has kept one, as in the table of another program
 * @param leases     by shard id
 * @param checkpoint the position of every shard, including shards not started yet
 * @param missing    see {@link NewLeases#missing}
 * @param isLost     whether the table had leases, and has none: somebody has deleted them
 */
public record ApplicationProgress(ApplicationStart origin, Map<String, Lease> leases, Shards shards, Checkpoint checkpoint,
        List<Shard> missing, boolean isLost) {
    /**
     * Reads it from the lease table. Warns of shards that the stream no longer has and that were not read to their end.
     *
     * @param now    what the stream is
     * @param shards lists them, once the leases are read: they may be of new ones
     * @throws Failure when the application is of another stream
     */
    public static ApplicationProgress of(LeaseTable table, String application, ApplicationStart now, Callable<Shards> shards, Log log)
            throws Exception {
        var hasIndex = table.index() != null; // which is made after the origin
        var kept = table.origin(); // after which the leases are made
        var origin = kept == null ? now : kept;
        check(application, origin, now);
        var leases = table.leases();
        var listed = shards.call();
        if (kept == null) {
            checkEach(application, leases, listed);
        }
        var checkpoint = Checkpoint.inMemory();
        leases.forEach((shardId, lease) -> checkpoint.set(shardId, lease.position(origin.begin())));
        var begin = origin.begin() == null ? new Position.Earliest() : new Position.At(origin.begin());
        new StartingPositions(checkpoint, listed, leases.isEmpty() ? begin : null, log).set(shard -> true);
        var missing = leases.isEmpty() || kept != null && kept.isPending() ? List.<Shard>of() : NewLeases.missing(listed.all(), leases);
        missing.forEach(shard -> checkpoint.set(shard.shardId(), ShardPosition.trimHorizon()));
        var isLost = leases.isEmpty() && (kept == null ? hasIndex : !kept.isPending());
        return new ApplicationProgress(kept, leases, listed, checkpoint, missing, isLost);
    }

    /** @throws Failure when the application is of another stream than this one */
    public static void check(String application, ApplicationStart origin, ApplicationStart now) {
        if (!origin.isSameStream(now)) {
            throw new Failure("application " + application + " belongs to another stream, " + origin.streamARN() + ", created "
                    + origin.streamCreationTimestamp() + "; use another --app, or delete its table in DynamoDB");
        }
    }

    /** The leases of another program do not tell their stream. */
    private static void checkEach(String application, Map<String, Lease> leases, Shards shards) {
        if (!leases.isEmpty() && shards.all().stream().noneMatch(shard -> leases.containsKey(shard.shardId()))) {
            throw new Failure("application " + application
                    + " belongs to another stream: none of its leases is for a shard of this stream; use another --app");
        }
        for (var shard : shards.all()) {
            var lease = leases.get(shard.shardId());
            if (lease != null && !canBeOf(lease, shard)) {
                throw new Failure("application " + application + " belongs to another stream: shard " + shard.shardId()
                        + " of this stream cannot have the checkpoint " + lease.checkpoint()
                        + "; use another --app, or delete its table in DynamoDB");
            }
        }
    }

    /** Returns whether the shard can have been read so far. */
    private static boolean canBeOf(Lease lease, Shard shard) {
        if (lease.checkpoint().equals(ShardPosition.SHARD_END)) {
            return !Shards.isOpen(shard);
        }
        var first = shard.sequenceNumberRange().startingSequenceNumber();
        return !lease.checkpoint().matches("\\d+") || new BigInteger(lease.checkpoint()).compareTo(new BigInteger(first)) >= 0;
    }

    /** Returns what to say of lost leases. */
    public String loss(String application) {
        return "the lease table " + application + " has no leases: the checkpoints are lost"
                + (origin == null ? ", or the table was never used" : "; the application began at " + origin.from());
    }

    /** Returns the worker that has the shard; null when none has. */
    public String owner(String shardId) {
        return leases.containsKey(shardId) ? leases.get(shardId).owner() : null;
    }
}
