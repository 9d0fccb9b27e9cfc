package lib.kinesis;

import java.time.Instant;

/**
 * A record of a shard.
 *
 * @param partitionKey null when the record has none
 * @param arrival      the approximate arrival timestamp; null when the service did not tell
 * @param data         not to be changed
 */
public record KinesisRecord(String sequenceNumber, String partitionKey, Instant arrival, byte[] data) {}
