/**
 * What every command line program needs: options' types, stdout, stderr, exit codes, tables.
 *
 * <p>Begin with {@link lib.cli.Cli}, which runs a command and owns the exit codes. {@link lib.cli.Stdout} is the only class that writes to
 * stdout, {@link lib.cli.Log} writes to stderr, and {@link lib.cli.Failure} is an error with a message for the user.
 *
 * <p>This wing knows nothing of streams, shards or records. It imports no other wing.
 */
package lib.cli;

//DEPS com.fasterxml.jackson.core:jackson-core:2.21.8
//DEPS org.slf4j:slf4j-simple:1.7.36
//SOURCES AnswerPrinter.java Cli.java Durations.java ErrorLine.java Failure.java JsonLines.java Log.java OpenFile.java Pieces.java
//SOURCES Size.java Stdout.java Table.java TerminalText.java UsageException.java UsageLine.java
