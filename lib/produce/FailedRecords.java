package lib.produce;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import lib.cli.Failure;
import lib.cli.JsonLines;
import lib.records.InvalidRecord;
import lib.records.JsonFormat;
import lib.records.UserRecord;
import lib.records.UserRecord.Source;

/**
 * The file of the records that were not delivered, each on a line as {@code --json} reads it. The lines are appended to an existing file.
 * Only its owner can read a new file.
 */
public final class FailedRecords implements Closeable {
    private static final byte[] PROBE = new byte[1 << 12]; // a block of most file systems

    private static final byte[] NEWLINE = {'\n'};

    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path path;
    private final FileOutputStream out;
    private FileChannel old; // for reading; null when it is no regular file

    /** @throws Failure when the file cannot be written to, or another run has locked it */
    public FailedRecords(Path path) {
        this.path = path;
        try {
            create();
            out = new FileOutputStream(path.toFile(), true); // not a channel, which an interrupt would close
        } catch (FileNotFoundException e) {
            throw new Failure("--failed: cannot write to " + e.getMessage(), e);
        }
        try {
            if (Files.isRegularFile(path)) {
                lock();
                probe();
            } else {
                out.write(NEWLINE); // there may be no room; --json passes over it
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Makes the file where there is none, also behind a link. */
    private void create() {
        if (Files.exists(path)) {
            return;
        }
        try {
            FileChannel.open(path, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), OWNER_ONLY).close();
        } catch (IOException e) {
            // opening the stream below reports the error
        }
    }

    private void lock() throws IOException {
        if (out.getChannel().tryLock() == null) {
            throw new Failure("--failed: " + path + " is in use by another run; use another file");
        }
        old = FileChannel.open(path); // until the end: to close any channel of a file gives up the process's lock (POSIX, fcntl)
    }

    /** A full disk takes a new file, but nothing in it. */
    private void probe() throws IOException {
        var size = Files.size(path);
        try {
            out.write(PROBE);
        } finally { // a full disk takes a part of it
            out.getChannel().truncate(size);
        }
        var last = ByteBuffer.allocate(1);
        if (size > 0 && old.read(last, size - 1) == 1 && last.get(0) != '\n') {
            out.write(NEWLINE); // ends a last line that has none
        }
    }

    /**
     * Adds the record, with {@code error} for a person.
     *
     * @throws Failure when it cannot be written
     */
    void add(UserRecord record, String why) {
        add(record.source(), why, json -> {
            JsonFormat.writeKeys(json, record);
            JsonFormat.writeBytes(json, "data", record.data());
        });
    }

    /**
     * Adds what could not be read as a record, as {@code input}, which {@code --json} refuses again.
     *
     * @throws Failure when it cannot be written
     */
    void add(InvalidRecord invalid) {
        add(invalid.source, invalid.getMessage(), json -> JsonFormat.writeBytes(json, "input", invalid.input));
    }

    private void add(Source source, String why, JsonLines.Fields fields) {
        try {
            var line = new ByteArrayOutputStream();
            JsonLines.append(line, json -> {
                JsonFormat.writeSource(json, source);
                json.writeStringField("error", why);
                fields.write(json);
            });
            out.write(line.toByteArray());
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }

    private Failure failure(IOException e) {
        return new Failure("--failed: cannot write to " + path + ": " + e.getMessage(), e);
    }

    @Override
    public void close() throws IOException {
        out.close();
        if (old != null) {
            old.close();
        }
    }
}
