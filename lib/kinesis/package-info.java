/**
 * A stream and its shards: the calls, what is retried, and the limits of the service.
 *
 * <p>Begin with {@link KinesisStream}, through which every part reads or writes a stream. {@link Shards} has the shards of a stream, and
 * {@link HashKeys} says which shard takes a partition key. {@link Refusals} says which failed calls are retried, and {@link Backoff}
 * retries them: throttled calls without a deadline, others for the time that its caller gives ({@code --give-up}, or 2 s at the start of a
 * run). {@link Quotas} has the limits of the service, such as 5 GetRecords a second.
 *
 * <p>This package does not know who reads, writes or describes a stream.
 */
package lib.kinesis;

//SOURCES Backoff.java Distribution.java GetRecordsResult.java HashKeys.java KinesisRecord.java KinesisStream.java Md5.java Pages.java
//SOURCES Quotas.java Refusals.java SdkStream.java ServiceTime.java Shards.java StreamRef.java StreamSummary.java
//SOURCES ../cli/package-info.java
