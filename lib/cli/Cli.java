package lib.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParseResult;

/** Runs a command as a Unix tool: one line on stderr for an error, and the exit codes, which only this class knows. */
public final class Cli {
    /** The version of all scripts, which {@code --version} prints after the name of the script. */
    public static final String VERSION = "1.0.0";

    /** Did what was asked. */
    public static final int OK = 0;

    /** Did not come to its end, or found what it was to look out for. */
    public static final int FAILED = 1;
    private static final int USAGE = 2;

    /** Came to its end, but some records are not delivered. */
    public static final int UNDELIVERED = 3;

    /** No records came for too long. */
    public static final int IDLE = 4;

    private static final Map<String, String> EXIT_CODES = UsageMessageSpec.keyValuesMap(
            "0:success; also when the reader of stdout closes the pipe",
            "1:failure, with the reason on stderr; also a lag above --max-lag, or a permission that 'stream check' finds denied",
            "2:wrong arguments",
            "3:produce: some records were not delivered",
            "4:consume: --idle-timeout expired",
            "130:interrupted by Ctrl-C",
            "143:terminated by SIGTERM");

    private static volatile boolean ending;

    private Cli() {}

    /** Runs the command and ends the process. */
    public static void main(Callable<Integer> command, String... args) {
        Locale.setDefault(Locale.ROOT); // the output is for programs, too
        Log.guardStderr();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> ending = true));
        var line = line(command, new PrintWriter(Log.UNGUARDED));
        Thread.setDefaultUncaughtExceptionHandler((thread, error) -> uncaught(error, line));
        System.exit(execute(line, args));
    }

    /**
     * The same, and begins with other work while the options are read.
     *
     * @param ahead what else would take the time later; whether it fails does not matter
     */
    public static void main(Callable<Integer> command, Runnable ahead, String... args) {
        Locale.setDefault(Locale.ROOT);
        if (Stream.of(args).noneMatch(arg -> arg.matches("-\\w*v.*|--verbose"))) { // else it may log before it is known how much
            setLogLevel("off");
            var thread = new Thread(ahead);
            thread.setDaemon(true);
            thread.setUncaughtExceptionHandler((failed, error) -> {});
            thread.start();
        }
        main(command, args);
    }

    /** Runs the command, whose options are picocli's, and returns the exit code. */
    public static int run(Callable<Integer> command, String... args) {
        return run(command, new PrintWriter(Log.UNGUARDED), args); // the synopsis has colors
    }

    /**
     * Runs the command with another destination for usage errors.
     *
     * @param err gets the line about a wrong argument, and the synopsis
     */
    public static int run(Callable<Integer> command, PrintWriter err, String... args) {
        return execute(line(command, err), args);
    }

    private static CommandLine line(Callable<Integer> command, PrintWriter err) {
        System.setProperty("picocli.trace", "OFF"); // it would warn of an odd number of quotes in a value
        var line = new CommandLine(command).setErr(err);
        Stream.concat(Stream.of(line), line.getSubcommands().values().stream()).map(CommandLine::getCommandSpec)
                .forEach(spec -> spec.version(spec.root().name() + " " + VERSION)
                        .usageMessage().exitCodeListHeading("%nExit codes:%n").exitCodeList(EXIT_CODES));
        return line
                .registerConverter(Duration.class, Durations::parse)
                .setUsageHelpAutoWidth(true)
                .setExpandAtFiles(false) // a partition key may begin with an @
                .setExecutionStrategy(Cli::execute)
                .setParameterExceptionHandler((e, arguments) -> usage(e.getCommandLine(), UsageLine.of(e)))
                .setExecutionExceptionHandler(Cli::failed);
    }

    private static int execute(CommandLine line, String... args) {
        try {
            return line.execute(args);
        } catch (Error e) { // which picocli's handlers do not get
            return failed(e, line, line.getParseResult());
        }
    }

    /** Reports the error of a thread. After an Error, such as too little memory, the process ends: its state is unknown. */
    private static void uncaught(Throwable error, CommandLine line) {
        try {
            var exitCode = failed(error, line, line.getParseResult());
            if (error instanceof Error && !ending) { // in a shutdown hook, System.exit would wait for itself
                System.exit(exitCode);
            }
        } catch (Error e) { // no memory even for that
            Runtime.getRuntime().halt(FAILED);
        }
    }

    private static int execute(ParseResult parsed) {
        setLogLevel(isDebug(parsed) ? "debug" : "off");
        return new CommandLine.RunLast().execute(parsed);
    }

    /** Read once, by the first logger. */
    private static void setLogLevel(String level) {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", level);
        System.setProperty("org.slf4j.simpleLogger.log.org.apache.hc", "off"); // these would log every byte
        System.setProperty("org.slf4j.simpleLogger.log.io.netty", "off");
    }

    private static int failed(Throwable thrown, CommandLine command, ParseResult parsed) {
        Throwable error = thrown;
        while (error instanceof ExecutionException) { // of one thread, or of one that waited for it
            error = error.getCause();
        }
        if (error instanceof Stdout.ReaderGone) {
            return OK;
        }
        if (error instanceof UsageException) {
            return usage(command, error.getMessage());
        }
        if (!ending && !(error instanceof Stdout.Stopped)) { // an error while the process ends is of no use to the user who ended it
            System.err.print(name(command) + ": " + TerminalText.escapeLine(ErrorLine.of(error)) + "\n"); // it may quote an endpoint
            if (isDebug(parsed)) {
                error.printStackTrace();
            }
        }
        return FAILED;
    }

    private static int usage(CommandLine command, String message) {
        var help = command.getHelp();
        command.getErr().println(name(command) + ": " + Log.safe(message));
        command.getErr().print(help.synopsisHeading() + help.synopsis(help.synopsisHeadingLength()));
        command.getErr().flush();
        return USAGE;
    }

    /** Returns the full name of a command, such as {@code stream split}. */
    private static String name(CommandLine command) {
        return command.getCommandSpec().qualifiedName();
    }

    private static boolean isDebug(ParseResult parsed) {
        if (parsed != null && parsed.hasSubcommand()) {
            return isDebug(parsed.subcommand());
        }
        return parsed != null && parsed.matchedOptionValue("-v", new boolean[0]).length > 1;
    }
}
