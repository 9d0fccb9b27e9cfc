/**
 * The engine that writes: batches, pace, order for each partition key, retries, aggregates.
 *
 * <p>Begin with {@link RecordWriter}. {@link WaitingRecords} says which records go next. {@link PutQueue} says when they go, and
 * {@link Pace} how fast: at the speed that the shards take. {@link Packing} and {@link Aggregator} give the records their form, and
 * {@link PutCalls} makes the calls.
 *
 * <p>This package does not know where a record was read. A listener hears what became of each record.
 */
package lib.write;

//SOURCES Aggregator.java Pace.java Packing.java PendingRecord.java PutCalls.java PutQueue.java RecordLimits.java RecordWriter.java
//SOURCES WaitingRecords.java
//SOURCES ../records/package-info.java ../kinesis/package-info.java ../cli/package-info.java
