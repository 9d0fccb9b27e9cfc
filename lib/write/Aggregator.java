package lib.write;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import lib.kinesis.HashKeys;
import lib.kinesis.Md5;
import lib.kinesis.Quotas;
import lib.kinesis.Shards;
import lib.records.AggregateFormat;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.model.Shard;

/**
 * Many records to one, in the format that {@link AggregateFormat} describes. All that are in one belong to the shard that takes it.
 */
final class Aggregator implements Packing {
    /** The size that the Kinesis Producer Library makes them of: two of the units that a PUT is charged by. */
    private static final int SIZE = 50 << 10;

    private static final int MAX_RECORDS = 50_000;
    private static final int RECORDS_A_SHARD = 5_000; // as many as a shard takes in a second if they have 200 bytes each
    private static final int MAX_MISPLACED = 1; // a record misplaced more often is put by itself, which is correct in any shard
    private static final long REFRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(100); // ListShards takes 1,000 calls a second (API reference)
    private static final int OVERHEAD = 24; // of a record in it, in bytes, without explicit hash key

    // fields of a record in it
    private static final int PARTITION_KEY_INDEX = WireFormat.getTagFieldNumber(AggregateFormat.PARTITION_KEY_INDEX);
    private static final int EXPLICIT_HASH_KEY_INDEX = WireFormat.getTagFieldNumber(AggregateFormat.EXPLICIT_HASH_KEY_INDEX);
    private static final int DATA = WireFormat.getTagFieldNumber(AggregateFormat.DATA);

    private final Supplier<List<Shard>> list;
    private volatile Listed shards;
    private volatile String unlisted; // a shard that has taken a record, and that ListShards does not list yet
    private long refreshed = System.nanoTime() - REFRESH_NANOS;

    /**
     * The shards as they were listed.
     *
     * @param open by their first hash key
     * @param all  the closed ones, too, by their id
     */
    private record Listed(NavigableMap<BigInteger, String> open, Map<String, Shard> all) {
        static Listed of(List<Shard> shards) {
            var open = new TreeMap<BigInteger, String>();
            shards.stream().filter(Shards::isOpen)
                    .forEach(shard -> open.put(new BigInteger(shard.hashKeyRange().startingHashKey()), shard.shardId()));
            return new Listed(open, shards.stream().collect(Collectors.toMap(Shard::shardId, Function.identity(), (one, other) -> other)));
        }
    }

    /**
     * @param shards the stream's
     * @param list   asks once for the shards, when the stream has been split or merged
     */
    Aggregator(List<Shard> shards, Supplier<List<Shard>> list) {
        this.shards = Listed.of(shards);
        this.list = list;
    }

    /** Returns the shard; null when it is not listed yet: the list of a stream that was resharded is late, or cannot be had. */
    private synchronized Shard shard(String shardId) {
        if (!shards.all().containsKey(shardId) && System.nanoTime() - refreshed >= REFRESH_NANOS) {
            refreshed = System.nanoTime();
            try {
                shards = Listed.of(list.get());
            } catch (SdkException e) {
                // records go by themselves until the shards are listed
            }
        }
        var shard = shards.all().get(shardId);
        if (shard == null) {
            unlisted = shardId;
        } else if (shardId.equals(unlisted)) {
            unlisted = null;
        }
        return shard;
    }

    private static BigInteger hashKey(PendingRecord pending) {
        var record = pending.record;
        return record.explicitHashKey() != null ? new BigInteger(record.explicitHashKey()) : HashKeys.of(record.partitionKey());
    }

    @Override
    public int maxRecords() {
        return Math.min(MAX_RECORDS, Math.max(1, shards.open().size()) * RECORDS_A_SHARD);
    }

    @Override
    public double cost(PendingRecord record) {
        return Quotas.writeSeconds(0, record.bytes);
    }

