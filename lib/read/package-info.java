/**
 * The engine that reads: a loop for each shard, parents before children, and the lag.
 *
 * <p>Begin with {@link ShardReader}, the loop of a consumer. {@link StreamReader} runs a loop for each shard, and {@link ShardOrder} says
 * which shards may begin: a child waits until its parents are read to their end. {@link Polling} says how often a shard is polled
 * ({@code --poll-interval}), {@link Retention} notices records that the stream has lost, and {@link LagTable} prints the lag of a consumer.
 *
 * <p>The loop does not know what becomes of a batch of records: a sink takes it.
 */
package lib.read;

//SOURCES FetchLimit.java Lag.java LagTable.java Polling.java Retention.java ShardListing.java ShardOrder.java ShardReader.java
//SOURCES StreamReader.java
//SOURCES ../positions/package-info.java ../kinesis/package-info.java ../cli/package-info.java
