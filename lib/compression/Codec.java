package lib.compression;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;
import lib.cli.UsageException;
import lib.cli.UsageLine;
import picocli.CommandLine.ITypeConverter;

/** How data may be packed. */
public enum Codec {
    GZIP, ZLIB, ZSTD, AUTO, CLOUDWATCH_LOGS, NONE;

    private static final int GZIP_MAGIC = 0x1f8b0800; // and deflate, in three bytes: RFC 1952
    private static final int ZSTD_MAGIC = 0x28b52ffd; // a frame: RFC 8878
    private static final int ZSTD_SKIP_MAGIC = 0x502a4d18; // one to be skipped, of 16 kinds

    /**
     * What is packed in the data; null when nothing is.
     *
     * @throws IOException when it is damaged, ends too early, or is not all that there is; so does reading what it returns
     */
    public InputStream open(byte[] data) throws IOException {
        return switch (this) {
            case GZIP, CLOUDWATCH_LOGS -> {
                check(data, GZIP);
                yield new Gunzip(data);
            }
            case ZLIB -> new Zlib(data);
            case ZSTD -> {
                check(data, ZSTD);
                yield new Unzstd(data);
            }
            case AUTO -> of(data).open(data);
            case NONE -> null;
        };
    }

    private static void check(byte[] data, Codec codec) throws ZipException {
        if (of(data, data.length) != codec) {
            throw new ZipException("the data is not in this format");
        }
    }

    /** Whether it is taken for packed by two bytes alone, with which text can begin, too. */
    public boolean isGuess(byte[] data) {
        return this == AUTO && of(data) == ZLIB;
    }

    private static Codec of(byte[] data) {
        var codec = of(data, data.length);
        if (codec == GZIP || codec == ZSTD) {
            return codec;
        }
        var header = data.length < Integer.BYTES ? 0 : ByteBuffer.wrap(data).getShort();
        // RFC 1950: deflate with a window of 32 KiB or less, no dictionary, which we would not have, and the check bits
        return (header & 0x8f20) == 0x0800 && header % 31 == 0 ? ZLIB : NONE;
    }

    /** Returns gzip, zstd or none, by the first of these bytes; null when there are too few to tell. */
    static Codec of(byte[] bytes, int length) {
        var first = 0;
        for (int n = 0; n < Integer.BYTES; n++) {
            first = first << 8 | (n < length ? bytes[n] & 0xff : 0);
        }
        if (begins(first, length, GZIP_MAGIC, 0xffffff00)) {
            return length < 3 ? null : GZIP;
        }
        if (begins(first, length, ZSTD_MAGIC, -1) || begins(first, length, ZSTD_SKIP_MAGIC, 0xf0ffffff)) {
            return length < 4 ? null : ZSTD;
        }
        return NONE;
    }

    /** @param first the first four bytes, of which so many are there */
    private static boolean begins(int first, int length, int magic, int mask) {
        var there = length < Integer.BYTES ? ~(-1 >>> 8 * length) : -1;
        return ((first ^ magic) & mask & there) == 0;
    }

    /** As the option names it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static final class Converter implements ITypeConverter<Codec> {
        @Override
        public Codec convert(String name) {
            return Arrays.stream(values()).filter(codec -> codec.toString().equals(name)).findFirst().orElseThrow(() -> new UsageException(
                    UsageLine.noChoice("codec", name, Arrays.stream(values()).map(Codec::toString).toList())));
        }
    }

    private static final class Zlib extends InflaterInputStream {
        Zlib(byte[] data) {
            super(new ByteArrayInputStream(data));
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            var n = super.read(bytes, offset, length);
            if (n == -1 && !inf.finished()) {
                throw new ZipException("the data needs a dictionary");
            }
            if (n == -1 && inf.getRemaining() + in.available() > 0) {
                throw new ZipException("more data follows the end");
            }
            return n;
        }
    }
}
