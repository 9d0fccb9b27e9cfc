/**
 * consume on the Kinesis Client Library: workers on many machines share the shards of a stream.
 *
 * <p>Begin with {@link lib.worker.Worker}. {@link lib.worker.Startup} makes what a new application needs, {@link lib.worker.ClientLibrary}
 * sets the library up, and {@link lib.worker.LibraryRun} runs it. The library renews the leases, and gives the worker a {@link
 * lib.worker.LeasedShard} for each. {@link lib.worker.FailureWatch}, {@link lib.worker.TableWatch} and {@link lib.worker.PipeWatch} notice
 * what the library hides.
 *
 * <p>No other wing knows this one.
 */
package lib.worker;

//SOURCES ClientLibrary.java FailureSpell.java FailureWatch.java LeasedShard.java LibraryRun.java LivenessFile.java PipeWatch.java
//SOURCES ShardEndCheck.java Startup.java TableWatch.java Worker.java WorkerOptions.java WorkerStatus.java
//SOURCES ../consume/package-info.java ../leases/package-info.java ../read/package-info.java ../positions/package-info.java
//SOURCES ../aws/package-info.java ../kinesis/package-info.java ../cli/package-info.java
