/**
 * Where the records of produce come from, and what became of them.
 *
 * <p>Begin with {@link Producer}, which moves records from a {@link RecordSource} to the engine that writes, at the {@code --rate} of the
 * user. {@link InputOptions} chooses the source. {@link DeliveryReport} names and counts the records that are not delivered: if there are
 * any, the exit code is 3, or 1 with {@code --strict}.
 *
 * <p>This package does not know how records are put.
 */
package lib.produce;

//DEPS me.tongfei:progressbar:0.10.2
//SOURCES DeliveryReport.java FailedRecords.java FileRecords.java Generator.java InputOptions.java Lines.java Producer.java Progress.java
//SOURCES ReceiptOptions.java RecordSource.java StdinRecords.java
//SOURCES ../write/package-info.java ../records/package-info.java ../compression/package-info.java ../kinesis/package-info.java
//SOURCES ../cli/package-info.java
