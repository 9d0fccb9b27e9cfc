package fake;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ChildShard;
import software.amazon.awssdk.services.kinesis.model.GetRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorResponse;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** A stream in memory with shards that are split and merged as on Kinesis; a hash key is one of 1,000, and so is a partition key. */
public final class FakeStream implements KinesisClient {
    private static final int HASH_KEYS = 1000;

    private final Map<String, FakeShard> shards = new LinkedHashMap<>();
    private final Random random;
    private int records;

    private static final class FakeShard {
        final String id;
        final int first;
        final int last;
        final List<String> parents;
        final List<Record> records = new ArrayList<>();
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
            target.records.add(Record.builder().sequenceNumber(String.valueOf(number)).partitionKey(String.valueOf(key))
                    .data(SdkBytes.fromUtf8String(String.valueOf(number))).build());
        }
    }

    public synchronized int records() {
        return records;
    }

    synchronized int shards() {
        return shards.size();
    }

    @Override
    public synchronized ListShardsResponse listShards(ListShardsRequest request) {
        return ListShardsResponse.builder().shards(shards.values().stream().map(FakeStream::shard).toList()).build();
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
    public synchronized GetShardIteratorResponse getShardIterator(GetShardIteratorRequest request) {
        var all = shards.get(request.shardId()).records;
        var from = switch (request.shardIteratorType()) {
            case TRIM_HORIZON -> 0;
            case AFTER_SEQUENCE_NUMBER -> (int) all.stream().filter(record -> new BigInteger(record.sequenceNumber())
                    .compareTo(new BigInteger(request.startingSequenceNumber())) <= 0).count();
            default -> throw new IllegalArgumentException(request.toString());
        };
        return GetShardIteratorResponse.builder().shardIterator(request.shardId() + "/" + from).build();
    }

    @Override
    public synchronized GetRecordsResponse getRecords(GetRecordsRequest request) {
        var shard = shards.get(request.shardIterator().split("/")[0]);
        var from = Integer.parseInt(request.shardIterator().split("/")[1]);
        var to = Math.min(shard.records.size(), from + random.nextInt(8)); // none now and then, although there are more
        var ended = to == shard.records.size() && !shard.children.isEmpty();
        return GetRecordsResponse.builder().records(shard.records.subList(from, to))
                .millisBehindLatest(to < shard.records.size() ? 1000L : 0L)
                .nextShardIterator(ended ? null : shard.id + "/" + to)
                .childShards(!ended || random.nextInt(4) == 0 ? List.of() : shard.children.stream().map(FakeStream::child).toList())
                .build();
    }

    private static ChildShard child(FakeShard shard) {
        return ChildShard.builder().shardId(shard.id).parentShards(shard.parents).hashKeyRange(range -> range
                .startingHashKey(String.valueOf(shard.first)).endingHashKey(String.valueOf(shard.last))).build();
    }

    @Override
    public String serviceName() {
        return "fake";
    }

    @Override
    public void close() {}
}
