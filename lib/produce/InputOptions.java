package lib.produce;

import com.fasterxml.jackson.core.JsonPointer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import lib.cli.Failure;
import lib.cli.Log;
import lib.cli.OpenFile;
import lib.cli.Size;
import lib.cli.UsageException;
import lib.cli.UsageLine;
import lib.compression.Codec;
import lib.kinesis.HashKeys;
import lib.kinesis.Quotas;
import lib.records.FormatString;
import lib.records.JsonRecordParser;
import lib.records.LineParser;
import lib.records.RecordParser;
import lib.records.UserRecord.Source;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** The options that say what records are made of: files or generated data; and by which keys they are put. */
public final class InputOptions {
    private static final int MAX_LINE = 64 << 20; // it may be compressed, or JSON; a record has 10 MiB at most
    private static final int HEAP_SHARE = 8;
    private static final List<String> STDIN = List.of("-");

    @Option(names = "--decode", paramLabel = "CODEC", converter = FileCodecs.class, completionCandidates = FileCodecs.class,
            description = "Decode compressed files first: gzip, zstd, or auto (detects both by the first bytes; other files are read"
                    + " unchanged).")
    private Codec decode;

    @Option(names = "-D", paramLabel = "DELIM", description = "Split files at DELIM instead of newlines; escapes as in FORMAT.")
    private String delimiter;

    @Option(names = "-0", description = "Same as -D '\\0', for find -print0.")
    private boolean nul;

    @Option(names = "--whole", description = "Put each file as one record.")
    private boolean whole;

    @Option(names = "--skip-empty", description = "Skip empty lines.")
    private boolean skipEmpty;

    @Option(names = "--json", description = "Read lines in the format of 'consume -o json': keys, and data or dataBase64.")
    private boolean json;

    @Option(names = "--base64", description = "Decode each line, after the key of -K, from base64.")
    private boolean base64;

    @Option(names = "-k", paramLabel = "KEY", description = "Partition key of all records (default: a random key for each record;"
            + " no key with record distribution AUTO).")
    private String key;

    @Option(names = "-K", paramLabel = "DELIM", description = "Cut the partition key off each line at the first DELIM.")
    private String keyDelimiter;

    @Option(names = "--key-field", paramLabel = "POINTER",
            description = "Take the partition key from JSON data at this JSON pointer, such as /user/id.")
    private String keyField;

    @Option(names = "--hash-key", paramLabel = "N", description = "Explicit hash key of all records; selects the shard.")
    private String hashKey;

    @Option(names = "--gzip", description = "Compress each record; 'consume --decode gzip' decodes it.")
    private boolean gzip;

    @Option(names = "--data", paramLabel = "TEMPLATE",
            description = "Generate records with this data: {n} is the record number from 0, {time} the time,"
                    + " {random} 16 random hex digits (default: 'message data {n}').")
    private String template;

    @Option(names = "--size", paramLabel = "SIZE", converter = Size.class,
            description = "Generate records, padded to SIZE with random letters.")
    private Integer size;

    /** How files may be packed. */
    private static final class FileCodecs extends ArrayList<String> implements ITypeConverter<Codec> {
        FileCodecs() {
            super(List.of("gzip", "zstd", "auto"));
        }

        @Override
        public Codec convert(String name) {
            if (!contains(name)) {
                throw new UsageException(UsageLine.noChoice("codec of files", name, this));
            }
            return Codec.valueOf(name.toUpperCase(Locale.ROOT));
        }
    }

