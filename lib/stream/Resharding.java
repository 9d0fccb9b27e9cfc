package lib.stream;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import lib.cli.Failure;
import lib.cli.Log;
import lib.kinesis.HashKeys;
import lib.kinesis.Shards;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.MergeShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ScalingType;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.SplitShardRequest;
import software.amazon.awssdk.services.kinesis.model.UpdateShardCountRequest;

/** The steps that split, merge and scale the shards of a stream, and what the service would refuse. */
public final class Resharding {
    /** UpdateShardCount calls a stream in 24 hours (API reference, UpdateShardCount). */
    private static final int MAX_CALLS = 10;

    private final StreamState stream;
    private final List<Shard> all;
    private final List<Shard> open;

    /** @throws Failure when the service scales the stream by itself, or shows no open shard */
    public Resharding(StreamState stream) throws InterruptedException {
        if (stream.isOnDemand()) {
            throw new Failure("stream " + stream.name() + " is ON_DEMAND: Kinesis splits and merges its shards;"
                    + " 'stream set --mode provisioned' lets you change the shards");
        }
        this.stream = stream;
        this.all = stream.shards();
        this.open = all.stream().filter(Shards::isOpen).toList();
        if (open.isEmpty()) { // doubling would never end
            throw Failure.nonsense("stream " + stream.name() + " has no open shard");
        }
    }

    /** Returns the number of open shards. */
    public int openShards() {
        return open.size();
    }

    /**
     * Returns the steps to another number of shards: a call at most doubles or halves it (API reference, UpdateShardCount).
     *
     * @throws Failure when it takes more calls than the service allows in a day
     */
    public List<Step> scale(int target) {
        var counts = new ArrayList<Integer>();
        for (var count = open.size(); count != target; counts.add(count)) {
            count = Math.max((count + 1) / 2, (int) Math.min(target, 2L * count));
        }
        if (counts.size() > MAX_CALLS) {
            throw new Failure(("stream %s: from %,d to %,d shards takes %d calls of UpdateShardCount, and Kinesis allows %d in 24 hours;"
                    + " scale to %,d shards first").formatted(stream.name(), open.size(), target, counts.size(), MAX_CALLS,
                    counts.get(MAX_CALLS - 1)));
        }
        var steps = new ArrayList<Step>();
        var before = open.size();
        for (var count : counts) {
            var request = UpdateShardCountRequest.builder().streamName(stream.ref().name()).streamARN(stream.ref().arn())
                    .targetShardCount(count).scalingType(ScalingType.UNIFORM_SCALING).build();
            steps.add(Step.of(request, KinesisClient::updateShardCount, Log.count(count, "shard"), "%,d".formatted(before),
                    state -> state.hasOpenShards(count)));
            before = count;
        }
        return steps;
    }

    /** Returns the steps of {@link #scale} in a line, for the user. */
    public String plan(List<Step> steps) {
        if (steps.isEmpty()) {
            return "unchanged: " + Log.count(open.size(), "shard");
        }
        return "%s; %s of UpdateShardCount: %s".formatted(Log.count(open.size(), "shard"), Log.count(steps.size(), "call"),
                steps.stream().map(Step::result).collect(Collectors.joining(", ")));
    }

    /**
     * Returns the steps that split each shard in two equal halves.
     *
     * @throws Failure when a shard cannot be split
     */
    public List<Step> split(List<String> shardIds) {
        return shardIds.stream().map(this::open).map(shard -> {
            var range = shard.hashKeyRange();
            var start = new BigInteger(range.startingHashKey());
            var keys = new BigInteger(range.endingHashKey()).subtract(start).add(BigInteger.ONE);
            return split(shard, start.add(keys.shiftRight(1)));
        }).toList();
    }

    /**
     * Returns the step that splits a shard so that its upper part begins at a hash key.
     *
     * @param shardId null for the shard that holds the hash key
     * @throws Failure when the hash key is not inside the shard
     */
    public Step split(String shardId, BigInteger hashKey) {
        return split(shardId != null ? open(shardId)
                : holder(hashKey).orElseThrow(() -> Failure.nonsense("no open shard holds the hash key " + hashKey)), hashKey);
    }

