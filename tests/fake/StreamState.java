package fake;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** A stream of {@link FakeStreams}, as its settled changes left it. */
public final class StreamState {
    public static final String PROVISIONED = "PROVISIONED";
    public static final String ON_DEMAND = "ON_DEMAND";
    public static final String USER_PARTITION_KEY = "USER_PARTITION_KEY";

    public final String name;
    public final String arn;
    public String mode = PROVISIONED;
    public int retentionHours = 24;
    public String keyId; // null when the records are not encrypted
    public int maxRecordKiB = 1024;
    public String recordDistribution = USER_PARTITION_KEY;
    public int warmMiBps;
    public int warmTargetMiBps;
    public final NavigableMap<String, String> tags = new TreeMap<>();
    public final NavigableMap<String, Consumer> consumers = new TreeMap<>();

    final long created = System.currentTimeMillis();
    final Settling settling = new Settling();
    final ShardMap shards = new ShardMap();
    int shardsAfterChange; // 0 when no change goes on
    int scalings; // by UpdateShardCount

    /** A registered consumer. */
    public static final class Consumer {
        public final String name;
        public final String arn;
        public final Map<String, String> tags;
        final long created = System.currentTimeMillis();
        final Settling settling = new Settling();

        Consumer(StreamState stream, String name, Map<String, String> tags) {
            this.name = name;
            this.arn = stream.arn + "/consumer/" + name + ":" + created / 1000;
            this.tags = tags;
        }

        public String status() {
            return settling.status();
        }

        Map<String, Object> description() {
            return fields("ConsumerName", name, "ConsumerARN", arn, "ConsumerStatus", status(), "ConsumerCreationTimestamp", created);
        }
    }

    StreamState(String name) {
        this.name = name;
        arn = "arn:aws:kinesis:us-east-1:000000000000:stream/" + name;
    }

    public String status() {
        return settling.status();
    }

    public boolean isOnDemand() {
        return mode.equals(ON_DEMAND);
    }

    /** Returns all shards in the order of their ids, the closed ones, too. */
    public List<Shard> shards() {
        return List.copyOf(shards.all.values());
    }

    /** Returns the open shards in the order of their hash keys. */
    public List<Shard> openShards() {
        return shards.open();
    }

    /** Returns how many shards the stream takes of the account's limit: none when it is on-demand (developer guide, quotas and limits). */
    int countedShards() {
        return isOnDemand() ? 0 : Math.max(openShards().size(), shardsAfterChange);
    }

    Map<String, Object> summary() {
        return fields("StreamName", name, "StreamARN", arn, "StreamStatus", status(), "StreamModeDetails", fields("StreamMode", mode),
                "RetentionPeriodHours", retentionHours, "StreamCreationTimestamp", created,
                "EnhancedMonitoring", List.of(fields("ShardLevelMetrics", List.of())),
                "EncryptionType", keyId == null ? "NONE" : "KMS", "KeyId", keyId, "OpenShardCount", openShards().size(),
                "ConsumerCount", consumers.size(), "MaxRecordSizeInKiB", maxRecordKiB,
                "RecordDistributionStrategy", isOnDemand() ? recordDistribution : null,
                "WarmThroughput", warmMiBps + warmTargetMiBps > 0 ? warmThroughput() : null);
    }

    Map<String, Object> warmThroughput() {
        return fields("TargetMiBps", warmTargetMiBps, "CurrentMiBps", warmMiBps);
    }

    Map<String, Object> listItem() {
        return fields("StreamName", name, "StreamARN", arn, "StreamStatus", status(), "StreamModeDetails", fields("StreamMode", mode),
                "StreamCreationTimestamp", created);
    }

    static Map<String, Object> description(Shard shard) {
        var keys = shard.hashKeyRange();
        var numbers = shard.sequenceNumberRange();
        return fields("ShardId", shard.shardId(), "ParentShardId", shard.parentShardId(),
                "AdjacentParentShardId", shard.adjacentParentShardId(),
                "HashKeyRange", fields("StartingHashKey", keys.startingHashKey(), "EndingHashKey", keys.endingHashKey()),
                "SequenceNumberRange", fields("StartingSequenceNumber", numbers.startingSequenceNumber(),
                        "EndingSequenceNumber", numbers.endingSequenceNumber()));
    }

    /** Returns a map of the names and values, without those that are null. */
    static Map<String, Object> fields(Object... namesAndValues) {
        var fields = new LinkedHashMap<String, Object>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (namesAndValues[i + 1] != null) {
                fields.put((String) namesAndValues[i], namesAndValues[i + 1]);
            }
        }
        return fields;
    }
}
