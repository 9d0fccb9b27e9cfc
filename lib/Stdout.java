package lib;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** The one way to stdout: what is written is out when the call returns, whole, and an error is never swallowed. */
public final class Stdout extends OutputStream {
    /** How long an interrupt waits for the work under way; then its reader has stopped, or the network has. */
    private static final int GRACE_SECONDS = 2;

    /** The channel copies what it is given to memory outside the heap, and keeps that for each thread. */
    private static final int SLICE = 1 << 16;

    // types of file, see inode(7)
    private static final int FIFO = 0010000;
    private static final int CHARACTER_DEVICE = 0020000;
    private static final int SOCKET = 0140000;
    private static final int UNKNOWN = 0; // there is no such device

    private static final long FULL_PIPE_NANOS = 1_000_000;

    private final ReentrantLock lock = new ReentrantLock(true);
    private final WritableByteChannel out;
    private volatile Runnable beforeEnd = () -> {};
    private volatile Runnable atEnd = () -> {};

    /** The process's stdout, unbuffered; from here on, the process does not end while it is {@link #hold held}. */
    public Stdout() {
        this(new FileOutputStream(FileDescriptor.out).getChannel());
        Runtime.getRuntime().addShutdownHook(new Thread(this::end));
    }

    Stdout(WritableByteChannel out) {
        this.out = out;
    }

    /** Keeps other threads and the end of the process away until it is closed: nothing in between is cut in two. */
    public Hold hold() {
        lock.lock();
        return lock::unlock;
    }

    public interface Hold extends AutoCloseable {
        @Override
        void close();
    }

    /** @throws ReaderGone when the other end of a pipe is closed */
    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        var rest = ByteBuffer.wrap(bytes, offset, length);
        try (var whole = hold()) {
            while (rest.hasRemaining()) {
                var written = out.write(rest.slice(rest.position(), Math.min(rest.remaining(), SLICE)));
                rest.position(rest.position() + written);
                if (written == 0) { // a full pipe that another process has made non-blocking
                    LockSupport.parkNanos(FULL_PIPE_NANOS);
                }
            }
        } catch (IOException e) {
            if (isPipe()) {
                throw new ReaderGone(e);
            }
            throw new Failure("cannot write to stdout: " + e.getMessage(), e);
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    public void println(String line) throws IOException {
        write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** What is still to be done when the process ends, by whatever reason, and may write. */
    public void beforeEnd(Runnable work) {
        beforeEnd = work;
    }

    /** What is still to be done when the process ends, by whatever reason, and nothing more is written. */
    public void atEnd(Runnable work) {
        atEnd = work;
    }

    private void end() {
        beforeEnd.run();
        try {
            lock.tryLock(GRACE_SECONDS, TimeUnit.SECONDS); // and keeps it
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            atEnd.run();
        } catch (RuntimeException e) {
            System.err.print(ErrorLine.of(e) + "\n");
        }
    }

    /** A write to a pipe fails for one reason only; the text of the error would depend on the user's language. */
    private static boolean isPipe() {
        var type = type("/dev/stdout");
        return type == FIFO || type == SOCKET;
    }

    /** Whether a person looks at it. */
    static boolean isTerminal() {
        return Terminals.STDOUT;
    }

    /** Asked once. */
    private static final class Terminals {
        static final boolean STDOUT = isTerminal(1, "/dev/stdout");
    }

    /** Whether a person looks at stderr. */
    static boolean isStderrTerminal() {
        return isTerminal(2, "/dev/stderr");
    }

    /** {@link System#console} would ask for the same of stdin. */
    private static boolean isTerminal(int descriptor, String device) {
        if (type(device) != CHARACTER_DEVICE) {
            return System.console() != null && type(device) == UNKNOWN;
        }
        try {
            return new ProcessBuilder("/bin/sh", "-c", "test -t " + descriptor).redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.INHERIT).start().waitFor() == 0;
        } catch (IOException e) {
            return true; // so far only /dev/null is another
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private static int type(String device) {
        try {
            return (int) Files.getAttribute(Path.of(device), "unix:mode") & 0170000;
        } catch (IOException | UnsupportedOperationException e) {
            return UNKNOWN;
        }
    }

    /** Whoever read stdout has enough ({@code | head -3}): the work is done. */
    public static final class ReaderGone extends IOException {
        ReaderGone(IOException cause) {
            super("stdout is closed", cause);
        }
    }
}
