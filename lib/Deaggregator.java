package lib;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * One Kinesis record to its user records, if it is an aggregate of the Kinesis Producer Library, else to itself. An aggregate is a
 * magic number, a protobuf message and the MD5 of that (aggregation-format.md in awslabs/amazon-kinesis-producer).
 */
public final class Deaggregator implements Function<UserRecord, List<UserRecord>> {
    static final byte[] MAGIC = {(byte) 0xf3, (byte) 0x89, (byte) 0x9a, (byte) 0xc2};

    // the fields of the message, and those of each of its records, by their tags on the wire
    static final int PARTITION_KEY_TABLE = 1 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    static final int EXPLICIT_HASH_KEY_TABLE = 2 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    static final int RECORDS = 3 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    static final int PARTITION_KEY_INDEX = 1 << 3 | WireFormat.WIRETYPE_VARINT;
    static final int EXPLICIT_HASH_KEY_INDEX = 2 << 3 | WireFormat.WIRETYPE_VARINT;
    static final int DATA = 3 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;

    private final Log log;

    /** @param log is warned of what begins like an aggregate and does not check out: that is passed on as it is */
    public Deaggregator(Log log) {
        this.log = log;
    }

    @Override
    public List<UserRecord> apply(UserRecord record) {
        var data = record.data();
        if (!Arrays.equals(data, 0, Math.min(MAGIC.length, data.length), MAGIC, 0, MAGIC.length)) {
            return List.of(record);
        }
        try {
            return userRecords(record, message(data));
        } catch (IOException e) {
            log.warnOnce("aggregate", "shard %s: record %s begins like a KPL aggregate but is none (%s); printed as it is",
                    record.shardId(), record.sequenceNumber(), e.getMessage());
            return List.of(record);
        }
    }

    private static CodedInputStream message(byte[] data) throws IOException {
        var length = data.length - MAGIC.length - Md5.LENGTH;
        if (length < 0) {
            throw new IOException("too short");
        }
        var digest = ByteBuffer.wrap(data, MAGIC.length + length, Md5.LENGTH);
        if (!digest.equals(ByteBuffer.wrap(Md5.of(ByteBuffer.wrap(data, MAGIC.length, length))))) {
            throw new IOException("another MD5");
        }
        return CodedInputStream.newInstance(data, MAGIC.length, length);
    }

    /** A record of the message: its keys are indexes into the tables. */
    private record Entry(long partitionKey, Long explicitHashKey, byte[] data) {}

    private static List<UserRecord> userRecords(UserRecord record, CodedInputStream message) throws IOException {
        var partitionKeys = new ArrayList<String>();
        var explicitHashKeys = new ArrayList<String>();
        var entries = new ArrayList<Entry>(); // which may come before the tables
        for (int tag; (tag = message.readTag()) != 0;) {
            switch (tag) {
                case PARTITION_KEY_TABLE -> partitionKeys.add(message.readStringRequireUtf8());
                case EXPLICIT_HASH_KEY_TABLE -> explicitHashKeys.add(message.readStringRequireUtf8());
                case RECORDS -> {
                    var outer = message.pushLimit(message.readRawVarint32());
                    entries.add(entry(message));
                    message.popLimit(outer);
                }
                default -> skip(message, tag);
            }
        }
        if (entries.isEmpty()) {
            throw new IOException("no user records");
        }
        var userRecords = new ArrayList<UserRecord>(entries.size());
        for (var entry : entries) {
            var explicitHashKey = entry.explicitHashKey() == null ? null : key(explicitHashKeys, entry.explicitHashKey());
            userRecords.add(new UserRecord(record.shardId(), record.sequenceNumber(), userRecords.size(),
                    key(partitionKeys, entry.partitionKey()), explicitHashKey, record.arrival(), entry.data(), null, null));
        }
        return userRecords;
    }

    private static Entry entry(CodedInputStream message) throws IOException {
        long partitionKey = -1;
        Long explicitHashKey = null;
        byte[] data = null;
        for (int tag; (tag = message.readTag()) != 0;) {
            switch (tag) {
                case PARTITION_KEY_INDEX -> partitionKey = message.readUInt64();
                case EXPLICIT_HASH_KEY_INDEX -> explicitHashKey = message.readUInt64();
                case DATA -> data = message.readByteArray();
                default -> skip(message, tag);
            }
        }
        if (data == null) {
            throw new IOException("a user record without data");
        }
        return new Entry(partitionKey, explicitHashKey, data);
    }

    private static void skip(CodedInputStream message, int tag) throws IOException {
        if (!message.skipField(tag)) {
            throw new IOException("the end of a group that has no beginning");
        }
    }

    private static String key(List<String> table, long index) throws IOException {
        if (index < 0 || index >= table.size()) {
            throw new IOException("a user record with a key that is not there");
        }
        return table.get((int) index);
    }
}
