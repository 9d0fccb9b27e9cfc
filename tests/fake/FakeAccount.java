package fake;

import static fake.StreamState.ON_DEMAND;
import static fake.StreamState.PROVISIONED;
import static fake.StreamState.USER_PARTITION_KEY;
import static fake.StreamState.fields;

import java.math.BigInteger;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import lib.kinesis.Shards;
import software.amazon.awssdk.services.kinesis.model.Shard;

/**
 * The streams of an account, and what the calls do to them. The rules are those of the API reference; the tests settle a change, as there
 * is no clock here.
 */
final class FakeAccount {
    private static final String INVALID = "InvalidArgumentException";
    private static final String UNSUPPORTED = "ValidationException"; // by the capacity mode of the stream, among others
    private static final String IN_USE = "ResourceInUseException";
    private static final String NOT_FOUND = "ResourceNotFoundException";
    private static final String LIMIT = "LimitExceededException";

    private static final Map<String, Object> NO_OUTPUT = Map.of();

    private static final int MAX_CREATING = 5; // streams of the account, and consumers of a stream
    private static final int MAX_CONSUMERS = 20;
    private static final int MAX_TAGS = 50;
    private static final int MAX_SCALINGS = 10; // in 24 hours
    private static final int MAX_WARM_MIBPS = 10 << 10;
    private static final int MIN_HOURS = 24;
    private static final int MAX_HOURS = 8760;
    private static final int ON_DEMAND_SHARDS = 4; // of a new stream
    private static final int ON_DEMAND_STREAMS = 50; // the default quota of a region
    private static final int MOST_SHARDS = 1000; // of a page
    private static final int MOST = 100; // streams, consumers or tags of a page

    final NavigableMap<String, StreamState> streams = new TreeMap<>();
    int shardLimit = 500; // the lowest default quota of a region
    boolean settles = true;

    /** The service's answer that it does not do what was asked. */
    static final class Refusal extends RuntimeException {
        final String errorCode;

        Refusal(String errorCode, String message) {
            super(message);
            this.errorCode = errorCode;
        }
    }

    /** Returns the body of the response: empty when the operation has no output. */
    Map<String, Object> answer(FakeStreams.Call call) {
        return switch (call.action()) {
            case "CreateStream" -> create(call);
            case "DescribeStreamSummary" -> describe(call);
            case "DescribeLimits" -> describeLimits();
            case "ListStreams" -> listStreams(call);
            case "ListShards" -> listShards(call);
            case "ListTagsForStream" -> listTags(call);
            case "AddTagsToStream" -> addTags(call);
            case "RemoveTagsFromStream" -> removeTags(call);
            case "IncreaseStreamRetentionPeriod" -> setRetention(call, true);
            case "DecreaseStreamRetentionPeriod" -> setRetention(call, false);
            case "UpdateShardCount" -> scale(call);
            case "SplitShard" -> split(call);
            case "MergeShards" -> merge(call);
            case "UpdateStreamMode" -> setMode(call);
            case "UpdateMaxRecordSize" -> setMaxRecordSize(call);
            case "UpdateStreamWarmThroughput" -> setWarmThroughput(call);
            case "UpdateStreamRecordDistributionStrategy" -> setRecordDistribution(call);
            case "StartStreamEncryption" -> encrypt(call, call.text("KeyId"));
            case "StopStreamEncryption" -> encrypt(call, null);
            case "RegisterStreamConsumer" -> register(call);
            case "DeregisterStreamConsumer" -> deregister(call);
            case "DescribeStreamConsumer" -> describeConsumer(call);
            case "ListStreamConsumers" -> listConsumers(call);
            case "DeleteStream" -> delete(call);
            case "GetShardIterator" -> getShardIterator(call);
            case "GetRecords", "PutRecord", "PutRecords" -> throw dryRun();
            default -> throw new IllegalArgumentException(call.action());
        };
    }

