/**
 * Where in a stream reading begins and ends, and how far it has come.
 *
 * <p>Begin with {@link lib.positions.Position}, the value of {@code --from} and {@code --until}. {@link lib.positions.StartingPositions}
 * resolves {@code --from} to a {@link lib.positions.ShardPosition} for each shard, {@link lib.positions.Until} ends each shard, and {@link
 * lib.positions.Checkpoint} keeps how far each shard is read.
 *
 * <p>This wing makes no calls.
 */
package lib.positions;

//DEPS com.fasterxml.jackson.jr:jackson-jr-objects:2.21.8
//SOURCES Checkpoint.java CheckpointFile.java KeyShards.java Position.java ShardPosition.java StartingPositions.java Until.java
//SOURCES ../kinesis/package-info.java ../cli/package-info.java