    @Override
    public List<Packed> pack(List<PendingRecord> records) {
        var missing = unlisted;
        if (missing != null && shard(missing) == null) { // by an old list, they would come to the wrong shards
            return NONE.pack(records);
        }
        var open = shards.open();
        // with the others of its key, which stay in order; also those whose hash key no listed shard takes
        var alone = records.stream().filter(pending -> pending.misplaced > MAX_MISPLACED || open.floorEntry(hashKey(pending)) == null)
                .map(pending -> pending.record.partitionKey()).collect(Collectors.toSet());
        var packed = new ArrayList<>(NONE.pack(records.stream().filter(pending -> alone.contains(pending.record.partitionKey())).toList()));
        var byShard = records.stream().filter(pending -> !alone.contains(pending.record.partitionKey())).collect(Collectors.groupingBy(
                pending -> open.floorEntry(hashKey(pending)).getValue(), LinkedHashMap::new, Collectors.toList()));
        byShard.forEach((shardId, ofShard) -> {
            var start = 0;
            var size = 0;
            for (int at = 0; at < ofShard.size(); at++) {
                var more = ofShard.get(at).bytes + OVERHEAD;
                if (at > start && size + more > SIZE) {
                    packed.add(aggregate(ofShard.subList(start, at), shardId));
                    start = at;
                    size = 0;
                }
                size += more;
            }
            packed.add(aggregate(ofShard.subList(start, ofShard.size()), shardId));
        });
        return packed;
    }

    /** By the keys of its first record it comes to that one's shard. */
    private static Packed aggregate(List<PendingRecord> records, String shardId) {
        var first = records.get(0).record;
        return records.size() == 1 ? Packing.alone(records.get(0))
                : new Packed(first.partitionKey(), first.explicitHashKey(), bytes(records), records, shardId);
    }

    private static byte[] bytes(List<PendingRecord> records) {
        var bytes = new ByteArrayOutputStream(SIZE);
        try {
            bytes.write(AggregateFormat.MAGIC);
            var message = CodedOutputStream.newInstance(bytes);
            var partitionKeys = table(message, AggregateFormat.PARTITION_KEY_TABLE,
                    records.stream().map(pending -> pending.record.partitionKey()).toList());
            var explicitHashKeys = table(message, AggregateFormat.EXPLICIT_HASH_KEY_TABLE,
                    records.stream().map(pending -> pending.record.explicitHashKey()).toList());
            for (var pending : records) {
                var record = pending.record;
                var partitionKey = partitionKeys.get(record.partitionKey());
                var explicitHashKey = explicitHashKeys.get(record.explicitHashKey());
                message.writeUInt32NoTag(AggregateFormat.RECORDS);
                message.writeUInt32NoTag(CodedOutputStream.computeUInt64Size(PARTITION_KEY_INDEX, partitionKey)
                        + (explicitHashKey == null ? 0 : CodedOutputStream.computeUInt64Size(EXPLICIT_HASH_KEY_INDEX, explicitHashKey))
                        + CodedOutputStream.computeByteArraySize(DATA, record.data()));
                message.writeUInt64(PARTITION_KEY_INDEX, partitionKey);
                if (explicitHashKey != null) {
                    message.writeUInt64(EXPLICIT_HASH_KEY_INDEX, explicitHashKey);
                }
                message.writeByteArray(DATA, record.data());
            }
            message.flush();
            var written = bytes.toByteArray();
            bytes.write(Md5.of(ByteBuffer.wrap(written, AggregateFormat.MAGIC.length, written.length - AggregateFormat.MAGIC.length)));
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // of no file
        }
    }

    /** Writes each key once, and returns where it is. */
    private static Map<String, Integer> table(CodedOutputStream message, int tag, List<String> keys) throws IOException {
        var table = new HashMap<String, Integer>();
        for (var key : keys) {
            if (key != null && table.putIfAbsent(key, table.size()) == null) {
                message.writeString(WireFormat.getTagFieldNumber(tag), key);
            }
        }
        return table;
    }

    /** One key of another shard is enough for the Kinesis Client Library to drop all that are in it. */
    @Override
    public Place place(String shardId, Packed packed) {
        if (packed.shardId() == null || packed.shardId().equals(shardId)) {
            return Place.RIGHT;
        }
        var shard = shard(shardId);
        if (shard == null) {
            return Place.OTHER;
        }
        var records = packed.records();
        if (!HashKeys.holds(shard, hashKey(records.get(0)))) { // although it was put by the key of this record
            return Place.ANY;
        }
        return records.stream().allMatch(pending -> HashKeys.holds(shard, hashKey(pending))) ? Place.RIGHT : Place.OTHER;
    }
}