    private Step split(Shard shard, BigInteger hashKey) {
        var range = shard.hashKeyRange();
        var id = shard.shardId();
        if (!HashKeys.holds(shard, hashKey)) {
            throw new Failure("shard " + id + " does not have the hash key " + hashKey
                    + holder(hashKey).map(other -> "; shard " + other.shardId() + " has it").orElse(""));
        }
        var first = new BigInteger(range.startingHashKey()).add(BigInteger.TWO);
        var last = new BigInteger(range.endingHashKey()).subtract(BigInteger.ONE);
        if (hashKey.compareTo(first) < 0 || hashKey.compareTo(last) > 0) {
            throw new Failure("shard " + id + (first.compareTo(last) > 0 ? " has too few hash keys to be split"
                    : " cannot be split at the hash key " + hashKey + "; write a hash key from " + first + " to " + last));
        }
        var request = SplitShardRequest.builder().streamName(stream.ref().name()).streamARN(stream.ref().arn()).shardToSplit(id)
                .newStartingHashKey(hashKey.toString()).build();
        return Step.of(request, KinesisClient::splitShard, id + " split at hash key " + hashKey, null,
                state -> state.shards().stream().anyMatch(child -> Shards.parents(child).contains(id)
                        && child.hashKeyRange().startingHashKey().equals(hashKey.toString())));
    }

    /**
     * Returns the step that merges two shards.
     *
     * @throws Failure when one is not open, or they are not adjacent: names the neighbors
     */
    public Step merge(String shardId, String otherId) {
        var shard = open(shardId);
        var other = open(otherId);
        if (!isBelow(shard, other) && !isBelow(other, shard)) {
            throw new Failure("shards " + shardId + " and " + otherId + " are not adjacent; next to " + neighbors(shard) + ", and next to "
                    + neighbors(other));
        }
        var lower = isBelow(shard, other) ? shard : other; // the order that every engine takes
        var request = MergeShardsRequest.builder().streamName(stream.ref().name()).streamARN(stream.ref().arn())
                .shardToMerge(lower.shardId()).adjacentShardToMerge(lower == shard ? otherId : shardId).build();
        return Step.of(request, KinesisClient::mergeShards, shardId + " and " + otherId + " merged", null, state -> state.shards().stream()
                .anyMatch(child -> Set.copyOf(Shards.parents(child)).equals(Set.of(shardId, otherId))));
    }

    private String neighbors(Shard shard) {
        var ids = open.stream().filter(other -> isBelow(shard, other) || isBelow(other, shard)).map(Shard::shardId).toList();
        return shard.shardId() + (ids.size() > 1 ? " are " : " is ") + String.join(" and ", ids);
    }

    private Optional<Shard> holder(BigInteger hashKey) {
        return open.stream().filter(shard -> HashKeys.holds(shard, hashKey)).findFirst();
    }

    /** Returns whether the first hash key of the other shard follows the last hash key of the shard. */
    private static boolean isBelow(Shard shard, Shard other) {
        return new BigInteger(shard.hashKeyRange().endingHashKey()).add(BigInteger.ONE)
                .equals(new BigInteger(other.hashKeyRange().startingHashKey()));
    }

    private Shard open(String shardId) {
        var shard = all.stream().filter(one -> one.shardId().equals(shardId)).findFirst()
                .orElseThrow(() -> new Failure("stream " + stream.name() + " has no shard " + shardId
                        + "; list the open shards with 'describe " + stream.name() + " --open'"));
        if (!Shards.isOpen(shard)) {
            var children = children(all, shardId);
            throw new Failure("shard " + shardId + " is closed"
                    + (children.isEmpty() ? "" : "; it became " + String.join(" and ", children)));
        }
        return shard;
    }

    private static List<String> children(List<Shard> shards, String parentId) {
        return shards.stream().filter(shard -> Shards.parents(shard).contains(parentId)).map(Shard::shardId).toList();
    }
}
