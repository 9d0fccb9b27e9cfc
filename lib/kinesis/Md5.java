package lib.kinesis;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** What Kinesis makes a hash key of a partition key with, and the KPL the end of an aggregate. */
public final class Md5 {
    /** In bytes. */
    public static final int LENGTH = 16;

    private static final ThreadLocal<MessageDigest> MD5 = ThreadLocal.withInitial(() -> { // to look it up takes longer than a key does
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e); // every Java platform has it
        }
    });

    private Md5() {}

    public static byte[] of(ByteBuffer bytes) {
        var md5 = MD5.get();
        md5.update(bytes);
        return md5.digest(); // which resets it
    }
}
