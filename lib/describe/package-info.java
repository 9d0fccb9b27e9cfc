/**
 * Answers about streams, as tables, as JSON and on a live screen.
 *
 * <p>Begin with {@link lib.describe.StreamTable} for all streams, {@link lib.describe.StreamDescription} and {@link
 * lib.describe.ShardTable} for one. {@link lib.describe.Watch} shows the {@link lib.describe.Traffic} that the engine reads; only {@link
 * lib.describe.Screen} writes to a terminal.
 *
 * <p>This wing knows no payload of a record, just sizes and times.
 */
package lib.describe;

//DEPS org.jline:jline-terminal:3.29.0
//SOURCES ConsumerTable.java Dashboard.java Rate.java Screen.java ShardTable.java ShardTree.java StreamDescription.java StreamTable.java
//SOURCES Traffic.java Watch.java
//SOURCES ../read/package-info.java ../positions/package-info.java ../kinesis/package-info.java ../cli/package-info.java