    private Map<String, Object> create(FakeStreams.Call call) {
        var name = call.text("StreamName");
        refuseIf(streams.containsKey(name), IN_USE, "Stream " + name + " exists already");
        var stream = new StreamState(name);
        stream.mode = Objects.requireNonNullElse(mode(call), PROVISIONED);
        var count = call.number("ShardCount");
        refuseIf(stream.isOnDemand() == (count != null), UNSUPPORTED, "ShardCount goes with the mode PROVISIONED, and only with it");
        setOnDemandFields(stream, call);
        stream.maxRecordKiB = Objects.requireNonNullElse(call.number("MaxRecordSizeInKiB"), stream.maxRecordKiB);
        stream.tags.putAll(tags(call));
        refuseIf(stream.tags.size() > MAX_TAGS, INVALID, "A stream has at most " + MAX_TAGS + " tags");
        refuseIf(streams.values().stream().filter(each -> each.status().equals("CREATING")).count() >= MAX_CREATING, LIMIT,
                MAX_CREATING + " streams are in the state CREATING");
        var shards = stream.isOnDemand() ? ON_DEMAND_SHARDS : count;
        claimShards(stream, stream.isOnDemand() ? 0 : shards);
        streams.put(name, stream);
        stream.settling.begin("CREATING", () -> {
            stream.shards.create(shards);
            stream.warmMiBps = stream.warmTargetMiBps;
        });
        return NO_OUTPUT;
    }

    private static void setOnDemandFields(StreamState stream, FakeStreams.Call call) {
        var warm = call.number("WarmThroughputMiBps");
        refuseIf(warm != null && !stream.isOnDemand(), UNSUPPORTED, "WarmThroughputMiBps needs the mode ON_DEMAND");
        stream.warmTargetMiBps = warm == null ? 0 : warm;
        stream.recordDistribution = Objects.requireNonNullElse(call.text("RecordDistributionStrategy"), USER_PARTITION_KEY);
        refuseIf(!stream.isOnDemand() && !stream.recordDistribution.equals(USER_PARTITION_KEY), INVALID,
                "RecordDistributionStrategy AUTO needs the mode ON_DEMAND");
    }

    /** Refuses a change after which the stream has so many shards when they are too many for the account. */
    private void claimShards(StreamState stream, int count) {
        var others = streams.values().stream().filter(each -> each != stream).mapToInt(StreamState::countedShards).sum();
        refuseIf(others + count > shardLimit, LIMIT, "This request would exceed the shard limit for the account. Current shard count: "
                + (others + stream.countedShards()) + ". Limit: " + shardLimit);
        stream.shardsAfterChange = count;
    }

    private Map<String, Object> describe(FakeStreams.Call call) {
        var stream = stream(call);
        look(stream.settling);
        return fields("StreamDescriptionSummary", stream(call).summary()); // the look may have ended the deletion
    }

    private void look(Settling settling) {
        if (settles) {
            settling.look();
        }
    }

    private Map<String, Object> describeLimits() {
        var onDemand = streams.values().stream().filter(StreamState::isOnDemand).count();
        return fields("ShardLimit", shardLimit, "OpenShardCount", streams.values().stream().mapToInt(StreamState::countedShards).sum(),
                "OnDemandStreamCount", (int) onDemand, "OnDemandStreamCountLimit", ON_DEMAND_STREAMS);
    }

    private Map<String, Object> listStreams(FakeStreams.Call call) {
        var after = Objects.requireNonNullElse(call.text("NextToken"), Objects.requireNonNullElse(call.text("ExclusiveStartStreamName"), ""));
        var page = page(streams, after, call.number("Limit"), MOST);
        return fields("StreamNames", page.keySet().stream().toList(), "HasMoreStreams", next(page, streams) != null,
                "NextToken", next(page, streams), "StreamSummaries", page.values().stream().map(StreamState::listItem).toList());
    }

    private Map<String, Object> listShards(FakeStreams.Call call) {
        var token = call.text("NextToken");
        refuseIf(token != null && (call.text("StreamName") != null || call.text("StreamARN") != null
                || call.text("ExclusiveStartShardId") != null), INVALID, "NextToken stands for the stream and the shard");
        var stream = token == null ? stream(call) : stream(token.split("/")[0]);
        refuseIf(!stream.status().matches("ACTIVE|UPDATING"), IN_USE, notActive(stream));
        var filter = call.structure("ShardFilter");
        var shards = new TreeMap<>(stream.shards.all);
        if (filter.containsValue("AT_LATEST")) {
            shards.values().removeIf(Predicate.not(Shards::isOpen));
        }
        var start = Objects.requireNonNullElse(call.text("ExclusiveStartShardId"), (String) filter.getOrDefault("ShardId", ""));
        var page = page(shards, token == null ? start : token.split("/")[1], call.number("MaxResults"), MOST_SHARDS);
        var next = next(page, shards);
        return fields("Shards", page.values().stream().map(StreamState::description).toList(),
                "NextToken", next == null ? null : stream.name + "/" + next);
    }

