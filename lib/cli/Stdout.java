package lib.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The one way to stdout: what is written is out when the call returns, whole, and an error is never swallowed. The process ends between two
 * writes, unless a reader does not take one in time: see {@link #stop}.
 */
public final class Stdout extends OutputStream {
    /** The most bytes that a pipe takes as a whole or not at all (PIPE_BUF on Linux, pipe(7)). */
    public static final int PIPE_BUF = 1 << 12;

    /** A file is written without waiting for a reader. */
    private static final int LARGE_PIECE = 1 << 20;

    /** How long the end of the process waits for the write under way. */
    private static final int GRACE_SECONDS = 2;

    /** How long the end of the process takes beside the work before it, when the lines on stderr are read. */
    private static final Duration LONGEST_STOP = Duration.ofSeconds(5);

    /** The channel copies what a file is given to memory outside the heap, and keeps that for each thread. */
    private static final int LARGE_SLICE = 1 << 16;

    private static final long FULL_PIPE_NANOS = 1_000_000;

    private static final Queue<CompletableFuture<Void>> ENDS = new ConcurrentLinkedQueue<>();

    private final ReentrantLock lock = new ReentrantLock(true);
    private final Object writing = new Object();
    private final WritableByteChannel out;
    private final int pieceSize;
    private final int slice; // small for a pipe, so that a slow reader still shows progress
    private volatile boolean isTaking;
    private volatile long takenAt = System.nanoTime(); // when stdout last took something, or the write under way began
    private Thread writer; // while it may stand still; guarded by writing
    private volatile boolean stopped;
    private volatile Runnable beforeEnd = () -> {};
    private volatile Duration longestWork = Duration.ofSeconds(7); // with the stop, little more than the 10 s that Docker gives a process
    private volatile Runnable atEnd = () -> {};

    /** The process's stdout, unbuffered; from here on, the process ends between two writes. */
    public Stdout() {
        this(new FileOutputStream(FileDescriptor.out).getChannel(), switch (OpenFile.STDOUT.kind()) {
            case PIPE, UNKNOWN -> PIPE_BUF;
            case SOCKET, TERMINAL -> 0;
            case FILE, OTHER -> LARGE_PIECE;
        });
        var ended = new CompletableFuture<Void>();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                endInTime();
            } finally {
                ended.complete(null);
            }
        }));
        ENDS.add(ended);
    }

    /** A pipe. */
    public Stdout(WritableByteChannel out) {
        this(out, PIPE_BUF);
    }

    private Stdout(WritableByteChannel out, int pieceSize) {
        this.out = out;
        this.pieceSize = pieceSize;
        this.slice = pieceSize == LARGE_PIECE ? LARGE_SLICE : PIPE_BUF;
    }

    /** Keeps other threads and the end of the process away until it is closed. */
    Hold hold() {
        lock.lock();
        return lock::unlock;
    }

    interface Hold extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Returns the largest piece of whole records, in bytes, of which the end of the process cuts no record in two. The size is 0 for
     * terminals and sockets, which can take a part of any write: each record is written by itself there.
     */
    int pieceSize() {
        return pieceSize;
    }

    /**
     * @throws ReaderGone when the other end of a pipe is closed
     * @throws Stopped    when the process ends before all is out
     */
    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        var rest = ByteBuffer.wrap(bytes, offset, length);
        try (var whole = hold()) {
            writeSlices(rest);
        } catch (ClosedChannelException e) { // by an interrupt
            stopped = true;
        } catch (IOException e) {
            if (OpenFile.STDOUT.hasProgram()) {
                throw new ReaderGone(e);
            }
            throw new Failure("cannot write to stdout: " + e.getMessage(), e);
        }
        if (rest.hasRemaining() || stopped && length == 0) { // an empty write reports that earlier output may be missing
            throw new Stopped(length - rest.remaining());
        }
    }

    private void writeSlices(ByteBuffer rest) throws IOException {
        takenAt = System.nanoTime();
        isTaking = true;
        try {
            while (rest.hasRemaining() && !stopped) {
                if (!writeSlice(rest)) { // a full pipe that another process has made non-blocking
                    LockSupport.parkNanos(FULL_PIPE_NANOS);
                }
            }
        } finally {
            isTaking = false;
        }
    }

    /** Returns whether some of it is out. An interrupted write throws, and moves the position behind what is out all the same. */
    private boolean writeSlice(ByteBuffer rest) throws IOException {
        var slice = rest.slice(rest.position(), Math.min(rest.remaining(), this.slice));
        if (beginWrite()) {
            try {
                out.write(slice);
            } finally {
                endWrite();
                rest.position(rest.position() + slice.position());
            }
        }
        takenAt = slice.position() > 0 ? System.nanoTime() : takenAt;
        return slice.position() > 0;
    }

    private boolean beginWrite() {
        synchronized (writing) {
            writer = stopped ? null : Thread.currentThread();
            return !stopped;
        }
    }

    private void endWrite() {
        synchronized (writing) {
            writer = null;
            if (stopped) {
                Thread.interrupted(); // that was for the write
            }
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

    /** Like {@link #beforeEnd(Runnable)}, for work that may take up to {@code longest}. */
    public void beforeEnd(Runnable work, Duration longest) {
        longestWork = longest;
        beforeEnd = work;
    }

    /** What is still to be done when the process ends, by whatever reason, and nothing more is written. */
    public void atEnd(Runnable work) {
        atEnd = work;
    }

    /** When the process ends, returns after all that is to be done before and at the end: for a server that it needs. */
    public static void awaitEnds() {
        CompletableFuture.allOf(ENDS.toArray(CompletableFuture[]::new)).join();
    }

    /**
     * Ends all writing: a write throws {@link Stopped} from now on. A write under way is interrupted after two seconds. A pipe has then
     * taken nothing of a write of up to {@link #PIPE_BUF} bytes, and perhaps a part of a longer one.
     */
    public void stop() {
        try {
            if (!lock.tryLock(GRACE_SECONDS, TimeUnit.SECONDS)) {
                interruptWrite();
                if (!lock.tryLock(1, TimeUnit.SECONDS)) { // stderr, perhaps, has the same reader
                    return;
                }
            }
            stopped = true;
            lock.unlock();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether a write is under way. When that is so again and again, writes wait for their reader. */
    public boolean isWriting() {
        return lock.isLocked();
    }

    /** Returns for how long a write that is under way has taken nothing, zero when there is none. A pipe takes 4,096 bytes at a time. */
    public Duration standstill() {
        return isTaking ? sinceTaken() : Duration.ZERO;
    }

    /** Returns the time since something was taken, or a write began. */
    public Duration sinceTaken() {
        return Duration.ofNanos(System.nanoTime() - takenAt);
    }

    private void interruptWrite() {
        synchronized (writing) {
            stopped = true;
            if (writer != null) {
                writer.interrupt();
            }
        }
    }

    /** Ends all, but does not wait for a reader of stderr that stands still. */
    private void endInTime() {
        var end = new Thread(this::end);
        end.setDaemon(true);
        end.start();
        try {
            end.join(longestWork.plus(LONGEST_STOP).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void end() {
        beforeEnd.run();
        stop();
        try {
            atEnd.run();
        } catch (RuntimeException e) {
            System.err.print(ErrorLine.of(e) + "\n");
        }
    }

    /** The process ends before all of a write is out. */
    public static final class Stopped extends IOException {
        private final int written;

        Stopped(int written) {
            super("the process ends");
            this.written = written;
        }

        /** Returns how many bytes of it are out. */
        int written() {
            return written;
        }
    }

    /** Whoever read stdout has enough ({@code | head -3}): the work is done. */
    public static final class ReaderGone extends IOException {
        ReaderGone(IOException cause) {
            super("stdout is closed", cause);
        }
    }
}
