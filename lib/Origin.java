package lib;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;

/**
 * What an application reads: its first worker keeps it beside the leases, which do not tell.
 *
 * @param streamCreationTimestamp tells the stream from a later one of the same name; an ISO instant
 * @param begin                   where a shard begins that nobody has read; null for the oldest record
 */
record Origin(String streamARN, String streamCreationTimestamp, Instant begin) {
    /** Its item in the lease table, of a kind that the Kinesis Client Library knows, and does not use for an application of one stream. */
    static final Map<String, AttributeValue> KEY = Map.of(LeaseTable.KEY, AttributeValue.fromS("Origin"));

    private static final String KIND = "STREAM"; // EntityType in awslabs/amazon-kinesis-client
    private static final String OLDEST = "TRIM_HORIZON";

    static Origin of(StreamDescriptionSummary stream, Instant begin) {
        return new Origin(stream.streamARN(), stream.streamCreationTimestamp().toString(), begin);
    }

    static Origin of(Map<String, AttributeValue> item) {
        var begin = item.get("begin").s();
        return new Origin(Objects.requireNonNull(item.get("streamId").s()), Objects.requireNonNull(item.get("streamCreationTimestamp").s()),
                begin.equals(OLDEST) ? null : Instant.parse(begin));
    }

    Map<String, AttributeValue> item() {
        return Map.of(LeaseTable.KEY, KEY.get(LeaseTable.KEY), "entityType", AttributeValue.fromS(KIND), "streamId", AttributeValue.fromS(streamARN),
                "streamCreationTimestamp", AttributeValue.fromS(streamCreationTimestamp),
                "begin", AttributeValue.fromS(begin == null ? OLDEST : begin.toString()));
    }

    boolean isSameStream(Origin other) {
        return streamARN.equals(other.streamARN) && streamCreationTimestamp.equals(other.streamCreationTimestamp);
    }

    /** Where it begins, for the user. */
    String from() {
        return begin == null ? "the oldest record" : begin.toString();
    }
}
