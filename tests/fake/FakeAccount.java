package fake;

import fake.FakeStreams.Call;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import lib.kinesis.Shards;
import software.amazon.awssdk.services.kinesis.model.Shard;

/**
 * The streams of an account, and the refusals that its calls share. The rules are those of the API reference; where it leaves a rule open,
 * the stricter one holds.
 */
final class FakeAccount {
    static final String INVALID = "InvalidArgumentException";
    static final String UNSUPPORTED = "ValidationException"; // such as a call that the stream's capacity mode does not have
    static final String IN_USE = "ResourceInUseException";
    static final String NOT_FOUND = "ResourceNotFoundException";
    static final String LIMIT = "LimitExceededException";

    static final int MAX_CREATING = 5; // streams of the account, and consumers of a stream
    static final int MAX_TAGS = 50;

    final NavigableMap<String, StreamState> streams = new TreeMap<>();
    int shardLimit = 500; // the lowest default quota of a region
    boolean settles = true;

    private final StreamCalls streamCalls = new StreamCalls(this);
    private final StreamLists lists = new StreamLists(this);
    private final ConsumerCalls consumerCalls = new ConsumerCalls(this);

    /** The service's response that it does not do what the request asks for. */
    static final class Refusal extends RuntimeException {
        final String errorCode;

        Refusal(String errorCode, String message) {
            super(message);
            this.errorCode = errorCode;
        }
    }

    /** Returns the body of the response: empty when the operation has no output. */
    Map<String, Object> answer(Call call) {
        return switch (call.action()) {
            case "CreateStream" -> streamCalls.create(call);
            case "AddTagsToStream" -> streamCalls.addTags(call);
            case "RemoveTagsFromStream" -> streamCalls.removeTags(call);
            case "IncreaseStreamRetentionPeriod" -> streamCalls.setRetention(call, true);
            case "DecreaseStreamRetentionPeriod" -> streamCalls.setRetention(call, false);
            case "UpdateShardCount" -> streamCalls.scale(call);
            case "SplitShard" -> streamCalls.split(call);
            case "MergeShards" -> streamCalls.merge(call);
            case "UpdateStreamMode" -> streamCalls.setMode(call);
            case "UpdateMaxRecordSize" -> streamCalls.setMaxRecordSize(call);
            case "UpdateStreamWarmThroughput" -> streamCalls.setWarmThroughput(call);
            case "UpdateStreamRecordDistributionStrategy" -> streamCalls.setRecordDistribution(call);
            case "StartStreamEncryption" -> streamCalls.encrypt(call, call.text("KeyId"));
            case "StopStreamEncryption" -> streamCalls.encrypt(call, null);
            case "DeleteStream" -> streamCalls.delete(call);
            case "DescribeStreamSummary" -> lists.describe(call);
            case "DescribeLimits" -> lists.limits();
            case "ListStreams" -> lists.streams(call);
            case "ListShards" -> lists.shards(call);
            case "ListTagsForStream" -> lists.tags(call);
            case "GetShardIterator" -> lists.shardIterator(call);
            case "PutRecord", "PutRecords" -> {
                stream(call);
                throw dryRun();
            }
            case "GetRecords" -> throw dryRun();
            case "RegisterStreamConsumer" -> consumerCalls.register(call);
            case "DeregisterStreamConsumer" -> consumerCalls.deregister(call);
            case "DescribeStreamConsumer" -> consumerCalls.describe(call);
            case "ListStreamConsumers" -> consumerCalls.list(call);
            default -> throw new IllegalArgumentException(call.action());
        };
    }

    static void refuseIf(boolean condition, String errorCode, String message) {
        if (condition) {
            throw new Refusal(errorCode, message);
        }
    }

    static Refusal dryRun() {
        return new Refusal("DryRunOperationException", "The request was rejected because the DryRun parameter was specified.");
    }

    /** Returns the stream that the call names by StreamName, StreamARN or both. */
    StreamState stream(Call call) {
        var name = call.text("StreamName");
        var arn = call.text("StreamARN");
        refuseIf(name == null && arn == null, INVALID, call.action() + " needs StreamName or StreamARN");
        refuseIf(name != null && arn != null && !arn.endsWith(":stream/" + name), INVALID, "StreamARN is of another stream than " + name);
        return arn == null ? stream(name) : streamAt(arn);
    }

    StreamState streamAt(String arn) {
        var stream = stream(arn.replaceFirst(".*?:stream/", ""));
        refuseIf(!arn.equals(stream.arn), NOT_FOUND, "Stream " + arn + " not found.");
        return stream;
    }

    StreamState stream(String name) {
        refuseIf(!streams.containsKey(name), NOT_FOUND, "Stream " + name + " under account 000000000000 not found.");
        return streams.get(name);
    }

    StreamState activeStream(Call call) {
        return inState(stream(call), "ACTIVE");
    }

    /** Returns the stream, which has shards and consumers to list. */
    static StreamState listable(StreamState stream) {
        return inState(stream, "ACTIVE|UPDATING");
    }

    private static StreamState inState(StreamState stream, String states) {
        refuseIf(!stream.status().matches(states), IN_USE,
                "Stream " + stream.name + " under account 000000000000 not ACTIVE, instead in state " + stream.status());
        return stream;
    }

    static Shard openShard(StreamState stream, String id) {
        var shard = shard(stream, id);
        refuseIf(!Shards.isOpen(shard), INVALID, "Shard " + id + " in stream " + stream.name + " is closed");
        return shard;
    }

    static Shard shard(StreamState stream, String id) {
        var shard = stream.shards.all.get(id);
        refuseIf(shard == null, NOT_FOUND, "Could not find shard " + id + " in stream " + stream.name + " under account 000000000000.");
        return shard;
    }

    /** Brings the change a look nearer to its end. */
    void look(Settling settling) {
        if (settles) {
            settling.look();
        }
    }
}
