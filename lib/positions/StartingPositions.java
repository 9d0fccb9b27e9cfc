package lib.positions;

import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import lib.cli.Failure;
import lib.cli.Log;
import lib.kinesis.Shards;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** Where each shard of a run begins: where the checkpoint says, else at {@code --from}. */
public final class StartingPositions {
    private final Checkpoint checkpoint;
    private final Shards shards;
    private final Position from;
    private final Log log;

    /** @param from for the shards that the checkpoint does not know, and no ancestor of which it knows; null leaves them out */
    public StartingPositions(Checkpoint checkpoint, Shards shards, Position from, Log log) {
        this.checkpoint = checkpoint;
        this.shards = shards;
        this.from = from;
        this.log = log;
    }

    /**
     * Gives every shard that is wanted a position in the checkpoint, and saves that: a run that is killed before its first save would
     * else begin anew the next time, at another {@code latest}.
     *
     * @throws Failure when the checkpoint cannot be written, or shards can never begin
     */
    public void set(Predicate<Shard> wanted) {
        Shards.checkParents(shards.all().stream().filter(wanted).toList());
        var listed = shards.all().stream().map(Shard::shardId).collect(Collectors.toSet());
        var known = new HashSet<>(checkpoint.shardIds());
        var lost = forgetTrimmed(listed);
        for (var shard : shards.all().stream().sorted(Comparator.comparing(Shard::shardId)).toList()) { // parents first: ids count up
            if (known.contains(shard.shardId())) {
                if (checkpoint.get(shard.shardId()).hasEnded() && Shards.isOpen(shard)) {
                    log.warn("shard %s: the checkpoint says that the shard was read to its end, but the shard is open; RECORDS ARE MISSING",
                            shard.shardId());
                }
                continue;
            }
            var parents = Shards.parents(shard);
            var descends = parents.stream().anyMatch(known::contains)
                    || lost && !parents.isEmpty() && parents.stream().noneMatch(listed::contains); // perhaps of a lost one
            if (descends) {
                known.add(shard.shardId());
            }
            if (wanted.test(shard) && (descends || from != null)) {
                checkpoint.set(shard.shardId(), descends ? ShardPosition.trimHorizon() : start(shard));
            }
        }
        checkpoint.save();
    }

    /** Leaves out the shards that the stream does not list, and returns whether one of them was not read to its end. */
    private boolean forgetTrimmed(Set<String> listed) {
        var parents = shards.all().stream().flatMap(shard -> Shards.parents(shard).stream()).collect(Collectors.toSet());
        var lost = false;
        for (var shardId : checkpoint.shardIds()) {
            if (!listed.contains(shardId)) {
                if (!checkpoint.get(shardId).hasEnded()) {
                    log.warn("shard %s: the stream no longer has the shard, which was not read to its end; RECORDS ARE MISSING", shardId);
                    lost = true;
                    checkpoint.leaveOut(shardId);
                } else if (!parents.contains(shardId)) { // else its children are known by it
                    checkpoint.remove(shardId);
                }
            }
        }
        return lost;
    }

    private ShardPosition start(Shard shard) {
        if (from instanceof Position.Earliest) {
            return ShardPosition.trimHorizon();
        }
        if (from instanceof Position.After after) {
            return ShardPosition.after(after.sequenceNumber());
        }
        if (from.equals(Position.LATEST) && !Shards.isOpen(shard)) {
            return ShardPosition.shardEnd();
        }
        var time = from.time(shards.listed());
        // the service refuses a time that is in the future by its clock
        return ShardPosition.at(time.isAfter(shards.listed()) ? shards.listed() : time);
    }
}
