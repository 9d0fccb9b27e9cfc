package lib.compression;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.concurrent.locks.LockSupport;

/** A file that records are read from: a read returns its bytes, or unpacks them, as soon as they come. */
public final class InputFile implements ReadableByteChannel {
    private static final int LONGEST_MAGIC = 4;
    private static final long EMPTY_PIPE_NANOS = 1_000_000;

    private final ReadableByteChannel in;
    private final ByteBuffer head = ByteBuffer.allocate(LONGEST_MAGIC);
    private final Codec codec;
    private InputStream unpacked; // null when the bytes are taken as they are
    private long position;
    private boolean isAtEnd;

    /** Waits for as many bytes as tell how the file is packed: of text, one. */
    public InputFile(ReadableByteChannel in) throws IOException {
        this.in = in;
        Codec known;
        while ((known = Codec.of(head.array(), head.position())) == null && !isAtEnd) {
            readFile(head);
        }
        codec = known == null ? Codec.NONE : known;
        head.flip();
    }

    /** Returns how the file is packed, by its first bytes: gzip, zstd or none. */
    public Codec codec() {
        return codec;
    }

    public boolean isEmpty() {
        return isAtEnd && head.limit() == 0;
    }

    /** Has reads return what is packed in the file, if something is. */
    public void unpack() throws IOException {
        try {
            unpacked = switch (codec) {
                case GZIP -> new Gunzip(new Packed());
                case ZSTD -> new Unzstd(new Packed());
                default -> null;
            };
        } catch (LinkageError e) {
            throw new IOException("the native code of zstd does not load: " + e.getMessage(), e);
        }
    }

    public boolean isUnpacked() {
        return unpacked != null;
    }

    /** @param into has an array */
    @Override
    public int read(ByteBuffer into) throws IOException {
        if (unpacked == null) {
            return readPacked(into);
        }
        var n = unpacked.read(into.array(), into.arrayOffset() + into.position(), into.remaining());
        into.position(into.position() + Math.max(n, 0));
        return n;
    }

    private int readPacked(ByteBuffer into) throws IOException {
        var n = head.hasRemaining() ? readHead(into) : readFile(into);
        position += Math.max(n, 0);
        return n;
    }

    private int readHead(ByteBuffer into) {
        var n = Math.min(head.remaining(), into.remaining());
        into.put(head.array(), head.position(), n);
        head.position(head.position() + n);
        return n;
    }

    private int readFile(ByteBuffer into) throws IOException {
        int n;
        while ((n = in.read(into)) == 0 && into.hasRemaining()) { // a pipe that another process has made non-blocking
            LockSupport.parkNanos(EMPTY_PIPE_NANOS);
        }
        isAtEnd = n < 0;
        return n;
    }

    /** How many bytes of the file have been read. */
    public long position() {
        return position;
    }

    /** Returns whether the last byte of the file has been read. */
    public boolean isAtEnd() {
        return isAtEnd;
    }

    @Override
    public boolean isOpen() {
        return in.isOpen();
    }

    @Override
    public void close() throws IOException {
        if (unpacked != null) {
            unpacked.close();
        }
        in.close();
    }

    /** The packed bytes of the file. A read returns the bytes that are available. */
    private final class Packed extends InputStream {
        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return readPacked(ByteBuffer.wrap(bytes, offset, length));
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }
    }
}
