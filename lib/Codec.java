package lib;

import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;
import picocli.CommandLine.ITypeConverter;

/** How data may be packed. */
enum Codec {
    GZIP, ZLIB, ZSTD, AUTO, CLOUDWATCH_LOGS, NONE;

    private static final int GZIP_MAGIC = 0x1f8b08; // and deflate: RFC 1952
    private static final int ZSTD_MAGIC = 0x28b52ffd; // RFC 8878

    /**
     * What is packed in the data; null when nothing is.
     *
     * @throws IOException when it is damaged, ends too early, or is not all that there is; so does reading what it returns
     */
    InputStream open(byte[] data) throws IOException {
        return switch (this) {
            case GZIP, CLOUDWATCH_LOGS -> Gzip.open(data);
            case ZLIB -> Zlib.open(data);
            case ZSTD -> Zstd.open(data);
            case AUTO -> of(data).open(data);
            case NONE -> null;
        };
    }

    /** Whether it is taken for packed by two bytes alone, with which text can begin, too. */
    boolean isGuess(byte[] data) {
        return this == AUTO && of(data) == ZLIB;
    }

    /** By the first bytes. */
    private static Codec of(byte[] data) {
        var first = data.length < Integer.BYTES ? 0 : ByteBuffer.wrap(data).getInt();
        if (first >>> 8 == GZIP_MAGIC) {
            return GZIP;
        }
        var header = first >>> 16;
        // RFC 1950: deflate with a window of 32 KiB or less, no dictionary, which we would not have, and the check bits
        if ((header & 0x8f20) == 0x0800 && header % 31 == 0) {
            return ZLIB;
        }
        return first == ZSTD_MAGIC ? ZSTD : NONE;
    }

    /** As the option names it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static final class Converter implements ITypeConverter<Codec> {
        @Override
        public Codec convert(String name) {
            return Arrays.stream(values()).filter(codec -> codec.toString().equals(name)).findFirst().orElseThrow(() -> new UsageException(
                    UsageLine.noChoice("codec", name, Arrays.stream(values()).map(Codec::toString).toList())));
        }
    }

    // each in a class of its own, which is loaded, with its library, when it is used
    private static final class Gzip extends GZIPInputStream {
        private static final int TRAILER = 8;

        static InputStream open(byte[] data) throws IOException {
            if (of(data) != GZIP) { // the constructor finds out, too, and leaves an inflater open
                throw new ZipException("it is not in that format");
            }
            return new Gzip(data);
        }

        private Gzip(byte[] data) throws IOException {
            super(new ByteArrayInputStream(data), data.length); // all of it in the inflater at once
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            var n = super.read(bytes, offset, length);
            if (n == -1 && inf.getRemaining() > TRAILER) { // which it would overlook
                throw new ZipException("there is something behind its end");
            }
            return n;
        }
    }

    private static final class Zlib extends InflaterInputStream {
        static InputStream open(byte[] data) {
            return new Zlib(data);
        }

        private Zlib(byte[] data) {
            super(new ByteArrayInputStream(data));
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            var n = super.read(bytes, offset, length);
            if (n == -1 && !inf.finished()) {
                throw new ZipException("it needs a dictionary");
            }
            if (n == -1 && inf.getRemaining() + in.available() > 0) {
                throw new ZipException("there is something behind its end");
            }
            return n;
        }
    }

    private static final class Zstd {
        static InputStream open(byte[] data) throws IOException {
            return new ZstdInputStream(new ByteArrayInputStream(data));
        }
    }
}
