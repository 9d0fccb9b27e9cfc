package lib.records;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import lib.kinesis.KinesisRecord;

/**
 * A record as its user sees it: one to be put; or one to be printed, which is a Kinesis record, a user record out of a KPL
 * aggregate, or a log event out of a record.
 *
 * @param shardId           null, as is the sequence number, until it is stored
 * @param subSequenceNumber its place in the aggregate, or among the log events, from 0
 * @param partitionKey      null when the record has none
 * @param explicitHashKey   a number in decimal; null unless an aggregate says so
 * @param arrival           when the stream took it; null when the service did not tell
 * @param data              not to be changed
 * @param logEvent          where {@code data} was logged; null when it is no log event
 * @param source            where it was read; null when a stream brought it
 */
public record UserRecord(String shardId, String sequenceNumber, long subSequenceNumber, String partitionKey, String explicitHashKey,
        Instant arrival, byte[] data, LogEvent logEvent, Source source) {

    private static final DateTimeFormatter ISO = new DateTimeFormatterBuilder().appendInstant(0).toFormatter();

    /** The last one that was formatted: the next record is mostly of the same, and formatting it takes a quarter of the time of JSON. */
    private static volatile Second second = new Second(0);

    private record Second(long epochSecond, String iso) {
        Second(long epochSecond) {
            this(epochSecond, ISO.format(Instant.ofEpochSecond(epochSecond)).replace("Z", "."));
        }
    }

    /** A log event's source, and its time by the clock of that. */
    public record LogEvent(String logGroup, String logStream, Instant timestamp) {}

    /**
     * Where {@code produce} has read it.
     *
     * @param file null when it was made up
     * @param line counted from 1; 0 when it is all of the file; the number, from 0, when it was made up
     */
    public record Source(String file, long line) {
        public boolean isMadeUp() {
            return file == null;
        }

        @Override
        public String toString() {
            if (isMadeUp()) {
                return "record " + line;
            }
            return line == 0 ? file : file + " line " + line;
        }
    }

    /** One to be put, to the shard that one of its keys chooses. */
    public static UserRecord of(Source source, String partitionKey, String explicitHashKey, byte[] data) {
        return new UserRecord(null, null, 0, partitionKey, explicitHashKey, null, data, null, source);
    }

    /** A Kinesis record as it came. */
    public static UserRecord of(String shardId, KinesisRecord record) {
        return new UserRecord(shardId, record.sequenceNumber(), 0, record.partitionKey(), null,
                record.arrival(), record.data(), null, null);
    }

    public UserRecord withPartitionKey(String partitionKey) {
        return new UserRecord(shardId, sequenceNumber, subSequenceNumber, partitionKey, explicitHashKey, arrival, data, logEvent, source);
    }

    public UserRecord with(byte[] data) {
        return with(logEvent, data, 0);
    }

    /** @param place among the log events */
    public UserRecord with(LogEvent logEvent, byte[] data, int place) {
        return new UserRecord(shardId, sequenceNumber, subSequenceNumber + place, partitionKey, explicitHashKey, arrival, data, logEvent,
                source);
    }

    public UserRecord stored(String shardId, String sequenceNumber, int place) {
        return new UserRecord(shardId, sequenceNumber, place, partitionKey, explicitHashKey, arrival, data, logEvent, source);
    }

    /** Of one length, so that times sort as text; null when there is none. */
    public static String iso(Instant time) {
        if (time == null) {
            return null;
        }
        var now = second;
        if (now.epochSecond() != time.getEpochSecond()) {
            now = new Second(time.getEpochSecond());
            second = now;
        }
        return now.iso() + String.valueOf(1_000 + time.getNano() / 1_000_000).substring(1) + "Z";
    }
}
