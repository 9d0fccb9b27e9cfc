package lib;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import software.amazon.awssdk.services.kinesis.model.Record;

/**
 * What is printed: a Kinesis record, a user record out of a KPL aggregate, or a log event out of a record.
 *
 * @param subSequenceNumber its place in the aggregate, or among the log events, from 0
 * @param partitionKey      null when the record has none
 * @param explicitHashKey   a number in decimal; null unless an aggregate says so
 * @param arrival           when the stream took it; null when the service did not tell
 * @param data              not to be changed
 * @param logEvent          where {@code data} was logged; null when it is no log event
 */
public record UserRecord(String shardId, String sequenceNumber, long subSequenceNumber, String partitionKey, String explicitHashKey,
        Instant arrival, byte[] data, LogEvent logEvent) {

    private static final DateTimeFormatter ISO = new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    /** A log event's source, and its time by the clock of that. */
    public record LogEvent(String logGroup, String logStream, Instant timestamp) {}

    /** A Kinesis record as it came. */
    static UserRecord of(String shardId, Record record) {
        return new UserRecord(shardId, record.sequenceNumber(), 0, record.partitionKey(), null,
                record.approximateArrivalTimestamp(), record.data().asByteArrayUnsafe(), null);
    }

    UserRecord with(byte[] data) {
        return with(logEvent, data, 0);
    }

    /** @param place among the log events */
    UserRecord with(LogEvent logEvent, byte[] data, int place) {
        return new UserRecord(shardId, sequenceNumber, subSequenceNumber + place, partitionKey, explicitHashKey, arrival, data, logEvent);
    }

    /** Of one length, so that times sort as text; null when there is none. */
    static String iso(Instant time) {
        return time == null ? null : ISO.format(time);
    }
}
