/**
 * What consume and worker do with the records that they read: print them.
 *
 * <p>Begin with {@link RecordPrinter}. {@link OutputOptions} has the options that choose what is printed for each record ({@code -o},
 * {@code -f}, {@code --decode}).
 *
 * <p>This package does not know how a shard is read.
 */
package lib.consume;

//SOURCES OutputOptions.java RecordPrinter.java
//SOURCES ../read/package-info.java ../positions/package-info.java ../records/package-info.java ../compression/package-info.java
//SOURCES ../kinesis/package-info.java ../cli/package-info.java
