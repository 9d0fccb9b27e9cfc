/**
 * Answers about streams: tables, JSON, and a live screen.
 *
 * <p>Begin with {@link StreamTable} for all streams, and with {@link StreamDescription} and {@link ShardTable} for one. {@link Watch} shows
 * the {@link Traffic} of each shard ({@code --watch}); only {@link Screen} takes over the terminal.
 *
 * <p>This package knows only the sizes and times of records.
 */
package lib.describe;

//DEPS org.jline:jline-terminal:3.29.0
//SOURCES ConsumerTable.java Dashboard.java Rate.java Screen.java ShardTable.java ShardTree.java StreamDescription.java StreamTable.java
//SOURCES Traffic.java Watch.java
//SOURCES ../read/package-info.java ../positions/package-info.java ../kinesis/package-info.java ../cli/package-info.java
