package lib.positions;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import lib.cli.ErrorLine;
import lib.cli.Failure;
import lib.kinesis.Pages;

/** A file that one process at a time has, and that a crash leaves as it was before or as it is afterwards. */
final class CheckpointFile implements Closeable {
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /** The largest size, in bytes. A shard takes up to 350, and {@link Pages#MAX_ITEMS} limits the shards of a stream. */
    private static final int MAX_SIZE = 128 << 20;

    private final Path file;
    private final FileChannel lock;

    private CheckpointFile(Path file, FileChannel lock) {
        this.file = file;
        this.lock = lock;
    }

    /** @throws Failure when another process has it, or its folder cannot be written to */
    static CheckpointFile lock(Path path) {
        try {
            checkRegular(path);
            var file = target(path);
            var lockFile = sibling(file, ".lock"); // a file of its own, because the file itself is replaced
            checkRegular(lockFile);
            var lock = FileChannel.open(lockFile, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), OWNER_ONLY);
            if (!tryLock(lock)) {
                lock.close();
                throw new Failure("checkpoint " + path + " is in use by another run; use another file, or end the other run");
            }
            return new CheckpointFile(file, lock);
        } catch (IOException e) {
            throw failure("open", path, e);
        }
    }

    /** Refuses a file before it is opened: to open a pipe waits for its other end, and a device may have no end. */
    private static void checkRegular(Path file) throws FileSystemException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            var what = Files.isDirectory(file) ? "it is a directory" : "it is not a regular file";
            throw new FileSystemException(file.toString(), null, what + "; use another file");
        }
    }

    /** Returns the file that a path leads to, so that links stay links. The file need not exist. */
    private static Path target(Path path) throws IOException {
        try {
            return path.toRealPath();
        } catch (NoSuchFileException e) {
            return Files.isSymbolicLink(path) ? target(path.resolveSibling(Files.readSymbolicLink(path))) : path.toAbsolutePath();
        }
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /** Its content, or null when there is none yet. */
    byte[] read() {
        return read(file);
    }

    /** The content of one that another process may have, or null when there is none yet. */
    static byte[] read(Path file) {
        try {
            checkRegular(file);
            if (!Files.exists(file)) {
                return null;
            }
            if (Files.size(file) > MAX_SIZE) {
                throw new FileSystemException(file.toString(), null,
                        "the file has more than 128 MiB, so it is not a checkpoint; use another file");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw failure("read", file, e);
        }
    }

    void replace(byte[] content) {
        var temporary = sibling(file, ".lock.tmp"); // of the run that has the lock: FILE.tmp could be a file of the user
        try {
            Files.deleteIfExists(temporary);
            try (var out = FileChannel.open(temporary, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY)) {
                if (Files.exists(file)) {
                    copyAccess(file, temporary);
                }
                for (var rest = ByteBuffer.wrap(content); rest.hasRemaining();) {
                    out.write(rest);
                }
                out.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            try (var folder = FileChannel.open(file.getParent())) {
                folder.force(true); // the rename, too
            }
        } catch (IOException e) {
            throw failure("write", file, e);
        }
    }

    /** Gives a file the mode of another, and its group and owner where this user may. */
    private static void copyAccess(Path from, Path to) throws IOException {
        var access = Files.readAttributes(from, PosixFileAttributes.class);
        var view = Files.getFileAttributeView(to, PosixFileAttributeView.class);
        var mode = EnumSet.copyOf(access.permissions());
        try {
            view.setGroup(access.group());
        } catch (IOException e) { // this user is not in the group, and the mode is not for another one
            mode.removeAll(PosixFilePermissions.fromString("---rwx---"));
        }
        try {
            view.setOwner(access.owner());
        } catch (IOException e) {
            // only root can give a file away: it is this user's from now on
        }
        view.setPermissions(mode);
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }

    private static Path sibling(Path file, String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }

    private static Failure failure(String verb, Path file, IOException e) {
        var isOther = e instanceof FileSystemException f && f.getFile() != null && f.getFile().startsWith(file + ".lock");
        var other = isOther ? ((FileSystemException) e).getFile() + ": " : "";
        return new Failure("cannot " + verb + " checkpoint " + file + ": " + other + ErrorLine.ofWriting(e), e);
    }
}
