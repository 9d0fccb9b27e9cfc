/**
 * What every command line program needs: option converters, stdout, stderr, exit codes, tables.
 *
 * <p>Begin with {@link Cli}, which runs a command and has the exit codes. Only {@link Stdout} writes to stdout, and {@link Log} writes to
 * stderr. A {@link Failure} is an error that the user can act on; {@link ErrorLine} turns any other error, including those of AWS, into one
 * line.
 *
 * <p>This package imports no other package of lib.
 */
package lib.cli;

//DEPS com.fasterxml.jackson.core:jackson-core:2.21.8
//DEPS org.slf4j:slf4j-simple:1.7.36
//SOURCES AnswerPrinter.java Cli.java Durations.java ErrorLine.java Failure.java JsonLines.java Log.java OpenFile.java Pieces.java
//SOURCES Size.java Stdout.java Table.java TerminalText.java UsageException.java UsageLine.java
