package lib.consume;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import lib.cli.Log;
import lib.cli.Size;
import lib.cli.TerminalText;
import lib.cli.UsageException;
import lib.cli.UsageLine;
import lib.compression.Codec;
import lib.kinesis.StreamRef;
import lib.records.Deaggregator;
import lib.records.Decoder;
import lib.records.FormatString;
import lib.records.JsonFormat;
import lib.records.RecordFormat;
import lib.records.Unpacking;
import lib.records.UserRecord;
import picocli.CommandLine.Option;

/** The options that say what is printed of a record, and what records are made of before that. */
public final class OutputOptions {
    /** For a usage text. */
    public static final String TOKENS = """

            FORMAT is text with tokens and escapes. No newline is added: write \\n or use -D.
              %%s   data                  with a modifier: %%s{base64}, %%s{hex}
              %%k   partition key         %%k{base64}, %%k{hex}
              %%p   shard id
              %%o   sequence number
              %%u   sub-sequence number   position in an aggregate or among log events
              %%T   arrival time          in milliseconds since 1970; %%T{iso}
              %%S   size of the data      in bytes
              %%t   stream name
              %%h   explicit hash key     of a record of an aggregate; {base64}, {hex}
              %%g   log group             of a log event; {base64}, {hex}
              %%l   log stream            of a log event; {base64}, {hex}
              %%e   event time            of a log event, like %%T
              %%%%   a percent sign
            A token without a value is empty. Escapes, also in DELIM: \\n \\t \\r \\0 \\xHH \\\\
            """;

    @Option(names = {"-o", "--output"}, paramLabel = "NAME", completionCandidates = Names.class,
            description = "text, raw (only the data) or json (an object), each followed by a newline (default: text).")
    private String name;

    @Option(names = {"-f", "--format"}, paramLabel = "FORMAT", description = "Print records in FORMAT; see below. Excludes -o.")
    private String format;

    @Option(names = "-D", paramLabel = "DELIM",
            description = "Print DELIM, not a newline, after each record; escapes as in FORMAT. -D= prints nothing.")
    private String delimiter;

    @Option(names = "-0", description = "Same as -D '\\0', for xargs -0.")
    private boolean nul;

    @Option(names = "--json-data", description = "With -o json: print data that is JSON as JSON, not as a string.")
    private boolean jsonData;

    @Option(names = "--raw-control", description = "Print control characters to a terminal unchanged. JSON always escapes them.")
    private boolean rawControl;

    @Option(names = "--no-deaggregate", description = "Do not split aggregates of the Kinesis Producer Library into records.")
    private boolean noDeaggregate;

    @Option(names = "--decode", paramLabel = "CODEC", defaultValue = "none", converter = Codec.Converter.class,
            description = "Decode data: gzip, zlib, zstd, auto (detects these by the first bytes), none, or cloudwatch-logs, which prints a"
                    + " record for each log event of a subscription (default: ${DEFAULT-VALUE}).")
    private Codec codec;

    @Option(names = "--max-decoded", paramLabel = "SIZE", defaultValue = "64MiB", converter = Size.class,
            description = "Print data unchanged if it decodes to more than SIZE, or to more than an eighth of the heap"
                    + " (default: ${DEFAULT-VALUE}).")
    private int maxDecoded;

    /** Those of -o. */
    private static final class Names extends ArrayList<String> {
        Names() {
            super(List.of("text", "raw", "json"));
        }
    }

    /**
     * The format of a run on this stream.
     *
     * @throws UsageException when the options are wrong
     */
    public RecordFormat format(StreamRef stream) {
        if (name != null && format != null) {
            throw new UsageException("-o and -f exclude each other");
        }
        if (delimiter != null && nul) {
            throw new UsageException("-D and -0 exclude each other");
        }
        if (jsonData && !"json".equals(name)) {
            throw new UsageException("--json-data needs -o json");
        }
        var end = RecordFormat.literal(end());
        return RecordFormat.of(List.of(record(stream, TerminalText.stdout(rawControl)), end));
    }

    /**
     * Whether the answer to a question is to be JSON.
     *
     * @throws UsageException when the options ask for what only records have
     */
    public boolean isJson() {
        if (format != null || delimiter != null || nul || name != null && !name.matches("text|json")) {
            throw new UsageException("the status is printed as text, or with -o json as JSON; leave out other formats");
        }
        return "json".equals(name);
    }

    /** Returns what follows each record. */
    private byte[] end() {
        if (nul) {
            return new byte[1];
        }
        var byDefault = format == null ? "\n" : "";
        return FormatString.unescape("-D", delimiter == null ? byDefault : delimiter);
    }

    private RecordFormat record(StreamRef stream, TerminalText terminal) {
        if (format != null) {
            return FormatString.compile("-f", format, stream.name(), terminal);
        }
        return switch (name == null ? "text" : name) {
            case "text" -> FormatString.compile("text", "shard %p data: %s", stream.name(), terminal);
            case "raw" -> FormatString.compile("raw", "%s", stream.name(), terminal);
            case "json" -> new JsonFormat(jsonData);
            default -> throw new UsageException("--output: "
                    + UsageLine.noChoice("format", name, List.of("text", "raw", "json", "-f FORMAT")));
        };
    }

    /**
     * How a run unpacks records.
     *
     * @param partitionKey the only one whose records it is about; null for all
     */
    public Unpacking unpacking(String partitionKey, Log log) {
        Function<UserRecord, Iterable<UserRecord>> deaggregator = noDeaggregate ? List::of : new Deaggregator(log);
        var decoder = new Decoder(codec, maxDecoded, log);
        var name = (noDeaggregate ? "" : "deaggregate, ") + decoder;
        var unpacking = new Unpacking(name, deaggregator);
        if (partitionKey != null) {
            return unpacking.then(part -> partitionKey.equals(part.partitionKey()) ? decoder.apply(part) : List.of());
        }
        return codec == Codec.NONE ? unpacking : unpacking.then(decoder::apply);
    }
}
