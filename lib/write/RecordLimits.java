package lib.write;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import lib.cli.Log;
import lib.kinesis.Distribution;
import lib.kinesis.HashKeys;
import lib.kinesis.KinesisStream;
import lib.kinesis.Quotas;
import lib.records.UserRecord;

/**
 * What the stream takes. For one record that it does not take, the service would refuse a whole call.
 *
 * @param maxBytes of data and partition key (API reference, UpdateMaxRecordSize)
 */
public record RecordLimits(int maxBytes, Distribution distribution) {
    private static final int DEFAULT_KIB = 1024;

    /** Returns the limits of the stream; the default where the user may not see them. */
    public static RecordLimits of(KinesisStream stream, Log log) throws InterruptedException {
        var summary = stream.summaryIfAllowed("putting records of up to 1 MiB, each with a partition key", log);
        var kib = summary == null ? null : summary.description().maxRecordSizeInKiB();
        return new RecordLimits((kib == null ? DEFAULT_KIB : kib) << 10, Distribution.of(summary));
    }

    /** The record with a random partition key, which spreads records evenly, when it has none and the stream needs one. */
    public UserRecord keyed(UserRecord record) {
        return record.partitionKey() != null || distribution == Distribution.AUTO ? record
                : record.withPartitionKey(Long.toHexString(ThreadLocalRandom.current().nextLong()));
    }

    /** Returns why the service would refuse the record; null when it takes it. */
    public String refusal(UserRecord record) {
        var key = record.partitionKey();
        if (key != null && key.isEmpty()) {
            return "the partition key is empty";
        }
        if (key != null && !Quotas.isPartitionKey(key)) {
            return "the partition key is longer than " + Quotas.PARTITION_KEY + " characters";
        }
        if (record.explicitHashKey() != null && !HashKeys.isHashKey(record.explicitHashKey())) {
            return "the explicit hash key is not a number from 0 to 2^128-1";
        }
        var bytes = bytes(record);
        return bytes <= maxBytes ? null
                : "the record has " + bytes + " bytes with its partition key; the stream takes " + maxBytes + " at most";
    }

    /** As the service counts them. */
    static int bytes(UserRecord record) {
        return record.data().length + (record.partitionKey() == null ? 0 : record.partitionKey().getBytes(StandardCharsets.UTF_8).length);
    }
}
