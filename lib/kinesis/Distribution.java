package lib.kinesis;

import software.amazon.awssdk.services.kinesis.model.RecordDistributionStrategy;

/** How a stream chooses the shard of a record (API reference, UpdateStreamRecordDistributionStrategy). */
public enum Distribution {
    /** By the partition key, or the explicit hash key. */
    BY_KEY,

    /** The service chooses any shard. A record needs no partition key. */
    AUTO,

    /** The user may not see it, or this program does not know it. */
    UNKNOWN;

    /** @param summary null where the user may not see it; one without a strategy comes from a service that distributes by key only */
    public static Distribution of(StreamSummary summary) {
        if (summary == null) {
            return UNKNOWN;
        }
        var strategy = summary.description().recordDistributionStrategy();
        if (strategy == null || strategy == RecordDistributionStrategy.USER_PARTITION_KEY) {
            return BY_KEY;
        }
        return strategy == RecordDistributionStrategy.AUTO ? AUTO : UNKNOWN;
    }
}
