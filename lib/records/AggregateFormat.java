package lib.records;

import com.google.protobuf.WireFormat;
import java.util.Arrays;

/**
 * The format of an aggregate: a magic number, a protobuf message and the MD5 of that (aggregation-format.md in
 * awslabs/amazon-kinesis-producer).
 */
public final class AggregateFormat {
    private AggregateFormat() {}

    /** What an aggregate begins with. Not to be changed. */
    public static final byte[] MAGIC = {(byte) 0xf3, (byte) 0x89, (byte) 0x9a, (byte) 0xc2};

    // the fields of the message, by their tags on the wire
    public static final int PARTITION_KEY_TABLE = 1 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    public static final int EXPLICIT_HASH_KEY_TABLE = 2 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    public static final int RECORDS = 3 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;

    // the fields of each of its records
    public static final int PARTITION_KEY_INDEX = 1 << 3 | WireFormat.WIRETYPE_VARINT;
    public static final int EXPLICIT_HASH_KEY_INDEX = 2 << 3 | WireFormat.WIRETYPE_VARINT;
    public static final int DATA = 3 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;

    /** Returns whether the data begins with {@link #MAGIC}. */
    static boolean begins(byte[] data) {
        return Arrays.equals(data, 0, Math.min(MAGIC.length, data.length), MAGIC, 0, MAGIC.length);
    }
}
