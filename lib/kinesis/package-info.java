/**
 * A stream and its shards: the calls, what is retried, and the limits of the service.
 *
 * <p>Begin with {@link KinesisStream}, by which every part calls a stream. {@link Shards} has the shards of a stream, and {@link HashKeys}
 * says which one takes a partition key. {@link Backoff} and {@link Refusals} say which failed calls are retried and for how long,
 * {@link Quotas} what the service allows.
 *
 * <p>This wing does not know who reads, writes or describes a stream.
 */
package lib.kinesis;

//SOURCES Backoff.java Distribution.java GetRecordsResult.java HashKeys.java KinesisRecord.java KinesisStream.java Md5.java Pages.java
//SOURCES Quotas.java Refusals.java SdkStream.java ServiceTime.java Shards.java StreamRef.java StreamSummary.java
//SOURCES ../cli/package-info.java
