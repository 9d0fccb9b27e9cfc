package lib.positions;

import java.time.Instant;
import lib.kinesis.Shards;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;

/**
 * Where the reading of a shard begins, or goes on; in a checkpoint these are the fields of a shard.
 *
 * @param type              a shard iterator type of the API, or {@link #SHARD_END}
 * @param sequenceNumber    of the last record written, with AFTER_SEQUENCE_NUMBER; of one that is written in part, with
 *                          AT_SEQUENCE_NUMBER; else null
 * @param subSequenceNumber with AT_SEQUENCE_NUMBER, the last user record or log event written of that record, counted from 0 among
 *                          those that are printed for it; else null
 * @param unpacking         with AT_SEQUENCE_NUMBER, the unpacking by which those are counted; else null
 * @param timestamp         an ISO instant, with AT_TIMESTAMP; else null
 */
public record ShardPosition(String type, String sequenceNumber, Long subSequenceNumber, String unpacking,
        String timestamp) {
    /** The type of a closed shard of which every record is written. */
    public static final String SHARD_END = "SHARD_END";

    private static final Instant FIRST_TIME = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant END_OF_TIME = Instant.parse("+10000-01-01T00:00:00Z");

    public static ShardPosition shardEnd() {
        return new ShardPosition(SHARD_END, null, null, null, null);
    }

    public static ShardPosition trimHorizon() {
        return new ShardPosition(ShardIteratorType.TRIM_HORIZON.name(), null, null, null, null);
    }

    public static ShardPosition at(Instant time) {
        return new ShardPosition(ShardIteratorType.AT_TIMESTAMP.name(), null, null, null, time.toString());
    }

    public static ShardPosition after(String sequenceNumber) {
        return new ShardPosition(ShardIteratorType.AFTER_SEQUENCE_NUMBER.name(), sequenceNumber, null, null, null);
    }

    /** Within a record, behind one of the user records in it. */
    public static ShardPosition within(String sequenceNumber, long subSequenceNumber, String unpacking) {
        return new ShardPosition(ShardIteratorType.AT_SEQUENCE_NUMBER.name(), sequenceNumber, subSequenceNumber, unpacking, null);
    }

    /** Returns whether every record of the shard is written. Its name is no getter's, so that it is not written to the checkpoint file. */
    public boolean hasEnded() {
        return type.equals(SHARD_END);
    }

    /** Returns how many parts of the record are written; 0 when another unpacking made the parts. */
    public long written(String sequenceNumber, String unpacking) {
        return type.equals(ShardIteratorType.AT_SEQUENCE_NUMBER.name()) && sequenceNumber.equals(this.sequenceNumber)
                && unpacking.equals(this.unpacking) ? subSequenceNumber + 1 : 0;
    }

    /** @throws RuntimeException when there is no such position */
    void check() {
        var exact = switch (type) {
            case SHARD_END -> shardEnd();
            case "TRIM_HORIZON" -> trimHorizon();
            case "AFTER_SEQUENCE_NUMBER" -> after(sequenceNumber);
            case "AT_SEQUENCE_NUMBER" -> within(sequenceNumber, subSequenceNumber, unpacking);
            case "AT_TIMESTAMP" -> new ShardPosition(type, null, null, null, timestamp);
            default -> null;
        };
        var isValid = switch (type) {
            case "AFTER_SEQUENCE_NUMBER" -> Shards.isSequenceNumber(sequenceNumber);
            case "AT_SEQUENCE_NUMBER" -> Shards.isSequenceNumber(sequenceNumber) && subSequenceNumber >= 0;
            case "AT_TIMESTAMP" -> isTimestamp(Instant.parse(timestamp));
            default -> true;
        };
        if (!equals(exact) || !isValid) {
            throw new IllegalArgumentException("no such position"); // which would be as long as its fields
        }
    }

    /** Returns whether the year has four digits: later times are beyond what a request can hold, and do not sort as text. */
    public static boolean isTimestamp(Instant time) {
        return !time.isBefore(FIRST_TIME) && time.isBefore(END_OF_TIME);
    }

    public StartingPosition start() {
        return StartingPosition.builder().type(type).sequenceNumber(sequenceNumber)
                .timestamp(timestamp == null ? null : Instant.parse(timestamp)).build();
    }
}
