package lib.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Records on their way to stdout, in pieces that end where a record does: the process can end between two pieces, and no record is cut in
 * two. A record longer than a piece is written by itself, and a record of more than 1 MiB while it is formatted: 10 MiB of data can be
 * 60 MiB of JSON.
 *
 * @param <P> a position behind a record
 */
public final class Pieces<P> extends OutputStream {
    private static final int VERY_LONG = 1 << 20;

    private final Stdout stdout;
    private final int most;
    private final Consumer<P> taken;
    private final Runnable cut;
    private byte[] bytes;
    private int size;
    private int whole; // the bytes of whole records
    private P position; // after the whole records; null when no record has ended
    private Stdout.Hold hold; // while a very long record is written; else null
    private boolean isCut; // a part of the current record is on stdout

    /**
     * The process does not end while it calls one of these.
     *
     * @param taken gets the position behind what stdout has taken
     * @param cut   called when the process ends, and only a part of a record or piece is on stdout
     */
    public Pieces(Stdout stdout, Consumer<P> taken, Runnable cut) {
        this.stdout = stdout;
        this.most = stdout.pieceSize();
        this.taken = taken;
        this.cut = cut;
        this.bytes = new byte[Math.min(most, Stdout.PIPE_BUF)];
    }

    @Override
    public void write(byte[] more, int offset, int length) throws IOException {
        if (size - whole > VERY_LONG) {
            writeAhead();
        }
        if (size + length > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size + length + Stdout.PIPE_BUF, size + size / 2));
        }
        System.arraycopy(more, offset, bytes, size, length);
        size += length;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    /** Ends a record, of which nothing needs to have been written. */
    public void end(P behind) throws IOException {
        if (size > most && whole > 0) {
            flush();
        }
        whole = size;
        position = behind;
        if (size > most || hold != null) {
            flush();
        }
    }

    /** Writes the whole records. */
    @Override
    public void flush() throws IOException {
        if (position == null) {
            return;
        }
        try (var hold = stdout.hold()) {
            print(whole);
            taken.accept(position);
        }
        release();
        size -= whole;
        System.arraycopy(bytes, whole, bytes, 0, size);
        if (size <= most && bytes.length > most) {
            bytes = Arrays.copyOf(bytes, most); // a long record's memory is not kept
        }
        whole = 0;
        position = null;
    }

    /** Writes the bytes of the unfinished record, and keeps stdout from other threads until the record ends. */
    private void writeAhead() throws IOException {
        flush();
        hold = hold == null ? stdout.hold() : hold;
        var length = size;
        size = 0; // also when it fails: what writes the record may write once more
        print(length);
        isCut = true;
    }

    private void print(int length) throws IOException {
        try {
            stdout.write(bytes, 0, length);
        } catch (Stdout.Stopped e) {
            if (e.written() > 0 || isCut) {
                cut.run();
            }
            isCut = false; // to warn once
            throw e;
        }
    }

    private void release() {
        if (hold != null) {
            hold.close();
        }
        hold = null;
        isCut = false;
    }

    /** Drops the bytes that are not written. Must follow a failure: others can write from now on. */
    public void clear() {
        release();
        size = 0;
        whole = 0;
        position = null;
    }
}
