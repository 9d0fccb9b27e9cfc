/**
 * The engine that writes: batches, pace, order for each partition key, retries, aggregates.
 *
 * <p>Begin with {@link RecordWriter}. {@link WaitingRecords} says which records go next, {@link PutQueue} and {@link Pace} when and how
 * fast, {@link Packing} and {@link Aggregator} in what form; {@link PutCalls} makes the calls.
 *
 * <p>This wing does not know where a record was read: a listener hears what became of it.
 */
package lib.write;

//SOURCES Aggregator.java Pace.java Packing.java PendingRecord.java PutCalls.java PutQueue.java RecordLimits.java RecordWriter.java
//SOURCES WaitingRecords.java
//SOURCES ../records/package-info.java ../kinesis/package-info.java ../cli/package-info.java
