package lib.produce;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import lib.cli.JsonLines;
import lib.cli.Log;
import lib.cli.TerminalText;
import lib.cli.UsageException;
import lib.cli.UsageLine;
import lib.kinesis.StreamRef;
import lib.records.FormatString;
import lib.records.JsonFormat;
import lib.records.RecordFormat;
import lib.records.UserRecord;
import picocli.CommandLine.Option;

/** The options that say what is printed for a record that is stored. */
public final class ReceiptOptions {
    private static final String TEXT = "produced record to shard %p\\n";

    @Option(names = {"-o", "--output"}, paramLabel = "NAME", completionCandidates = Names.class,
            description = "Print a line for each stored record: text (default for generated"
            + " records, and with -v), or json (shard, sequence number, keys, file and line).")
    private String name;

    @Option(names = {"-f", "--format"}, paramLabel = "FORMAT", description = "Print lines in FORMAT; see below. Excludes -o.")
    private String format;

    /** Those of -o. */
    private static final class Names extends ArrayList<String> {
        Names() {
            super(List.of("text", "json"));
        }
    }

    /** Returns whether the options ask for lines. Without them, only a record that is made up has one. */
    public boolean isWanted(Log log) {
        return name != null || format != null || log.isVerbose();
    }

    /**
     * What is printed for each.
     *
     * @throws UsageException when the options are wrong
     */
    public RecordFormat format(StreamRef stream) {
        if (name != null && format != null) {
            throw new UsageException("-o and -f exclude each other");
        }
        if (format != null) {
            return FormatString.compile("-f", format, stream.name(), TerminalText.stdout(false));
        }
        return switch (name == null ? "text" : name) {
            case "text" -> {
                var terminal = TerminalText.stdout(false).escapes() ? TerminalText.PLAIN : TerminalText.NONE;
                yield FormatString.compile("text", TEXT, stream.name(), terminal);
            }
            case "json" -> ReceiptOptions::json;
            default -> throw new UsageException("--output: " + UsageLine.noChoice("format", name, List.of("text", "json", "-f FORMAT")));
        };
    }

    private static void json(UserRecord record, OutputStream out) throws IOException {
        JsonLines.append(out, json -> {
            JsonFormat.writePlace(json, record);
            JsonFormat.writeKeys(json, record);
            JsonFormat.writeSource(json, record.source());
        });
    }
}
