package lib.kinesis;

import java.time.Duration;

/** The limits of the service, each with the page of the API reference that has it. */
public final class Quotas {
    /** The shortest time between two GetRecords of a shard, which takes 5 calls a second from all of its readers (GetRecords). */
    public static final Duration MIN_POLL_INTERVAL = Duration.ofSeconds(1).dividedBy(5);

    /** The most records that one GetRecords returns (GetRecords). */
    public static final int RECORDS_A_GET = 10_000;

    /** Bytes a second that a shard gives to all of its readers (GetRecords). */
    public static final long READ_BYTES_A_SECOND = 2_000_000;

    /** The most records of one PutRecords (PutRecords). */
    public static final int RECORDS_A_PUT = 500;

    /** The most bytes of one PutRecords, with the partition keys (PutRecords). */
    public static final long BYTES_A_PUT = 10 << 20;

    /** Characters of a partition key, of UTF-16 as the Kinesis Producer Library counts them (PutRecord). */
    public static final int PARTITION_KEY = 256;

    /** ListStreams calls a second of an account (ListStreams). */
    public static final int LIST_STREAMS_A_SECOND = 5;

    /** DescribeStreamSummary calls a second of an account (DescribeStreamSummary). */
    public static final int DESCRIBE_STREAM_SUMMARY_A_SECOND = 20;

    private static final double WRITE_RECORDS_A_SECOND = 1_000; // that a shard takes (PutRecords)
    private static final double WRITE_BYTES_A_SECOND = 1_000_000; // with the partition keys (PutRecords)

    private Quotas() {}

    /** Returns how many seconds of a shard's write capacity so many records and bytes take. */
    public static double writeSeconds(double records, double bytes) {
        return Math.max(records / WRITE_RECORDS_A_SECOND, bytes / WRITE_BYTES_A_SECOND);
    }

    /** Returns whether the service takes the text for a partition key. */
    public static boolean isPartitionKey(String text) {
        return !text.isEmpty() && text.length() <= PARTITION_KEY;
    }
}