    private Map<String, Object> listTags(FakeStreams.Call call) {
        var tags = stream(call).tags;
        var page = page(tags, Objects.requireNonNullElse(call.text("ExclusiveStartTagKey"), ""), call.number("Limit"), MOST);
        return fields("Tags", page.entrySet().stream().map(tag -> fields("Key", tag.getKey(), "Value", tag.getValue())).toList(),
                "HasMoreTags", next(page, tags) != null);
    }

    /** Takes effect at once: only a stream that is created or deleted has no tags set. */
    private Map<String, Object> addTags(FakeStreams.Call call) {
        var stream = activeStream(call);
        var tags = new TreeMap<>(stream.tags);
        tags.putAll(tags(call));
        refuseIf(tags.size() > MAX_TAGS, INVALID, "A stream has at most " + MAX_TAGS + " tags");
        stream.tags.putAll(tags);
        return NO_OUTPUT;
    }

    private Map<String, Object> removeTags(FakeStreams.Call call) {
        activeStream(call).tags.keySet().removeAll(call.list("TagKeys"));
        return NO_OUTPUT;
    }

    private Map<String, Object> setRetention(FakeStreams.Call call, boolean increases) {
        var stream = activeStream(call);
        var hours = call.number("RetentionPeriodHours");
        refuseIf(hours < MIN_HOURS || hours > MAX_HOURS, INVALID, "RetentionPeriodHours is from 24 to 8760, not " + hours);
        refuseIf(hours == stream.retentionHours || hours > stream.retentionHours != increases, INVALID,
                "RetentionPeriodHours is to be " + (increases ? "more" : "less") + " than " + stream.retentionHours + ", not " + hours);
        return update(stream, () -> stream.retentionHours = hours);
    }

    private Map<String, Object> scale(FakeStreams.Call call) {
        var stream = activeStream(call);
        refuseOnDemand(stream);
        var current = stream.openShards().size();
        var target = call.number("TargetShardCount");
        refuseIf(target > 2 * current, INVALID, "UpdateShardCount cannot scale up over double your current open shard count."
                + " Current open shard count: " + current + " Target shard count: " + target);
        refuseIf(2 * target < current, INVALID, "UpdateShardCount cannot scale down below half your current open shard count."
                + " Current open shard count: " + current + " Target shard count: " + target);
        refuseIf(stream.scalings >= MAX_SCALINGS, LIMIT, "The stream was scaled " + MAX_SCALINGS + " times in 24 hours");
        claimShards(stream, target);
        stream.scalings++;
        update(stream, () -> stream.shards.scale(target));
        return fields("StreamName", stream.name, "CurrentShardCount", current, "TargetShardCount", target, "StreamARN", stream.arn);
    }

    /** Has the service's rule for the hash key, which is stricter than the API reference. */
    private Map<String, Object> split(FakeStreams.Call call) {
        var stream = activeStream(call);
        refuseOnDemand(stream);
        var shard = openShard(stream, call.text("ShardToSplit"));
        var hashKey = new BigInteger(call.text("NewStartingHashKey"));
        var first = ShardMap.first(shard);
        refuseIf(hashKey.compareTo(first.add(BigInteger.ONE)) <= 0 || hashKey.compareTo(ShardMap.last(shard)) >= 0, INVALID,
                "NewStartingHashKey " + hashKey + " used in SplitShard() on shard " + shard.shardId() + " in stream " + stream.name
                + " is not both greater than one plus the shard's StartingHashKey " + first + " and less than the shard's EndingHashKey "
                + ShardMap.last(shard) + ".");
        claimShards(stream, stream.openShards().size() + 1);
        return update(stream, () -> stream.shards.split(shard, hashKey));
    }

    /** Takes the shards in the order of their hash keys alone, as kinesalite does. */
    private Map<String, Object> merge(FakeStreams.Call call) {
        var stream = activeStream(call);
        refuseOnDemand(stream);
        var shard = openShard(stream, call.text("ShardToMerge"));
        var next = openShard(stream, call.text("AdjacentShardToMerge"));
        refuseIf(!ShardMap.last(shard).add(BigInteger.ONE).equals(ShardMap.first(next)), INVALID, "Shards " + shard.shardId() + " and "
                + next.shardId() + " in stream " + stream.name + " are not an adjacent pair of shards eligible for merging");
        return update(stream, () -> stream.shards.merge(shard, next));
    }

