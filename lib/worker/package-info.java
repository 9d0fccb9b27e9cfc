/**
 * consume on many machines, which share the shards of a stream by the Kinesis Client Library.
 *
 * <p>Begin with {@link Worker}. {@link Startup} makes what a new application needs, {@link ClientLibrary} sets the library up, also how
 * often it renews leases, and {@link LibraryRun} runs it. The library makes a {@link LeasedShard} of each lease. {@link FailureWatch},
 * {@link TableWatch} and {@link PipeWatch} notice what the library does not tell.
 *
 * <p>No other wing knows this one.
 */
package lib.worker;

//SOURCES ClientLibrary.java FailureSpell.java FailureWatch.java LeasedShard.java LibraryRun.java LivenessFile.java PipeWatch.java
//SOURCES ShardEndCheck.java Startup.java TableWatch.java Worker.java WorkerOptions.java WorkerStatus.java
//SOURCES ../consume/package-info.java ../leases/package-info.java ../read/package-info.java ../positions/package-info.java
//SOURCES ../aws/package-info.java ../kinesis/package-info.java ../cli/package-info.java
