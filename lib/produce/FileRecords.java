package lib.produce;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import lib.cli.Failure;
import lib.cli.OpenFile;
import lib.cli.UsageException;
import lib.compression.Codec;
import lib.compression.InputFile;
import lib.records.InvalidRecord;
import lib.records.RecordParser;
import lib.records.UserRecord;
import lib.records.UserRecord.Source;

/** The records of files: each line of a file, or each file, is a record. */
final class FileRecords implements RecordSource {
    private static final String STDIN = "-";

    private final Deque<String> files;
    private final byte[] delimiter;
    private final boolean skipEmpty;
    private final int max;
    private final Codec decode;
    private final RecordParser parser;
    private String file;
    private InputFile in;
    private Lines lines;
    private boolean isRegular;
    private long line;
    private long before;

    /**
     * @param files     {@code -} is stdin
     * @param delimiter null when each file is a record
     * @param skipEmpty an empty line is no record
     * @param max       the longest line, in bytes
     * @param decode    how the files are packed: gzip, zstd, auto for what their first bytes say, or none to take them as they are; null to
     *                  refuse one that is packed
     * @throws UsageException when one is packed otherwise
     * @throws Failure        when one cannot be read
     */
    FileRecords(List<String> files, byte[] delimiter, boolean skipEmpty, int max, Codec decode, RecordParser parser) {
        this.files = new ArrayDeque<>(files);
        this.delimiter = delimiter;
        this.skipEmpty = skipEmpty;
        this.max = max;
        this.decode = decode;
        this.parser = parser;
        if (Collections.frequency(files, STDIN) > 1) {
            throw new UsageException("- is stdin, which can be read only once");
        }
        if (files.contains(STDIN) && OpenFile.STDIN.kind() == OpenFile.Kind.UNKNOWN && Files.exists(path(STDIN))) { // a file of Java itself
            throw new Failure("cannot read stdin: it is closed");
        }
        for (var name : files) { // before any record is put
            var path = path(name);
            if (!name.equals(STDIN) && (Files.isDirectory(path) || !Files.isReadable(path))) {
                throw new Failure("cannot read " + name + ": " + reason(path));
            }
            if (Files.isRegularFile(path)) { // a pipe is looked at when its turn comes
                var refusal = refusal(name);
                if (refusal != null) {
                    throw new UsageException(refusal);
                }
            }
        }
    }

    private String refusal(String name) {
        try (var channel = name.equals(STDIN) ? null : FileChannel.open(path(name))) {
            var file = channel == null ? stdin() : channel;
            var start = file.position();
            var refusal = refusal(name, new InputFile(file));
            file.position(start); // of stdin, which stays open
            return refusal;
        } catch (IOException e) {
            throw new Failure("cannot read " + name + ": " + e.getMessage(), e);
        }
    }

    private static FileChannel stdin() {
        return new FileInputStream(FileDescriptor.in).getChannel();
    }

    /** Returns why the file is not read; null when it is. */
    private String refusal(String name, InputFile file) {
        var codec = file.codec();
        if (decode == null && codec != Codec.NONE) {
            return "'" + shown(name) + "' is " + codec + "; --decode auto unpacks it";
        }
        if (decode != null && decode != Codec.AUTO && decode != Codec.NONE && decode != codec && !file.isEmpty()) {
            return "'" + shown(name) + "' is not " + decode + "; --decode auto reads unpacked files unchanged";
        }
        return null;
    }

    private static String shown(String name) {
        return name.equals(STDIN) ? "stdin" : name;
    }

    static Path path(String file) {
        return Path.of(file.equals(STDIN) ? "/dev/stdin" : file);
    }

    @Override
    public UserRecord next() throws IOException, InvalidRecord {
        while (lines != null || !files.isEmpty()) {
            if (Thread.currentThread().isInterrupted() && (lines == null || isRegular)) { // of a pipe, what was read is nowhere else
                return null;
            }
            try {
                var record = delimiter == null ? whole() : nextLine();
                if (record != null) {
                    return record;
                }
            } catch (Lines.TooLong e) {
                throw new InvalidRecord(new Source(file, line), null, e.getMessage());
            } catch (ClosedByInterruptException e) {
                return null;
            } catch (IOException e) {
                if (in == null || in.codec() == Codec.NONE || decode == Codec.NONE) {
                    throw e;
                }
                var why = in.isAtEnd() ? "the data ends too early" : e.getMessage();
                throw new Failure("%s: %s: %s".formatted(new Source(file, line), in.codec(), why), e);
            }
        }
        return null;
    }

    /** Null at the end of the file, and for what is to be skipped. */
    private UserRecord nextLine() throws IOException, InvalidRecord {
        if (lines == null) {
            line = 0;
            lines = new Lines(open(), delimiter, max);
        }
        line++;
        var data = lines.next();
        if (data == null) {
            before += in.position();
            lines.close();
            lines = null;
            return null;
        }
        return skipEmpty && data.length == 0 ? null : parser.parse(new Source(file, line), data);
    }

    private UserRecord whole() throws IOException, InvalidRecord {
        line = 0;
        try (var stream = Channels.newInputStream(open())) {
            var data = stream.readNBytes(max + 1);
            before += in.position();
            if (data.length > max) {
                throw new Lines.TooLong(max);
            }
            return skipEmpty && data.length == 0 ? null : parser.parse(new Source(file, 0), data);
        }
    }

    private InputFile open() throws IOException {
        var isFirst = file == null;
        in = null;
        var name = files.remove();
        file = shown(name);
        isRegular = Files.isRegularFile(path(name));
        in = new InputFile(name.equals(STDIN) ? stdin() : FileChannel.open(path(name)));
        var refusal = refusal(name, in);
        if (refusal != null) {
            throw isFirst ? new UsageException(refusal) : new Failure(refusal);
        }
        if (decode != Codec.NONE) {
            in.unpack();
        }
        return in;
    }

    @Override
    public long position() {
        if (lines == null) {
            return before;
        }
        return before + (in.isUnpacked() ? in.position() : lines.position());
    }

    private static String reason(Path unreadable) {
        if (Files.isDirectory(unreadable)) {
            return "it is a directory";
        }
        return Files.exists(unreadable) ? "permission denied" : "no such file";
    }

    @Override
    public void close() throws IOException {
        if (lines != null) {
            lines.close();
        }
    }
}
