package bench;

import java.io.IOException;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** A stream of which each shard holds the same records over and over; of what is put into it, it keeps the number. */
public final class CannedStream {
    private static final Pattern NAME = Pattern.compile("(\\d+)x(\\d+)x(\\d+)(?:x(\\d+))?(?:-.*)?");
    private static final int SHARDS_A_PAGE = 1_000; // API reference, ListShards
    private static final long CREATED = 1_795_521_600;
    private static final int BEHIND_MILLIS = 3_600_000;

    private final String name;
    private final int shards;
    private final long records;
    private final CannedRecords canned;
    private final Set<Integer> polled = ConcurrentHashMap.newKeySet();
    private final AtomicLong polls = new AtomicLong();
    private final AtomicLong lists = new AtomicLong();
    private final AtomicLong put = new AtomicLong();
    private volatile long firstAsked;
    private volatile long allPolled;

    /** @param name SHARDSxRECORDSxSIZE[xAGGREGATED][-ANYTHING]; of any other, 4 shards without records */
    public CannedStream(String name) {
        this.name = name;
        var parts = NAME.matcher(name);
        var isSized = parts.matches();
        var aggregated = isSized && parts.group(4) != null ? Integer.parseInt(parts.group(4)) : 1;
        shards = isSized ? Integer.parseInt(parts.group(1)) : 4;
        records = isSized ? Long.parseLong(parts.group(2)) / aggregated : 0;
        canned = CannedRecords.of(isSized ? Integer.parseInt(parts.group(3)) : 0, aggregated);
    }

    /** What was done with it. */
    public Map<String, Object> seen() {
        return Map.of("lists", lists.get(), "polls", polls.get(), "put", put.get(), "shardsPolled", polled.size(),
                "allPolledMillis", allPolled == 0 ? -1 : (allPolled - firstAsked) / 1_000_000);
    }

    /** A page of ListShards. */
    public Map<String, Object> shards(int from) {
        if (firstAsked == 0) {
            firstAsked = System.nanoTime();
        }
        if (from == 0) {
            lists.incrementAndGet();
        }
        var to = Math.min(shards, from + SHARDS_A_PAGE);
        var page = IntStream.range(from, to).mapToObj(this::shard).toList();
        return to == shards ? Map.of("Shards", page) : Map.of("Shards", page, "NextToken", name + "/" + to);
    }

    public Map<String, Object> description() {
        return Map.of("StreamDescription", Map.of("StreamName", name, "StreamARN", arn(), "StreamStatus", "ACTIVE",
                "Shards", IntStream.range(0, shards).mapToObj(this::shard).toList(), "HasMoreShards", false));
    }

    /** @param second in the unit that times have */
    public Map<String, Object> summary(long second) {
        return Map.of("StreamDescriptionSummary", Map.of("StreamName", name, "StreamARN", arn(), "StreamStatus", "ACTIVE",
                "RetentionPeriodHours", 24, "StreamCreationTimestamp", CREATED * second, "OpenShardCount", shards,
                "EnhancedMonitoring", List.of()));
    }

    private String arn() {
        return "arn:aws:kinesis:us-east-1:000000000000:stream/" + name;
    }

    private Map<String, Object> shard(int shard) {
        var share = BigInteger.ONE.shiftLeft(128).divide(BigInteger.valueOf(shards));
        var last = shard == shards - 1 ? BigInteger.ONE.shiftLeft(128) : share.multiply(BigInteger.valueOf(shard + 1));
        return Map.of("ShardId", "shardId-%012d".formatted(shard),
                "HashKeyRange", Map.of("StartingHashKey", share.multiply(BigInteger.valueOf(shard)).toString(),
                        "EndingHashKey", last.subtract(BigInteger.ONE).toString()),
                "SequenceNumberRange", Map.of("StartingSequenceNumber", CannedRecords.sequenceNumber(0)));
    }

    /** @param sequenceNumber the last one of a reply of {@link #getRecords}; null for the types that have none */
    public String iterator(String shardId, String type, String sequenceNumber) {
        return name + "/" + Integer.parseInt(shardId.replaceFirst(".*-", "")) + "/" + position(type, sequenceNumber);
    }

    private long position(String type, String sequenceNumber) {
        if (type.equals("TRIM_HORIZON")) {
            return 0;
        }
        return sequenceNumber == null ? records : CannedRecords.position(sequenceNumber) + 1;
    }

    /** @param at how many of the shard's records come before */
    public List<CannedRecords.Slice> getRecords(int shard, long at, int limit, boolean cbor) throws IOException {
        polls.incrementAndGet();
        if (polled.add(shard) && polled.size() == shards) {
            allPolled = System.nanoTime();
        }
        var end = Math.min(records, at + Math.min(limit, canned.most()));
        return canned.reply(cbor, at, end, end < records ? BEHIND_MILLIS : 0, name + "/" + shard + "/" + end);
    }

    /** Their shard is the first one. */
    public List<CannedRecords.Slice> putRecords(int records, boolean cbor) throws IOException {
        put.addAndGet(records);
        return CannedRecords.stored(cbor, records);
    }
}
