package lib;

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
import lib.UserRecord.Source;

/** The records of files: each line of them, or each file, is one. */
final class FileRecords implements RecordSource {
    private static final String STDIN = "-";

    private final Deque<String> files;
    private final byte[] delimiter;
    private final boolean skipEmpty;
    private final int max;
    private final RecordParser parser;
    private String file;
    private Lines lines;
    private boolean isRegular;
    private long line;
    private long before;

    /**
     * @param files     {@code -} is stdin
     * @param delimiter null when each file is a record
     * @param skipEmpty an empty line is no record
     * @param max       the longest line, in bytes
     * @throws Failure when one cannot be read
     */
    FileRecords(List<String> files, byte[] delimiter, boolean skipEmpty, int max, RecordParser parser) {
        this.files = new ArrayDeque<>(files);
        this.delimiter = delimiter;
        this.skipEmpty = skipEmpty;
        this.max = max;
        this.parser = parser;
        if (Collections.frequency(files, STDIN) > 1) {
            throw new UsageException("- is stdin, which can be read once");
        }
        for (var name : files) { // before any record is put
            var path = path(name);
            if (!name.equals(STDIN) && (Files.isDirectory(path) || !Files.isReadable(path))) {
                throw new Failure("cannot read " + name + ": " + (Files.isDirectory(path) ? "it is a directory"
                        : Files.exists(path) ? "permission denied" : "no such file"));
            }
        }
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
            }
        }
        return null;
    }

    /** Null at the end of the file, and for what is to be skipped. */
    private UserRecord nextLine() throws IOException, InvalidRecord {
        if (lines == null) {
            lines = new Lines(open(), delimiter, max);
            line = 0;
        }
        line++;
        var data = lines.next();
        if (data == null) {
            before += lines.position();
            lines.close();
            lines = null;
            return null;
        }
        return skipEmpty && data.length == 0 ? null : parser.parse(new Source(file, line), data);
    }

    private UserRecord whole() throws IOException, InvalidRecord {
        try (var in = Channels.newInputStream(open())) {
            line = 0;
            var data = in.readNBytes(max + 1);
            before += data.length;
            if (data.length > max) {
                throw new Lines.TooLong(max);
            }
            return skipEmpty && data.length == 0 ? null : parser.parse(new Source(file, 0), data);
        } catch (ClosedByInterruptException e) {
            return null;
        }
    }

    private FileChannel open() throws IOException {
        var name = files.remove();
        file = name.equals(STDIN) ? "stdin" : name;
        isRegular = Files.isRegularFile(path(name));
        return name.equals(STDIN) ? new FileInputStream(FileDescriptor.in).getChannel() : FileChannel.open(path(name));
    }

    @Override
    public long position() {
        return before + (lines == null ? 0 : lines.position());
    }

    @Override
    public void close() throws IOException {
        if (lines != null) {
            lines.close();
        }
    }
}
