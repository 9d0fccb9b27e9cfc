package fake;

import static fake.FakeAccount.INVALID;
import static fake.FakeAccount.IN_USE;
import static fake.FakeAccount.LIMIT;
import static fake.FakeAccount.MAX_CREATING;
import static fake.FakeAccount.MAX_TAGS;
import static fake.FakeAccount.UNSUPPORTED;
import static fake.FakeAccount.openShard;
import static fake.FakeAccount.refuseIf;
import static fake.StreamState.ON_DEMAND;
import static fake.StreamState.PROVISIONED;
import static fake.StreamState.USER_PARTITION_KEY;
import static fake.StreamState.fields;

import fake.FakeStreams.Call;
import java.math.BigInteger;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The calls that make, change and remove streams. */
record StreamCalls(FakeAccount account) {
    private static final Map<String, Object> NO_OUTPUT = Map.of();

    private static final int MAX_SCALINGS = 10; // in 24 hours (API reference, UpdateShardCount)
    private static final int MAX_SHARDS = 10_000;
    private static final int MAX_WARM_MIBPS = 10 << 10;
    private static final int MIN_HOURS = 24;
    private static final int MAX_HOURS = 8760;
    private static final int ON_DEMAND_SHARDS = 4; // of a new stream

    Map<String, Object> create(Call call) {
        var name = call.text("StreamName");
        refuseIf(account.streams.containsKey(name), IN_USE, "Stream " + name + " under account 000000000000 already exists.");
        var stream = new StreamState(name);
        stream.mode = Objects.requireNonNullElse(mode(call), PROVISIONED);
        var count = call.number("ShardCount");
        refuseIf(stream.isOnDemand() == (count != null), UNSUPPORTED, "PROVISIONED needs a ShardCount, and ON_DEMAND takes none");
        var warm = call.number("WarmThroughputMiBps");
        refuseIf(warm != null && !stream.isOnDemand(), UNSUPPORTED, "WarmThroughputMiBps needs the mode ON_DEMAND");
        stream.warmTargetMiBps = warm == null ? 0 : warm;
        stream.recordDistribution = distribution(stream, call);
        stream.maxRecordKiB = Objects.requireNonNullElse(call.number("MaxRecordSizeInKiB"), stream.maxRecordKiB);
        putTags(stream, call);
        var creating = account.streams.values().stream().filter(each -> each.status().equals("CREATING")).count();
        refuseIf(creating >= MAX_CREATING, LIMIT, MAX_CREATING + " streams are in the state CREATING");
        var shards = count == null ? ON_DEMAND_SHARDS : count;
        claimShards(stream, stream.isOnDemand() ? 0 : shards);
        account.streams.put(name, stream);
        return begin(stream, "CREATING", () -> {
            stream.shards.create(shards);
            stream.warmMiBps = stream.warmTargetMiBps;
        });
    }

    private static String distribution(StreamState stream, Call call) {
        var strategy = Objects.requireNonNullElse(call.text("RecordDistributionStrategy"), USER_PARTITION_KEY);
        refuseIf(!stream.isOnDemand() && strategy.equals("AUTO"), INVALID, "RecordDistributionStrategy AUTO needs the mode ON_DEMAND");
        return strategy;
    }

    /** Refuses a change after which the account would have too many shards. */
    private void claimShards(StreamState stream, int count) {
        var others = account.streams.values().stream().filter(each -> each != stream).mapToInt(StreamState::countedShards).sum();
        refuseIf(others + count > account.shardLimit, LIMIT, "This request would exceed the shard limit for the account 000000000000 in"
                + " us-east-1. Current shard count for the account: " + (others + stream.countedShards())
                + ". Limit: " + account.shardLimit + ".");
        stream.shardsAfterChange = count;
    }

    /** Takes effect at once, and leaves the status alone. */
    Map<String, Object> addTags(Call call) {
        putTags(account.activeStream(call), call);
        return NO_OUTPUT;
    }

    private static void putTags(StreamState stream, Call call) {
        var tags = new TreeMap<>(stream.tags);
        tags.putAll(call.tags());
        refuseIf(tags.size() > MAX_TAGS, INVALID, "A stream has at most " + MAX_TAGS + " tags");
        stream.tags.putAll(tags);
    }

    /** Takes effect at once, and leaves the status alone. */
    Map<String, Object> removeTags(Call call) {
        account.activeStream(call).tags.keySet().removeAll(call.list("TagKeys"));
        return NO_OUTPUT;
    }

    Map<String, Object> setRetention(Call call, boolean increases) {
        var stream = account.activeStream(call);
        var hours = call.number("RetentionPeriodHours");
        refuseIf(hours < MIN_HOURS || hours > MAX_HOURS, INVALID, "RetentionPeriodHours must be from 24 to 8760, not " + hours);
        refuseIf(hours == stream.retentionHours || hours > stream.retentionHours != increases, INVALID,
                "RetentionPeriodHours must be " + (increases ? "more" : "less") + " than " + stream.retentionHours + ", not " + hours);
        return update(stream, () -> stream.retentionHours = hours);
    }

