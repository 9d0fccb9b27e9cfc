/**
 * A record and its forms: text, JSON, format strings, aggregates, packed payloads.
 *
 * <p>Begin with {@link lib.records.UserRecord}, a record as the user sees it. A {@link lib.records.RecordFormat} writes one ({@link
 * lib.records.FormatString} has the tokens of {@code -f}), a {@link lib.records.RecordParser} reads one. {@link lib.records.Deaggregator}
 * and {@link lib.records.Decoder} make the user's records of one Kinesis record.
 *
 * <p>This wing does not know where a record comes from or where it goes.
 */
package lib.records;

//DEPS com.google.protobuf:protobuf-java:4.36.2
//SOURCES AggregateFormat.java CloudWatchLogs.java Deaggregator.java Decoder.java FormatString.java InvalidRecord.java JsonFormat.java
//SOURCES JsonRecordParser.java LineParser.java RecordFormat.java RecordParser.java Unpacking.java UserRecord.java
//SOURCES ../compression/package-info.java ../kinesis/package-info.java ../cli/package-info.java
