package lib.produce;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/** Cuts what a channel brings at a delimiter. What is behind the last one is a line, too, unless an interrupt has cut it off. */
final class Lines implements Closeable {
    private static final int BLOCK = 1 << 16;
    private static final long EMPTY_PIPE_NANOS = 1_000_000;

    private final ReadableByteChannel in;
    private final byte[] delimiter;
    private final int max;
    private byte[] buffer = new byte[4 * BLOCK];
    private int start;
    private int end;
    private long position;

    /**
     * @param delimiter of one byte or more
     * @param max       the longest line, in bytes
     */
    Lines(ReadableByteChannel in, byte[] delimiter, int max) {
        this.in = in;
        this.delimiter = delimiter;
        this.max = max;
    }

    /** A line is longer than the longest; the next can be read. */
    static final class TooLong extends IOException {
        TooLong(int max) {
            super("the record has more than " + max + " bytes");
        }
    }

    /** The next line, without its delimiter, or null when there is none. */
    byte[] next() throws IOException {
        var isCut = false;
        var last = delimiter[delimiter.length - 1];
        for (var at = start;; at++) {
            while (at < end && buffer[at] != last) {
                at++;
            }
            while (at == end) {
                if (end - start > max + delimiter.length) { // keep what may be the beginning of a delimiter
                    isCut = true;
                    start = end - delimiter.length;
                }
                var scanned = at - start;
                if (!fill()) {
                    return start == end ? null : line(end, end, isCut);
                }
                at = start + scanned;
            }
            if (isDelimiter(at)) {
                return line(at + 1 - delimiter.length, at + 1, isCut);
            }
        }
    }

    private byte[] line(int to, int next, boolean isCut) throws TooLong {
        var from = start;
        start = next;
        if (isCut || to - from > max) {
            throw new TooLong(max);
        }
        return Arrays.copyOfRange(buffer, from, to);
    }

    private boolean isDelimiter(int last) {
        return buffer[last] == delimiter[delimiter.length - 1] && last + 1 - start >= delimiter.length
                && Arrays.equals(buffer, last + 1 - delimiter.length, last + 1, delimiter, 0, delimiter.length);
    }

    /** Reads on; false at the end. */
    private boolean fill() throws IOException {
        if (buffer.length - end < BLOCK) {
            var kept = end - start;
            var room = kept + BLOCK > buffer.length ? new byte[2 * buffer.length] : buffer;
            System.arraycopy(buffer, start, room, 0, kept);
            buffer = room;
            start = 0;
            end = kept;
        }
        try {
            var n = in.read(ByteBuffer.wrap(buffer, end, BLOCK));
            if (n == 0) { // a pipe that another process has made non-blocking
                LockSupport.parkNanos(EMPTY_PIPE_NANOS);
            }
            position += Math.max(n, 0);
            end += Math.max(n, 0);
            return n >= 0;
        } catch (ClosedByInterruptException e) {
            start = end; // no line, but a part of one
            return false;
        }
    }

    /** Where the next line begins. */
    long position() {
        return position - (end - start);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