    Map<String, Object> scale(Call call) {
        var stream = activeProvisionedStream(call);
        var current = stream.openShards().size();
        var target = call.number("TargetShardCount");
        var counts = " your current open shard count. Current open shard count: " + current + " Target shard count: " + target;
        refuseIf(target > 2 * current, INVALID, "UpdateShardCount cannot scale up over double" + counts);
        refuseIf(2 * target < current, INVALID, "UpdateShardCount cannot scale down below half" + counts);
        refuseIf(target > MAX_SHARDS, LIMIT, "UpdateShardCount cannot scale up to more than 10000 shards");
        refuseIf(stream.scalings >= MAX_SCALINGS, LIMIT, "UpdateShardCount cannot scale a stream more than 10 times in 24 hours");
        claimShards(stream, target);
        stream.scalings++;
        update(stream, () -> stream.shards.scale(target));
        return fields("StreamName", stream.name, "CurrentShardCount", current, "TargetShardCount", target, "StreamARN", stream.arn);
    }

    /** Refuses the first two hash keys of the shard and the last, as the service does. */
    Map<String, Object> split(Call call) {
        var stream = activeProvisionedStream(call);
        var shard = openShard(stream, call.text("ShardToSplit"));
        var hashKey = new BigInteger(call.text("NewStartingHashKey"));
        var first = ShardMap.first(shard);
        var last = ShardMap.last(shard);
        refuseIf(hashKey.compareTo(first.add(BigInteger.ONE)) <= 0 || hashKey.compareTo(last) >= 0, INVALID,
                "NewStartingHashKey " + hashKey + " used in SplitShard() on shard " + shard.shardId() + " in stream " + stream.name
                + " under account 000000000000 is not both greater than one plus the shard's StartingHashKey " + first
                + " and less than the shard's EndingHashKey " + last + ".");
        claimShards(stream, stream.openShards().size() + 1);
        return update(stream, () -> stream.shards.split(shard, hashKey));
    }

    /** Refuses the shards in the other order, as kinesalite does: the API reference leaves it open. */
    Map<String, Object> merge(Call call) {
        var stream = activeProvisionedStream(call);
        var shard = openShard(stream, call.text("ShardToMerge"));
        var next = openShard(stream, call.text("AdjacentShardToMerge"));
        refuseIf(!ShardMap.last(shard).add(BigInteger.ONE).equals(ShardMap.first(next)), INVALID,
                "Shards " + shard.shardId() + " and " + next.shardId() + " in stream " + stream.name
                + " under account 000000000000 are not an adjacent pair of shards eligible for merging");
        return update(stream, () -> stream.shards.merge(shard, next));
    }

    private StreamState activeProvisionedStream(Call call) {
        var stream = account.activeStream(call);
        refuseIf(stream.isOnDemand(), UNSUPPORTED, call.action() + " needs the mode PROVISIONED");
        return stream;
    }

    Map<String, Object> setMode(Call call) {
        var stream = account.activeStream(call);
        var mode = mode(call);
        var warm = call.number("WarmThroughputMiBps");
        refuseIf(warm != null && !mode.equals(ON_DEMAND), UNSUPPORTED, "WarmThroughputMiBps needs the mode ON_DEMAND");
        if (mode.equals(PROVISIONED)) {
            claimShards(stream, stream.openShards().size());
        }
        return update(stream, () -> {
            stream.mode = mode;
            stream.warmMiBps = stream.warmTargetMiBps = warm == null ? 0 : warm;
            stream.recordDistribution = USER_PARTITION_KEY;
        });
    }

    Map<String, Object> setMaxRecordSize(Call call) {
        var stream = account.activeStream(call);
        return update(stream, () -> stream.maxRecordKiB = call.number("MaxRecordSizeInKiB"));
    }

    Map<String, Object> setWarmThroughput(Call call) {
        var stream = account.activeStream(call);
        var mibps = call.number("WarmThroughputMiBps");
        refuseIf(!stream.isOnDemand(), UNSUPPORTED, "UpdateStreamWarmThroughput needs the mode ON_DEMAND");
        refuseIf(mibps > MAX_WARM_MIBPS, LIMIT, "WarmThroughputMiBps must be at most " + MAX_WARM_MIBPS);
        stream.warmTargetMiBps = mibps;
        update(stream, () -> stream.warmMiBps = mibps);
        return fields("StreamARN", stream.arn, "StreamName", stream.name, "WarmThroughput", stream.warmThroughput());
    }

    /** Takes effect at once, and leaves the status alone (API reference, UpdateStreamRecordDistributionStrategy). */
    Map<String, Object> setRecordDistribution(Call call) {
        var stream = account.activeStream(call);
        stream.recordDistribution = distribution(stream, call);
        return NO_OUTPUT;
    }

    Map<String, Object> encrypt(Call call, String keyId) {
        var stream = account.activeStream(call);
        refuseIf(!"KMS".equals(call.text("EncryptionType")), INVALID, "The only valid EncryptionType is KMS");
        return update(stream, () -> stream.keyId = keyId);
    }

    Map<String, Object> delete(Call call) {
        var stream = account.activeStream(call);
        refuseIf(!stream.consumers.isEmpty() && !Boolean.TRUE.equals(call.request().get("EnforceConsumerDeletion")), IN_USE,
                "Stream " + stream.name + " has registered consumers, and EnforceConsumerDeletion is not true");
        return begin(stream, "DELETING", () -> account.streams.remove(stream.name));
    }

    private static Map<String, Object> update(StreamState stream, Runnable effect) {
        return begin(stream, "UPDATING", effect);
    }

    private static Map<String, Object> begin(StreamState stream, String status, Runnable effect) {
        stream.settling.begin(status, () -> {
            effect.run();
            stream.shardsAfterChange = 0;
        });
        return NO_OUTPUT;
    }

    private static String mode(Call call) {
        return (String) call.structure("StreamModeDetails").get("StreamMode");
    }
}