    /**
     * The records of the files. Without a file, those of stdin if something may come from there; else, and when nothing does, generated
     * records.
     *
     * @param log tells of a stdin that is silent
     * @throws UsageException when the options are wrong, or a file is packed and no option says that
     * @throws Failure        when a file cannot be read
     */
    public RecordSource records(List<String> files, Log log) {
        var isStdin = isStdin(files);
        var ofFiles = Stream.of(used("--decode", decode), used("-D", delimiter), used("-0", nul), used("--whole", whole),
                used("--skip-empty", skipEmpty), used("--json", json), used("--base64", base64), used("-K", keyDelimiter),
                template == null ? used("--key-field", keyField) : null).filter(Objects::nonNull).findFirst();
        if (!files.isEmpty()) {
            refuse("%s and FILE exclude each other", used("--data", template), used("--size", size));
        } else if (!isStdin) {
            refuse("%s needs a FILE, or - for stdin", ofFiles.orElse(null));
        }
        exclude(used("-D", delimiter), used("-0", nul), used("--whole", whole));
        exclude(used("--json", json), used("-k", key), used("-K", keyDelimiter), used("--key-field", keyField));
        exclude(used("--json", json), used("--hash-key", hashKey));
        exclude(used("--json", json), used("--base64", base64));
        if (key != null && !Quotas.isPartitionKey(key)) {
            throw new UsageException("-k must have 1 to 256 characters");
        }
        if (hashKey != null && !HashKeys.isHashKey(hashKey)) {
            throw new UsageException("--hash-key must be a number from 0 to 2^128-1");
        }
        if (!files.isEmpty() || ofFiles.isPresent()) {
            return read(isStdin ? STDIN : files);
        }
        var generator = new Generator(template == null ? "message data {n}" : template, size == null ? 0 : size, parser(true));
        return isStdin ? new StdinRecords(read(STDIN), generator, log) : generator;
    }

    /** Returns whether stdin is read, though it is none of these files. */
    private boolean isStdin(List<String> files) {
        return files.isEmpty() && template == null && size == null && OpenFile.STDIN.hasInput();
    }

    private RecordSource read(List<String> files) {
        var heapShare = (int) Math.min(MAX_LINE, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
        var codec = decode == null && (whole || base64) ? Codec.NONE : decode;
        return new FileRecords(files, delimiter(), skipEmpty || json, heapShare, codec, parser(false));
    }

    /** Returns what ends a record in a file; null when each file is a record. */
    private byte[] delimiter() {
        if (whole) {
            return null;
        }
        return nul ? new byte[1] : bytes("-D", Objects.requireNonNullElse(delimiter, "\n"));
    }

    /** Returns whether the file is read, as one of these or as stdin. */
    public boolean isRead(Path file, List<String> files) throws IOException {
        return isOneOf(file, isStdin(files) ? STDIN : files);
    }

    /** Whether the file is one of these. */
    public static boolean isOneOf(Path file, List<String> files) throws IOException {
        for (var name : files) {
            var path = FileRecords.path(name);
            if (Files.exists(file) && Files.exists(path) && Files.isSameFile(file, path)) {
                return true;
            }
        }
        return false;
    }

    /** The option's name, or null when it is not given. */
    private static String used(String option, Object value) {
        return value == null || value.equals(false) ? null : option;
    }

    private static void refuse(String message, String... options) {
        Stream.of(options).filter(Objects::nonNull).findFirst().ifPresent(option -> {
            throw new UsageException(message.formatted(option));
        });
    }

    private static void exclude(String... options) {
        var used = Stream.of(options).filter(Objects::nonNull).toList();
        if (used.size() > 1) {
            throw new UsageException(used.get(0) + " and " + used.get(1) + " exclude each other");
        }
    }

    private RecordParser parser(boolean generated) {
        RecordParser parser = json ? JsonRecordParser::parse
                : new LineParser(keyDelimiter == null ? null : bytes("-K", keyDelimiter), base64, pointer(), otherKey(generated), hashKey);
        return gzip ? parser.gzip() : parser;
    }

    /** Returns the partition key of a record that has none in itself. */
    private Function<Source, String> otherKey(boolean generated) {
        if (key != null) {
            return source -> key;
        }
        return generated ? source -> "key" + source.line() : source -> null;
    }

    private JsonPointer pointer() {
        try {
            return keyField == null ? null : JsonPointer.compile(keyField);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--key-field: '" + keyField + "' is not a JSON pointer; write /user/id, for example");
        }
    }

    private static byte[] bytes(String option, String text) {
        var bytes = FormatString.unescape(option, text);
        if (bytes.length == 0) {
            throw new UsageException(option + " must not be empty" + (option.equals("-D") ? "; --whole makes one record of a file" : ""));
        }
        return bytes;
    }
}
