package lib.compression;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * Unpacks gzip (RFC 1952) as it comes. {@link java.util.zip.GZIPInputStream} overlooks what follows a member when it is damaged, or has
 * not come yet.
 */
final class Gunzip extends InputStream {
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int HEADER_CRC = 2;

    private final InputStream in;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final byte[] buffer;
    private int at;
    private int end;
    private boolean isInMember;

    /** @param in of which a read returns what is there */
    Gunzip(InputStream in) {
        this.in = in;
        this.buffer = new byte[1 << 16];
    }

    /** @param packed all that there is; not changed */
    Gunzip(byte[] packed) {
        this.in = InputStream.nullInputStream();
        this.buffer = packed;
        this.end = packed.length;
    }

    /**
     * Returns as soon as there is something.
     *
     * @throws EOFException when it ends within a member
     * @throws ZipException when it is damaged, or has something after its end
     */
    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        while (isInMember || beginMember()) {
            var n = inflate(bytes, offset, length);
            if (n > 0) {
                crc.update(bytes, offset, n);
                return n;
            }
            if (inflater.finished()) {
                endMember();
            } else {
                need();
                inflate();
            }
        }
        return -1;
    }

    private int inflate(byte[] bytes, int offset, int length) throws ZipException {
        try {
            return inflater.inflate(bytes, offset, length);
        } catch (DataFormatException e) {
            throw new ZipException("the data is damaged: " + e.getMessage());
        }
    }

    /** Gives all of the buffer to the inflater. */
    private void inflate() {
        inflater.setInput(buffer, at, end - at);
        at = end;
    }

    /** Returns false when there is none. */
    private boolean beginMember() throws IOException {
        if (at == end && !fill()) {
            return false;
        }
        if (next() != 0x1f || next() != 0x8b || next() != 8) {
            throw new ZipException("more data follows the end");
        }
        var flags = next();
        skip(6); // time, compression, system
        if ((flags & EXTRA) != 0) {
            skip(next() | next() << 8);
        }
        for (var text : new int[] {NAME, COMMENT}) {
            while ((flags & text) != 0 && next() != 0) {}
        }
        skip((flags & HEADER_CRC) != 0 ? 2 : 0);
        inflater.reset();
        crc.reset();
        inflate();
        isInMember = true;
        return true;
    }

    private void endMember() throws IOException {
        at = end - inflater.getRemaining();
        if (number() != (int) crc.getValue() || number() != (int) inflater.getBytesWritten()) {
            throw new ZipException("the data is damaged: its checksum differs");
        }
        isInMember = false;
    }

    private int number() throws IOException {
        return next() | next() << 8 | next() << 16 | next() << 24;
    }

    private void skip(int bytes) throws IOException {
        for (int n = 0; n < bytes; n++) {
            next();
        }
    }

    private int next() throws IOException {
        if (at == end) {
            need();
        }
        return buffer[at++] & 0xff;
    }

    private void need() throws IOException {
        if (!fill()) {
            throw new EOFException();
        }
    }

    /** Returns whether there is more. */
    private boolean fill() throws IOException {
        var n = in.read(buffer, 0, buffer.length);
        at = 0;
        end = Math.max(n, 0);
        return n > 0;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        in.close();
    }
}
