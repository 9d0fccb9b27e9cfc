package fake;

import java.io.ByteArrayOutputStream;
import java.util.zip.Deflater;

/** Ten mebibytes that would unpack to ten gibibytes of zeros. */
public final class Bomb {
    private static final int PACKED = 10 << 20;
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 0}; // RFC 1952

    private Bomb() {}

    /** One gzip member, whose end is never to be reached: after the first, blocks of as many zeros are the same bytes. */
    public static byte[] gzip() {
        var deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        var zeros = new byte[1 << 20];
        var block = new byte[1 << 12];
        var bomb = new ByteArrayOutputStream(PACKED + block.length);
        bomb.writeBytes(HEADER);
        var length = 0;
        for (int n = 0; n < 3; n++) {
            deflater.setInput(zeros);
            length = deflater.deflate(block, 0, block.length, Deflater.SYNC_FLUSH);
            bomb.write(block, 0, length);
        }
        deflater.end();
        while (bomb.size() + length <= PACKED) {
            bomb.write(block, 0, length);
        }
        return bomb.toByteArray();
    }
}
