/**
 * {@code worker}: consume on many machines, which share the shards of a stream through the Kinesis Client Library.
 *
 * <p>Begin with {@link Worker}. {@link Startup} makes what a new application needs, and begins it at {@code --from}. {@link ClientLibrary}
 * configures the library, which renews each lease every third of {@code --takeover}, and {@link LibraryRun} runs it. The library makes a
 * {@link LeasedShard} for each lease. {@link FailureWatch}, {@link TableWatch} and {@link PipeWatch} notice what the library does not
 * report.
 *
 * <p>No other package of lib knows this one.
 */
package lib.worker;

//SOURCES ClientLibrary.java FailureSpell.java FailureWatch.java LeasedShard.java LibraryRun.java LivenessFile.java PipeWatch.java
//SOURCES ShardEndCheck.java Startup.java TableWatch.java Worker.java WorkerOptions.java WorkerStatus.java
//SOURCES ../consume/package-info.java ../leases/package-info.java ../read/package-info.java ../positions/package-info.java
//SOURCES ../aws/package-info.java ../kinesis/package-info.java ../cli/package-info.java
