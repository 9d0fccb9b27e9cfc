package lib;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * Unpacks zstd (RFC 8878) as it comes. {@link com.github.luben.zstd.ZstdInputStream} overlooks that a frame is cut off when it begins in the
 * block of input in which the one before it ends.
 */
final class Unzstd extends InputStream {
    private static final int BLOCK = 1 << 16;

    private final InputStream in;
    private final ZstdDecompressCtx context = new ZstdDecompressCtx();
    private final byte[] block = new byte[BLOCK];
    private final ByteBuffer packed = ByteBuffer.allocateDirect(BLOCK).flip();
    private final ByteBuffer unpacked = ByteBuffer.allocateDirect(BLOCK);
    private boolean isInFrame;

    /** @param in of which a read returns what is there */
    Unzstd(InputStream in) {
        this.in = in;
    }

    /**
     * Returns as soon as there is something.
     *
     * @throws EOFException when it ends within a frame
     * @throws IOException  when it is damaged, or has something after its end
     */
    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        do {
            var n = unpack(length);
            if (n > 0) {
                unpacked.flip().get(bytes, offset, n);
                return n;
            }
        } while (packed.hasRemaining() || fill());
        if (isInFrame) {
            throw new EOFException();
        }
        return -1;
    }

    /** Returns how many bytes there are now. */
    private int unpack(int max) throws IOException {
        unpacked.clear().limit(Math.min(max, BLOCK));
        if (packed.hasRemaining() || isInFrame) { // of which the context may hold some
            try {
                isInFrame = !context.decompressDirectByteBufferStream(unpacked, packed);
            } catch (ZstdException e) {
                throw new IOException(e.getMessage(), e);
            }
        }
        return unpacked.position();
    }

    /** Returns whether there is more. */
    private boolean fill() throws IOException {
        var n = in.read(block, 0, BLOCK);
        packed.clear().put(block, 0, Math.max(n, 0)).flip();
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
