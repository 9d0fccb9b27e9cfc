package lib.records;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Function;
import lib.cli.Log;
import lib.kinesis.Md5;

/**
 * One Kinesis record to its user records, if it is an aggregate of the Kinesis Producer Library ({@link AggregateFormat}), else to itself.
 *
 * <p>Checks the whole message first, and then makes each user record when its turn comes: 10 MiB can hold 1.7 million user records, and
 * the tables of their keys 5 million entries.
 */
public final class Deaggregator implements Function<UserRecord, Iterable<UserRecord>> {
    private final Log log;

    /** @param log is warned of what begins like an aggregate and does not check out: that is passed on as it is */
    public Deaggregator(Log log) {
        this.log = log;
    }

    @Override
    public Iterable<UserRecord> apply(UserRecord record) {
        var data = record.data();
        if (!AggregateFormat.begins(data)) {
            return List.of(record);
        }
        try {
            checkDigest(data);
            return new Aggregate(record);
        } catch (IOException e) {
            var why = e instanceof InvalidProtocolBufferException ? "a damaged message" : e.getMessage();
            log.warnOnce(Log.Kind.AGGREGATE, "shard %s: record %s begins like a KPL aggregate"
                    + " but cannot be decoded (%s); printed unchanged", record.shardId(), record.sequenceNumber(), why);
            return List.of(record);
        }
    }

    private static void checkDigest(byte[] data) throws IOException {
        var length = data.length - AggregateFormat.MAGIC.length - Md5.LENGTH;
        if (length < 0) {
            throw new IOException("too short");
        }
        var digest = ByteBuffer.wrap(data, AggregateFormat.MAGIC.length + length, Md5.LENGTH);
        if (!digest.equals(ByteBuffer.wrap(Md5.of(ByteBuffer.wrap(data, AggregateFormat.MAGIC.length, length))))) {
            throw new IOException("its MD5 differs");
        }
    }

    private static CodedInputStream message(byte[] data) {
        return CodedInputStream.newInstance(data, AggregateFormat.MAGIC.length, data.length - AggregateFormat.MAGIC.length - Md5.LENGTH);
    }

    /** Returns where the next byte of the message is. */
    private static int position(CodedInputStream message) {
        return AggregateFormat.MAGIC.length + message.getTotalBytesRead();
    }

    private static void skip(CodedInputStream message, int tag) throws IOException {
        if (!message.skipField(tag)) {
            throw new IOException("the end of a group without a beginning");
        }
    }

    /** A record of the message: its keys are indexes into the tables, its data is a part of the message. */
    private record Entry(long partitionKey, Long explicitHashKey, int dataStart, int dataEnd) {
        static Entry read(CodedInputStream message) throws IOException {
            var outer = message.pushLimit(message.readRawVarint32());
            long partitionKey = -1;
            Long explicitHashKey = null;
            var dataStart = -1;
            var dataEnd = -1;
            for (int tag; (tag = message.readTag()) != 0;) {
                switch (tag) {
                    case AggregateFormat.PARTITION_KEY_INDEX -> partitionKey = message.readUInt64();
                    case AggregateFormat.EXPLICIT_HASH_KEY_INDEX -> explicitHashKey = message.readUInt64();
                    case AggregateFormat.DATA -> {
                        var length = message.readRawVarint32();
                        dataStart = position(message);
                        message.skipRawBytes(length);
                        dataEnd = position(message);
                    }
                    default -> skip(message, tag);
                }
            }
            message.popLimit(outer);
            if (dataStart < 0) {
                throw new IOException("a user record without data");
            }
            return new Entry(partitionKey, explicitHashKey, dataStart, dataEnd);
        }
    }

    /** A message that has been checked. */
    private static final class Aggregate implements Iterable<UserRecord> {
        private final UserRecord record;
        private final KeyTable partitionKeys;
        private final KeyTable explicitHashKeys;
        private int records;

        Aggregate(UserRecord record) throws IOException {
            this.record = record;
            partitionKeys = new KeyTable(record.data(), AggregateFormat.PARTITION_KEY_TABLE);
            explicitHashKeys = new KeyTable(record.data(), AggregateFormat.EXPLICIT_HASH_KEY_TABLE);
            var message = message(record.data());
            for (int tag; (tag = message.readTag()) != 0;) {
                if (tag != AggregateFormat.RECORDS) {
                    skip(message, tag);
                    continue;
                }
                var entry = Entry.read(message);
                partitionKeys.check(entry.partitionKey());
                if (entry.explicitHashKey() != null) {
                    explicitHashKeys.check(entry.explicitHashKey());
                }
                records++;
            }
            if (records == 0) {
                throw new IOException("no user records");
            }
        }

        @Override
        public Iterator<UserRecord> iterator() {
            var data = record.data();
            var message = message(data);
            return new Iterator<>() {
                private int place;

                @Override
                public boolean hasNext() {
                    return place < records;
                }

                @Override
                public UserRecord next() {
                    if (!hasNext()) {
                        throw new NoSuchElementException();
                    }
                    try {
                        for (int tag; (tag = message.readTag()) != AggregateFormat.RECORDS;) {
                            skip(message, tag);
                        }
                        var entry = Entry.read(message);
                        return new UserRecord(record.shardId(), record.sequenceNumber(), place++, partitionKeys.get(entry.partitionKey()),
                                entry.explicitHashKey() == null ? null : explicitHashKeys.get(entry.explicitHashKey()), record.arrival(),
                                Arrays.copyOfRange(data, entry.dataStart(), entry.dataEnd()), null, null);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e); // unreachable: the constructor has read the whole message
                    }
                }
            };
        }
    }

    /** The keys of one kind. A string is made when it is needed. */
    private static final class KeyTable {
        /** The size, in bytes, from which a key is cached: to decode a long key for each record would take quadratic time. */
        private static final int LONG = 1 << 10;

        private final byte[] data;
        private final int[] starts; // of each entry, which begins with its length
        private final Map<Integer, String> longKeys = new HashMap<>();

        /** @throws IOException when an entry is cut off, or is not UTF-8 */
        KeyTable(byte[] data, int table) throws IOException {
            this.data = data;
            starts = new int[count(table)];
            var message = message(data);
            for (var n = 0; n < starts.length;) {
                var tag = message.readTag();
                if (tag == table) {
                    starts[n++] = position(message);
                }
                skip(message, tag);
            }
        }

        private int count(int table) throws IOException {
            var count = 0;
            var message = message(data);
            for (int tag; (tag = message.readTag()) != 0;) {
                var start = position(message);
                skip(message, tag);
                if (tag == table) {
                    var text = text(start);
                    if (!UnsafeByteOperations.unsafeWrap(text).isValidUtf8()) {
                        throw new IOException("a key that is not UTF-8");
                    }
                    count++;
                }
            }
            return count;
        }

        void check(long index) throws IOException {
            if (index < 0 || index >= starts.length) {
                throw new IOException("a user record with an unknown key");
            }
        }

        String get(long index) throws IOException {
            var text = text(starts[(int) index]);
            return text.remaining() < LONG ? string(text) : longKeys.computeIfAbsent((int) index, n -> string(text));
        }

        private ByteBuffer text(int start) throws IOException {
            var entry = CodedInputStream.newInstance(data, start, data.length - start);
            var length = entry.readRawVarint32();
            return ByteBuffer.wrap(data, start + entry.getTotalBytesRead(), length);
        }

        private static String string(ByteBuffer text) {
            return new String(text.array(), text.position(), text.remaining(), StandardCharsets.UTF_8);
        }
    }
}
