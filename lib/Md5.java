package lib;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** What Kinesis makes a hash key of a partition key with, and the KPL the end of an aggregate. */
final class Md5 {
    /** In bytes. */
    static final int LENGTH = 16;

    private Md5() {}

    static byte[] of(ByteBuffer bytes) {
        try {
            var md5 = MessageDigest.getInstance("MD5");
            md5.update(bytes);
            return md5.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e); // every Java platform has it
        }
    }
}
