package lib.records;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import lib.cli.Log;
import lib.compression.Codec;

/** A record to what is packed in its data. */
public final class Decoder implements Function<UserRecord, List<UserRecord>> {
    /** A payload may take this part of the heap, which then holds its text, too. */
    private static final int HEAP_SHARE = 8;

    /** Thrown when data unpacks to more than {@code --max-decoded}. */
    static final class TooLarge extends IOException {
        TooLarge(String message) {
            super(message);
        }
    }

    private final Codec codec;
    private final int max;
    private final Log log;
    private byte[] buffer; // when it is needed

    /**
     * @param max what data may unpack to, in bytes; less when the heap is small
     * @param log is warned of what does not unpack, or to more than that: that is passed on as it is
     */
    public Decoder(Codec codec, int max, Log log) {
        this.codec = codec;
        this.max = (int) Math.min(max, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
        this.log = log;
    }

    /** Says how it unpacks: another decoder of this name makes the same of a record. */
    @Override
    public String toString() {
        return codec == Codec.NONE ? "none" : codec + " up to " + max;
    }

    @Override
    public List<UserRecord> apply(UserRecord record) {
        try {
            var unpacked = unpack(record.data());
            if (unpacked == null) {
                return List.of(record);
            }
            return codec == Codec.CLOUDWATCH_LOGS ? CloudWatchLogs.events(record.with(unpacked), max) : List.of(record.with(unpacked));
        } catch (TooLarge e) {
            return passOn(record, Log.Kind.TOO_LARGE, e.getMessage());
        } catch (EOFException e) {
            return passOn(record, Log.Kind.DAMAGED, "the data ends too early");
        } catch (IOException e) {
            return passOn(record, Log.Kind.DAMAGED, e.getMessage());
        } catch (LinkageError e) {
            return passOn(record, Log.Kind.NATIVE_CODE, "the native code of zstd does not load: " + e.getMessage());
        }
    }

    private List<UserRecord> passOn(UserRecord record, Log.Kind kind, String why) {
        if (!codec.isGuess(record.data())) {
            log.warnOnce(kind, "shard %s: record %s is printed unchanged: --decode %s: %s",
                    record.shardId(), record.sequenceNumber(), codec, why);
        }
        return List.of(record);
    }

    /** Null when nothing is packed. What the buffer cannot hold is unpacked twice: memory is taken when its size is known, and allowed. */
    private byte[] unpack(byte[] data) throws IOException {
        var size = 0L;
        try (var in = codec.open(data)) {
            if (in == null) {
                return null;
            }
            buffer = buffer == null ? new byte[1 << 20] : buffer;
            for (int n; (n = in.readNBytes(buffer, 0, buffer.length)) > 0;) {
                size += n;
                if (size > max) {
                    throw new TooLarge("the data unpacks to more than " + max + " bytes");
                }
            }
        }
        if (size <= buffer.length) {
            return Arrays.copyOf(buffer, (int) size);
        }
        var unpacked = new byte[(int) size];
        try (var in = codec.open(data)) {
            in.readNBytes(unpacked, 0, unpacked.length);
        }
        return unpacked;
    }
}
