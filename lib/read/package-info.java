/**
 * The engine that reads: a loop for each shard, parents before children, and the lag.
 *
 * <p>Begin with {@link lib.read.ShardReader}, the loop. {@link lib.read.StreamReader} runs one for each shard, {@link lib.read.ShardOrder}
 * says whose turn it is: a child shard waits until its parents are read to their end. {@link lib.read.Polling} says how often a shard is
 * asked.
 *
 * <p>This wing does not know what happens to a batch of records: a sink takes it.
 */
package lib.read;

//SOURCES FetchLimit.java Lag.java LagTable.java Polling.java Retention.java ShardListing.java ShardOrder.java ShardReader.java
//SOURCES StreamReader.java
//SOURCES ../positions/package-info.java ../kinesis/package-info.java ../cli/package-info.java
