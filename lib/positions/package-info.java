/**
 * Where in a stream the reading begins and ends, and how far it has come.
 *
 * <p>Begin with {@link Position}, the value of {@code --from} and {@code --until}. {@link StartingPositions} resolves {@code --from} for
 * each shard, {@link Until} says where a shard ends, and {@link Checkpoint} keeps a {@link ShardPosition} for each shard.
 *
 * <p>This package makes no calls to Kinesis.
 */
package lib.positions;

//DEPS com.fasterxml.jackson.jr:jackson-jr-objects:2.21.8
//SOURCES Checkpoint.java CheckpointFile.java KeyShards.java Position.java ShardPosition.java StartingPositions.java Until.java
//SOURCES ../kinesis/package-info.java ../cli/package-info.java
