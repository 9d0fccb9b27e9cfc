package lib;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * What the service refuses. It would refuse a whole call for one such record.
 *
 * @param maxBytes what the stream takes of data and partition key (API reference, UpdateMaxRecordSize)
 */
public record RecordLimits(int maxBytes) {
    private static final BigInteger MAX_HASH_KEY = BigInteger.ONE.shiftLeft(Shards.HASH_KEY_BITS).subtract(BigInteger.ONE);

    private static final int DEFAULT_KIB = 1024;

    /** Those of the stream; the default where the user may not see them. */
    public static RecordLimits of(KinesisClient kinesis, StreamRef stream, Log log) throws InterruptedException {
        try {
            var kib = Backoff.startup(stream, log).call(() -> kinesis.describeStreamSummary(
                    request -> request.streamName(stream.name()).streamARN(stream.arn()))).streamDescriptionSummary().maxRecordSizeInKiB();
            return new RecordLimits((kib == null ? DEFAULT_KIB : kib) << 10);
        } catch (Failure e) {
            if (e.isRefusal("AccessDeniedException")) {
                log.verbose("%s; so records of 1 MiB at most", e.getMessage());
                return new RecordLimits(DEFAULT_KIB << 10);
            }
            throw e;
        }
    }

    void check(UserRecord record) throws InvalidRecord {
        var key = record.partitionKey();
        if (key.isEmpty()) {
            throw new InvalidRecord(record, "its partition key is empty");
        }
        if (!Shards.isPartitionKey(key)) {
            throw new InvalidRecord(record, "its partition key is longer than " + Shards.MAX_PARTITION_KEY + " characters");
        }
        if (record.explicitHashKey() != null && !isHashKey(record.explicitHashKey())) {
            throw new InvalidRecord(record, "its explicit hash key is no number from 0 to 2^128-1");
        }
        var bytes = bytes(record);
        if (bytes > maxBytes) {
            throw new InvalidRecord(record, "it has " + bytes + " bytes with its partition key; the stream takes " + maxBytes);
        }
    }

    /** As the service counts them. */
    static int bytes(UserRecord record) {
        return record.data().length + record.partitionKey().getBytes(StandardCharsets.UTF_8).length;
    }

    static boolean isHashKey(String text) {
        return text.matches("0|[1-9]\\d{0,38}") && new BigInteger(text).compareTo(MAX_HASH_KEY) <= 0;
    }
}
