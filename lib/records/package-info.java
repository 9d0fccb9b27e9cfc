/**
 * A record and its forms: text, JSON, format strings, aggregates, packed payloads.
 *
 * <p>Begin with {@link UserRecord}, a record as its user sees it. A {@link RecordFormat} writes it, and {@link FormatString} has the tokens
 * of {@code -f}; a {@link RecordParser} reads it. {@link Deaggregator} and {@link Decoder} turn a Kinesis record into user records.
 *
 * <p>This package does not know where a record comes from or where it goes.
 */
package lib.records;

//DEPS com.google.protobuf:protobuf-java:4.36.2
//SOURCES AggregateFormat.java CloudWatchLogs.java Deaggregator.java Decoder.java FormatString.java InvalidRecord.java JsonFormat.java
//SOURCES JsonRecordParser.java LineParser.java RecordFormat.java RecordParser.java Unpacking.java UserRecord.java
//SOURCES ../compression/package-info.java ../kinesis/package-info.java ../cli/package-info.java
