package lib.write;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import lib.cli.Log;
import lib.kinesis.Distribution;
import lib.kinesis.Shards;
import lib.kinesis.StreamRef;
import lib.kinesis.StreamSummary;
import lib.records.UserRecord;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * What the stream takes. For one record that it does not take, the service would refuse a whole call.
 *
 * @param maxBytes of data and partition key (API reference, UpdateMaxRecordSize)
 */
public record RecordLimits(int maxBytes, Distribution distribution) {
    private static final BigInteger MAX_HASH_KEY = BigInteger.ONE.shiftLeft(Shards.HASH_KEY_BITS).subtract(BigInteger.ONE);

    private static final int DEFAULT_KIB = 1024;

    /** Those of the stream; the default where the user may not see them. */
    public static RecordLimits of(KinesisClient kinesis, StreamRef stream, Log log) throws InterruptedException {
        var summary = StreamSummary.ifAllowed(kinesis, stream, "so records of 1 MiB at most, each with a partition key", log);
        var kib = summary == null ? null : summary.maxRecordSizeInKiB();
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
            return "its partition key is empty";
        }
        if (key != null && !Shards.isPartitionKey(key)) {
            return "its partition key is longer than " + Shards.MAX_PARTITION_KEY + " characters";
        }
        if (record.explicitHashKey() != null && !isHashKey(record.explicitHashKey())) {
            return "its explicit hash key is no number from 0 to 2^128-1";
        }
        var bytes = bytes(record);
        return bytes <= maxBytes ? null : "it has " + bytes + " bytes with its partition key; the stream takes " + maxBytes;
    }

    /** As the service counts them. */
    static int bytes(UserRecord record) {
        return record.data().length + (record.partitionKey() == null ? 0 : record.partitionKey().getBytes(StandardCharsets.UTF_8).length);
    }

    public static boolean isHashKey(String text) {
        return text.matches("0|[1-9]\\d{0,38}") && new BigInteger(text).compareTo(MAX_HASH_KEY) <= 0;
    }
}