    private Map<String, Object> setMode(FakeStreams.Call call) {
        var stream = activeStream(call);
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

    private Map<String, Object> setMaxRecordSize(FakeStreams.Call call) {
        var stream = activeStream(call);
        return update(stream, () -> stream.maxRecordKiB = call.number("MaxRecordSizeInKiB"));
    }

    private Map<String, Object> setWarmThroughput(FakeStreams.Call call) {
        var stream = activeStream(call);
        var mibps = call.number("WarmThroughputMiBps");
        refuseIf(!stream.isOnDemand(), UNSUPPORTED, "The stream has the mode " + PROVISIONED);
        refuseIf(mibps > MAX_WARM_MIBPS, LIMIT, "WarmThroughputMiBps is at most " + MAX_WARM_MIBPS);
        stream.warmTargetMiBps = mibps;
        update(stream, () -> stream.warmMiBps = mibps);
        return fields("StreamARN", stream.arn, "StreamName", stream.name, "WarmThroughput", stream.warmThroughput());
    }

    /** Takes effect immediately (API reference, UpdateStreamRecordDistributionStrategy). */
    private Map<String, Object> setRecordDistribution(FakeStreams.Call call) {
        var stream = activeStream(call);
        var strategy = call.text("RecordDistributionStrategy");
        refuseIf(!stream.isOnDemand() && strategy.equals("AUTO"), INVALID, "RecordDistributionStrategy AUTO needs the mode ON_DEMAND");
        stream.recordDistribution = strategy;
        return NO_OUTPUT;
    }

    private Map<String, Object> encrypt(FakeStreams.Call call, String keyId) {
        var stream = activeStream(call);
        refuseIf(!"KMS".equals(call.text("EncryptionType")), INVALID, "The only valid EncryptionType is KMS");
        return update(stream, () -> stream.keyId = keyId);
    }

    private Map<String, Object> register(FakeStreams.Call call) {
        var stream = activeStream(call);
        var name = call.text("ConsumerName");
        refuseIf(stream.consumers.containsKey(name), IN_USE, "Consumer " + name + " exists already on stream " + stream.name);
        var creating = stream.consumers.values().stream().filter(each -> each.status().equals("CREATING")).count();
        refuseIf(creating >= MAX_CREATING, LIMIT, MAX_CREATING + " consumers are in the state CREATING");
        refuseIf(stream.consumers.size() >= MAX_CONSUMERS, LIMIT, "A stream has at most " + MAX_CONSUMERS + " consumers");
        var consumer = new StreamState.Consumer(stream, name, tags(call));
        consumer.settling.begin("CREATING", () -> { });
        stream.consumers.put(name, consumer);
        return fields("Consumer", consumer.description());
    }

    private Map<String, Object> deregister(FakeStreams.Call call) {
        var stream = streamOfConsumer(call);
        var consumer = consumer(stream, call);
        consumer.settling.begin("DELETING", () -> stream.consumers.remove(consumer.name));
        return NO_OUTPUT;
    }

    private Map<String, Object> describeConsumer(FakeStreams.Call call) {
        var stream = streamOfConsumer(call);
        look(consumer(stream, call).settling);
        var description = consumer(stream, call).description(); // the look may have ended the deletion
        description.put("StreamARN", stream.arn);
        return fields("ConsumerDescription", description);
    }

    private Map<String, Object> listConsumers(FakeStreams.Call call) {
        var stream = stream(call);
        refuseIf(!stream.status().matches("ACTIVE|UPDATING"), IN_USE, notActive(stream));
        new TreeMap<>(stream.consumers).values().forEach(consumer -> look(consumer.settling));
        var page = page(stream.consumers, Objects.requireNonNullElse(call.text("NextToken"), ""), call.number("MaxResults"), MOST);
        return fields("Consumers", page.values().stream().map(StreamState.Consumer::description).toList(),
                "NextToken", next(page, stream.consumers));
    }

    private Map<String, Object> delete(FakeStreams.Call call) {
        var stream = activeStream(call);
        refuseIf(!stream.consumers.isEmpty() && !Boolean.TRUE.equals(call.request().get("EnforceConsumerDeletion")), IN_USE,
                "Stream " + stream.name + " has registered consumers, and EnforceConsumerDeletion is not true");
        stream.settling.begin("DELETING", () -> streams.remove(stream.name));
        return NO_OUTPUT;
    }

    private Map<String, Object> getShardIterator(FakeStreams.Call call) {
        var stream = stream(call);
        var shardId = call.text("ShardId");
        refuseIf(!stream.shards.all.containsKey(shardId), NOT_FOUND, "Could not find shard " + shardId + " in stream " + stream.name);
        if (call.isDryRun()) {
            throw dryRun();
        }
        return fields("ShardIterator", stream.name + "/" + shardId);
    }

    private static Refusal dryRun() {
        return new Refusal("DryRunOperationException", "The request was rejected because the DryRun parameter was specified.");
    }

    private StreamState stream(FakeStreams.Call call) {
        var name = call.text("StreamName");
        var arn = call.text("StreamARN");
        refuseIf(name == null && arn == null, INVALID, call.action() + " needs StreamName or StreamARN");
        var named = name == null ? arn.replaceFirst(".*?:stream/", "") : name;
        refuseIf(arn != null && !arn.endsWith(":stream/" + named), INVALID, "StreamName " + name + " is not of " + arn);
        var stream = stream(named);
        refuseIf(arn != null && !arn.equals(stream.arn), NOT_FOUND, "Stream " + arn + " not found.");
        return stream;
    }

    private StreamState stream(String name) {
        refuseIf(!streams.containsKey(name), NOT_FOUND, "Stream " + name + " under account 000000000000 not found.");
        return streams.get(name);
    }

    private StreamState activeStream(FakeStreams.Call call) {
        var stream = stream(call);
        refuseIf(!stream.status().equals("ACTIVE"), IN_USE, notActive(stream));
        return stream;
    }

    private static String notActive(StreamState stream) {
        return "Stream " + stream.name + " under account 000000000000 not ACTIVE, instead in state " + stream.status();
    }

    /** Returns the stream that the consumer is registered with, by the stream's ARN or the consumer's. */
    private StreamState streamOfConsumer(FakeStreams.Call call) {
        var consumer = call.text("ConsumerARN");
        var stream = call.text("StreamARN");
        refuseIf(consumer == null && (stream == null || call.text("ConsumerName") == null), INVALID,
                call.action() + " needs ConsumerARN, or StreamARN and ConsumerName");
        refuseIf(consumer != null && stream != null && !consumer.startsWith(stream + "/"), INVALID, consumer + " is not of " + stream);
        return stream(consumer == null ? stream.replaceFirst(".*?:stream/", "") : consumer.replaceFirst(".*?:stream/", "").split("/")[0]);
    }

    private static StreamState.Consumer consumer(StreamState stream, FakeStreams.Call call) {
        var name = call.text("ConsumerName");
        var arn = call.text("ConsumerARN");
        return stream.consumers.values().stream()
                .filter(each -> (name == null || each.name.equals(name)) && (arn == null || each.arn.equals(arn))).findFirst()
                .orElseThrow(() -> new Refusal(NOT_FOUND, "Consumer " + Objects.requireNonNullElse(arn, name) + " not found."));
    }

    private static Shard openShard(StreamState stream, String id) {
        var shard = stream.shards.all.get(id);
        refuseIf(shard == null, NOT_FOUND, "Could not find shard " + id + " in stream " + stream.name + " under account 000000000000.");
        refuseIf(!Shards.isOpen(shard), INVALID, "Shard " + id + " in stream " + stream.name + " is closed");
        return shard;
    }

    private static void refuseOnDemand(StreamState stream) {
        refuseIf(stream.isOnDemand(), UNSUPPORTED, "Stream " + stream.name + " has the mode ON_DEMAND");
    }

    private static Map<String, Object> update(StreamState stream, Runnable effect) {
        stream.settling.begin("UPDATING", () -> {
            effect.run();
            stream.shardsAfterChange = 0;
        });
        return NO_OUTPUT;
    }

    private static void refuseIf(boolean condition, String errorCode, String message) {
        if (condition) {
            throw new Refusal(errorCode, message);
        }
    }

    private static String mode(FakeStreams.Call call) {
        return (String) call.structure("StreamModeDetails").get("StreamMode");
    }

    private static Map<String, String> tags(FakeStreams.Call call) {
        var tags = new TreeMap<String, String>();
        call.structure("Tags").forEach((key, value) -> tags.put(key, (String) value));
        return tags;
    }

    private static <T> SortedMap<String, T> page(NavigableMap<String, T> all, String after, Integer limit, int most) {
        var rest = all.tailMap(after, false);
        var size = limit == null ? most : Math.min(limit, most);
        return rest.keySet().stream().skip(size).findFirst().map(rest::headMap).orElse(rest);
    }

    /** Returns the key after which the next page begins; null after the last page. */
    private static String next(SortedMap<String, ?> page, NavigableMap<String, ?> all) {
        return page.isEmpty() || page.lastKey().equals(all.lastKey()) ? null : page.lastKey();
    }
}
