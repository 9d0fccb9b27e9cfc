package lib.cli;

import java.io.PrintStream;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** What is said to a person while a command runs: lines on stderr, as many as {@code -q} and {@code -v} ask for. */
public final class Log {
    /** The stderr of the process before {@link #guardStderr}: for what commands the terminal on purpose. */
    public static final PrintStream UNGUARDED = System.err;

    /** Erases the line that the cursor is in (ECMA-48, Erase in Line). */
    private static final String OVER_LINE = "\r\u001b[K";

    private static final int MIN_SECRET = 16; // IAM API reference, AccessKey; shorter ones are made up for an emulator, and can be any word
    private static final Set<String> SECRETS = ConcurrentHashMap.newKeySet();

    /** Finds the secrets that {@link #SECRETS} does not have, such as the keys of a source profile. */
    private static final Pattern OTHER_SECRETS = Pattern.compile("(?<=x-amz-security-token:)\\S+|\\bA[KS]IA[A-Z0-9]{12,}");

    /** Prints a line in one write, which no line of another process divides. */
    private static final Consumer<String> STDERR = line -> System.err.print(line + "\n");

    @Option(names = {"-q", "--quiet"}, description = "Print only warnings and errors to stderr.")
    private boolean quiet;

    @Option(names = {"-v", "--verbose"}, description = "Print more messages; -vv adds the log of the AWS SDK and stack traces.")
    private boolean[] verbose = {};

    private volatile Consumer<String> out = STDERR;
    private boolean hasStatus; // whether a line is shown that the next one replaces
    private final Set<Kind> said = ConcurrentHashMap.newKeySet();

    /** What {@link #warnOnce} is about. */
    public enum Kind {
        /** A record begins like an aggregate, and is none. */
        AGGREGATE,

        /** Packed data is damaged, or packed otherwise. */
        DAMAGED,

        /** Packed data is too large. */
        TOO_LARGE,

        /** A library for packed data does not load. */
        NATIVE_CODE,

        /** Metrics are lost. */
        METRICS
    }

    /** Makes all text safe that goes to {@link System#err}, also the log of the AWS SDK and stack traces: see {@link #safe}. */
    static void guardStderr() {
        var credentials = Stream.of("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN");
        credentials.map(System::getenv).forEach(Log::hide); // a usage error may quote one
        System.setErr(new PrintStream(UNGUARDED, true) {
            @Override
            public void print(String text) {
                UNGUARDED.print(safe(String.valueOf(text)));
            }
        });
    }

    /** Keeps a credential out of every line from now on. */
    public static void hide(String secret) {
        if (secret != null && secret.length() >= MIN_SECRET) {
            SECRETS.add(secret);
        }
    }

    /** Returns the text without credentials. What it quotes may not command the terminal. */
    static String safe(String text) {
        for (var secret : SECRETS) {
            text = text.replace(secret, "***");
        }
        return TerminalText.escape(OTHER_SECRETS.matcher(text).replaceAll("***"));
    }

    /** Returns a number of things in words: 1 shard, 1,000 shards. */
    public static String count(long count, String noun) {
        return "%,d %s%s".formatted(count, noun, count == 1 ? "" : "s");
    }

    /** A line that {@code -q} does not silence. */
    public synchronized void warn(String format, Object... args) {
        if (hasStatus) {
            UNGUARDED.print(OVER_LINE);
        }
        out.accept(TerminalText.escapeLine(safe(format.formatted(args))));
    }

    /**
     * Shows a line that the next one replaces, if stderr is a terminal and {@code -q} is not given.
     *
     * @param line null for none: erases the line that is shown
     */
    public synchronized void status(String line) {
        if (line != null && !quiet && OpenFile.STDERR.isTerminal()) {
            UNGUARDED.print(OVER_LINE + TerminalText.escapeLine(safe(line)));
            hasStatus = true;
        } else if (hasStatus) {
            UNGUARDED.print(OVER_LINE);
            hasStatus = false;
        }
    }

    /** {@link #warn}, the first time that there is something of the kind to say; with {@code -v} every time. */
    public void warnOnce(Kind kind, String format, Object... args) {
        if (said.add(kind)) {
            warn(format + (verbose.length > 0 ? "" : "; -v shows more warnings of this kind"), args);
        } else {
            verbose(format, args);
        }
    }

    /** A line about the progress of the work. */
    public void info(String format, Object... args) {
        if (!quiet) {
            warn(format, args);
        }
    }

    /** A line that only {@code -v} shows. */
    public void verbose(String format, Object... args) {
        if (verbose.length > 0) {
            info(format, args);
        }
    }

    public boolean isQuiet() {
        return quiet;
    }

    public boolean isVerbose() {
        return verbose.length > 0;
    }

    /** Whether the AWS SDK writes its log to stderr. */
    public boolean isDebug() {
        return verbose.length > 1;
    }

    /** Lines go there from now on; null is stderr again. */
    public void to(Consumer<String> out) {
        this.out = out == null ? STDERR : out;
    }
}
