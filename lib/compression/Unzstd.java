package lib.compression;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * Unpacks zstd (RFC 8878) as it comes. {@link com.github.luben.zstd.ZstdInputStream} overlooks that a frame is cut off when the frame
 * begins in the block of input in which the one before it ends.
 */
final class Unzstd extends InputStream {
    private static final int BLOCK = 1 << 16;

    private final InputStream in;
    private final ZstdDecompressCtx context = new ZstdDecompressCtx();
    private final ByteBuffer packed;
    private boolean isInFrame;

    /** @param in of which a read returns what is there */
    Unzstd(InputStream in) {
        this(in, ByteBuffer.allocate(BLOCK).flip());
    }

    /** @param packed all that there is; not changed */
    Unzstd(byte[] packed) {
        this(InputStream.nullInputStream(), ByteBuffer.wrap(packed));
    }

    private Unzstd(InputStream in, ByteBuffer packed) {
        this.in = in;
        this.packed = packed;
    }

    /**
     * Returns as soon as there is something.
     *
     * @throws EOFException when it ends within a frame
     * @throws IOException  when it is damaged, or has something after its end
     */
    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        var unpacked = ByteBuffer.wrap(bytes, offset, length);
        do {
            if (packed.hasRemaining() || isInFrame) { // of which the context may hold some
                unpackTo(unpacked);
            }
            if (unpacked.position() > offset) {
                return unpacked.position() - offset;
            }
        } while (packed.hasRemaining() || fill());
        if (isInFrame) {
            throw new EOFException();
        }
        return -1;
    }

    private void unpackTo(ByteBuffer unpacked) throws IOException {
        try {
            isInFrame = !context.decompressByteBufferStream(unpacked, packed);
        } catch (ZstdException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Returns whether there is more. */
    private boolean fill() throws IOException {
        var n = in.read(packed.array(), 0, packed.capacity());
        packed.clear().limit(Math.max(n, 0));
        return n > 0;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public void close() throws IOException {
        context.close();
        in.close();
    }
}
