package fake;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import lib.kinesis.GetRecordsResult;
import lib.kinesis.KinesisRecord;
import lib.kinesis.Shards;
import software.amazon.awssdk.services.kinesis.model.ChildShard;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardFilter;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;

/** A stream in memory with shards that are split and merged as on Kinesis; a hash key is one of 1,000, and so is a partition key. */
public final class FakeStream extends StreamStub {
    private static final int HASH_KEYS = 1000;

    private final Map<String, FakeShard> shards = new LinkedHashMap<>();
    private final Random random;
    private int records;

    private static final class FakeShard {
        final String id;
        final int first;
        final int last;
        final List<String> parents;
        final List<KinesisRecord> records = new ArrayList<>();
        final List<FakeShard> children = new ArrayList<>();

        FakeShard(String id, int first, int last, List<String> parents) {
            this.id = id;
            this.first = first;
            this.last = last;
            this.parents = parents;
        }
    }

    public FakeStream(Random random, int shardCount) {
        this.random = random;
        for (int i = 0; i < shardCount; i++) {
            add(HASH_KEYS * i / shardCount, HASH_KEYS * (i + 1) / shardCount - 1, List.of());
        }
    }

    private FakeShard add(int first, int last, List<String> parents) {
        var shard = new FakeShard("shardId-%012d".formatted(shards.size()), first, last, parents);
        shards.put(shard.id, shard);
        return shard;
    }

    /** Does one thing that happens to a stream: a record, mostly, or a split, or a merge. */
    public synchronized void step() {
        var open = shards.values().stream().filter(shard -> shard.children.isEmpty()).sorted((a, b) -> a.first - b.first).toList();
        var shard = open.get(random.nextInt(open.size()));
        var what = random.nextInt(20);
        if (what == 0 && shard.last > shard.first) {
            var middle = shard.first + 1 + random.nextInt(shard.last - shard.first);
            shard.children.add(add(shard.first, middle - 1, List.of(shard.id)));
            shard.children.add(add(middle, shard.last, List.of(shard.id)));
        } else if (what == 1 && open.indexOf(shard) + 1 < open.size()) {
            var next = open.get(open.indexOf(shard) + 1);
            var child = add(shard.first, next.last, List.of(shard.id, next.id));
            shard.children.add(child);
            next.children.add(child);
        } else {
            var key = random.nextInt(HASH_KEYS) / 100 * 100; // few keys, with many records each
            var target = open.stream().filter(one -> one.first <= key && key <= one.last).findFirst().orElseThrow();
            var number = records++;
            target.records.add(new KinesisRecord(String.valueOf(number), String.valueOf(key), null,
                    String.valueOf(number).getBytes(StandardCharsets.UTF_8)));
        }
    }

    public synchronized int records() {
        return records;
    }

    synchronized int shards() {
        return shards.size();
    }

    @Override
    public synchronized Shards listShards(ShardFilter filter) {
        return new Shards(shards.values().stream().map(FakeStream::shard).toList(), Instant.now());
    }

    private static Shard shard(FakeShard shard) {
        return Shard.builder().shardId(shard.id)
                .parentShardId(shard.parents.isEmpty() ? null : shard.parents.get(0))
                .adjacentParentShardId(shard.parents.size() < 2 ? null : shard.parents.get(1))
                .hashKeyRange(range -> range.startingHashKey(String.valueOf(shard.first)).endingHashKey(String.valueOf(shard.last)))
                .sequenceNumberRange(range -> range.startingSequenceNumber("0").endingSequenceNumber(shard.children.isEmpty() ? null : "9"))
                .build();
    }

    @Override
    public synchronized String getShardIterator(String shardId, StartingPosition start) {
        var all = shards.get(shardId).records;
        var from = switch (start.type()) {
            case TRIM_HORIZON -> 0;
            case AFTER_SEQUENCE_NUMBER -> (int) all.stream().filter(record -> new BigInteger(record.sequenceNumber())
                    .compareTo(new BigInteger(start.sequenceNumber())) <= 0).count();
            default -> throw new IllegalArgumentException(start.toString());
        };
        return shardId + "/" + from;
    }

    @Override
    public synchronized GetRecordsResult getRecords(String shardIterator, int limit) {
        var shard = shards.get(shardIterator.split("/")[0]);
        var from = Integer.parseInt(shardIterator.split("/")[1]);
        var to = Math.min(shard.records.size(), from + random.nextInt(8)); // none now and then, although there are more
        var ended = to == shard.records.size() && !shard.children.isEmpty();
        var children = !ended || random.nextInt(4) == 0 ? List.<ChildShard>of() : shard.children.stream().map(FakeStream::child).toList();
        return new GetRecordsResult(List.copyOf(shard.records.subList(from, to)), ended ? null : shard.id + "/" + to,
                to < shard.records.size() ? 1000L : 0L, children, null);
    }

    private static ChildShard child(FakeShard shard) {
        return ChildShard.builder().shardId(shard.id).parentShards(shard.parents).hashKeyRange(range -> range
                .startingHashKey(String.valueOf(shard.first)).endingHashKey(String.valueOf(shard.last))).build();
    }
}
