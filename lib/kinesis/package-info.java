/**
 * A stream and its shards: the calls, what is retried, and the limits of the service.
 *
 * <p>Begin with {@link lib.kinesis.KinesisStream}, by which every part calls a stream. {@link lib.kinesis.Shards} has the stream's shards
 * and {@link lib.kinesis.HashKeys} says which one takes a partition key. {@link lib.kinesis.Backoff} and {@link lib.kinesis.Refusals} say
 * which failed calls are retried and for how long, {@link lib.kinesis.Quotas} what the service allows.
 *
 * <p>This wing does not know who reads, writes or describes a stream.
 */
package lib.kinesis;

//SOURCES Backoff.java Distribution.java GetRecordsResult.java HashKeys.java KinesisRecord.java KinesisStream.java Md5.java Pages.java
//SOURCES Quotas.java Refusals.java SdkStream.java ServiceTime.java Shards.java StreamRef.java StreamSummary.java
//SOURCES ../cli/package-info.java
