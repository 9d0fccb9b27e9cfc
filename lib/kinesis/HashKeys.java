package lib.kinesis;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import software.amazon.awssdk.services.kinesis.model.Shard;

/**
 * Tells which shard takes a partition key: the shard whose range holds the key's hash key, the MD5 of the key as a number (API reference,
 * PutRecord).
 */
public final class HashKeys {
    /** How many bits a hash key has. */
    public static final int BITS = 128;

    /** How many hash keys there are. */
    public static final BigInteger COUNT = BigInteger.ONE.shiftLeft(BITS);

    private HashKeys() {}

    /** Returns the hash key of a partition key. */
    public static BigInteger of(String partitionKey) {
        return new BigInteger(1, Md5.of(StandardCharsets.UTF_8.encode(partitionKey)));
    }

    /** Returns whether the text is a hash key in decimal, as PutRecord takes it for an explicit hash key. */
    public static boolean isHashKey(String text) {
        return text.matches("0|[1-9]\\d{0,38}") && new BigInteger(text).compareTo(COUNT) < 0;
    }

    /** Returns whether the shard takes, or took, the records of the partition key. */
    public static boolean holds(Shard shard, String partitionKey) {
        return holds(shard, of(partitionKey));
    }

    /** Returns whether the hash key is one of the shard's. */
    public static boolean holds(Shard shard, BigInteger hashKey) {
        var range = shard.hashKeyRange();
        return hashKey.compareTo(new BigInteger(range.startingHashKey())) >= 0
                && hashKey.compareTo(new BigInteger(range.endingHashKey())) <= 0;
    }

    /** Returns the shard's share of all hash keys, in percent. */
    public static double percent(Shard shard) {
        var range = shard.hashKeyRange();
        var keys = new BigInteger(range.endingHashKey()).subtract(new BigInteger(range.startingHashKey())).add(BigInteger.ONE);
        return 100 * keys.doubleValue() / COUNT.doubleValue();
    }
}
