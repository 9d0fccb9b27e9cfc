/**
 * The engine that writes: batches, pace, order per key, retries, aggregation.
 *
 * <p>Begin with {@link lib.write.RecordWriter}. {@link lib.write.WaitingRecords} says which records go next, {@link lib.write.PutQueue} and
 * {@link lib.write.Pace} when, {@link lib.write.Packing} and {@link lib.write.Aggregator} in what, and {@link lib.write.PutCalls} makes the
 * calls.
 *
 * <p>This wing does not know where records come from or who is told what became of them: a listener is.
 */
package lib.write;

//SOURCES Aggregator.java Pace.java Packing.java PendingRecord.java PutCalls.java PutQueue.java RecordLimits.java RecordWriter.java
//SOURCES WaitingRecords.java
//SOURCES ../records/package-info.java ../kinesis/package-info.java ../cli/package-info.java
