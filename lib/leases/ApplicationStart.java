package lib.leases;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import lib.kinesis.StreamSummary;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * What an application reads: its first worker keeps it beside the leases, which do not tell.
 *
 * @param streamCreationTimestamp tells the stream from a later one of the same name; an ISO instant
 * @param begin                   where a shard begins that nobody has read; null for the oldest record
 * @param isPending               whether the application may still lack some of its first leases
 */
public record ApplicationStart(String streamARN, String streamCreationTimestamp, Instant begin, boolean isPending) {
    /** Its item in the lease table, of a kind that the Kinesis Client Library knows, and does not use for an application of one stream. */
    static final Map<String, AttributeValue> KEY = Map.of(LeaseTable.KEY, AttributeValue.fromS("Origin"));

    /** The attribute that the item has until the first leases are made. */
    public static final String PENDING = "leasesPending";

    private static final String KIND = "STREAM"; // EntityType in awslabs/amazon-kinesis-client
    private static final String OLDEST = "TRIM_HORIZON";

    public static ApplicationStart of(StreamSummary stream, Instant begin) {
        var description = stream.description();
        return new ApplicationStart(description.streamARN(), description.streamCreationTimestamp().toString(), begin, false);
    }

    /** Returns the origin of an application whose first leases are still to be made. */
    public ApplicationStart pending() {
        return new ApplicationStart(streamARN, streamCreationTimestamp, begin, true);
    }

    public static ApplicationStart of(Map<String, AttributeValue> item) {
        var begin = item.get("begin").s();
        var created = Instant.parse(item.get("streamCreationTimestamp").s());
        return new ApplicationStart(Objects.requireNonNull(item.get("streamId").s()), created.toString(),
                begin.equals(OLDEST) ? null : Instant.parse(begin), item.containsKey(PENDING));
    }

    public Map<String, AttributeValue> item() {
        var item = new HashMap<>(KEY);
        item.putAll(Map.of("entityType", AttributeValue.fromS(KIND), "streamId", AttributeValue.fromS(streamARN),
                "streamCreationTimestamp", AttributeValue.fromS(streamCreationTimestamp),
                "begin", AttributeValue.fromS(begin == null ? OLDEST : begin.toString())));
        if (isPending) {
            item.put(PENDING, AttributeValue.fromBool(true));
        }
        return item;
    }

    public boolean isSameStream(ApplicationStart other) {
        return streamARN.equals(other.streamARN) && streamCreationTimestamp.equals(other.streamCreationTimestamp);
    }

    /** Where it begins, for the user. */
    public String from() {
        return begin == null ? "the oldest record" : begin.toString();
    }
}
