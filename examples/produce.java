///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DEPS software.amazon.awssdk:kinesis:2.57.8
//DEPS org.slf4j:slf4j-nop:1.7.36

/*
 * Puts a record a second into a stream, until Ctrl-C, and prints the shard that took each record.
 *
 *     ./jbang examples/produce.java [STREAM]       (docs/local.md has the variables for a local Kinesis)
 *
 * For production: produce.java, with lib/write/RecordWriter.java (batches and retries), lib/write/Pace.java (the limits of a shard) and
 * lib/produce/FileRecords.java (files and stdin). Missing here: batches, retries of throttled records beyond those of the SDK, aggregates,
 * the order of each partition key, and a report of the records that were not stored.
 */

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordResponse;

class produce {
    private static final int INTERVAL_MILLIS = 1_000;

    public static void main(String... args) throws InterruptedException {
        var stream = args.length == 0 ? "s1" : args[0];
        try (var kinesis = KinesisClient.create()) {
            for (long n = 0; ; n++) {
                var response = put(kinesis, stream, "key" + n, "message data " + n);
                System.out.printf("produced record to shard %s%n", response.shardId());
                Thread.sleep(INTERVAL_MILLIS);
            }
        }
    }

    /** Puts one record. The MD5 hash of the partition key chooses the shard: records with the same key go to the same shard. */
    private static PutRecordResponse put(KinesisClient kinesis, String stream, String partitionKey, String data) {
        return kinesis.putRecord(request -> request.streamName(stream).partitionKey(partitionKey).data(SdkBytes.fromUtf8String(data)));
    }
}
