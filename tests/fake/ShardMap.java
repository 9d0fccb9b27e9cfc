package fake;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import lib.kinesis.HashKeys;
import lib.kinesis.Shards;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** The shards of a stream by their ids, and how they are split and merged. */
final class ShardMap {
    final NavigableMap<String, Shard> all = new TreeMap<>();
    private int sequenceNumbers;

    /** Adds the first shards, whose hash key ranges are of the same size. */
    void create(int count) {
        var starts = starts(count);
        for (int n = 0; n < count; n++) {
            add(starts.get(n), starts.get(n + 1).subtract(BigInteger.ONE), List.of());
        }
    }

    /** Returns the first hash key of each of so many shards, and at last the end of all hash keys. */
    private static List<BigInteger> starts(int count) {
        return IntStream.rangeClosed(0, count)
                .mapToObj(n -> HashKeys.COUNT.multiply(BigInteger.valueOf(n)).divide(BigInteger.valueOf(count))).toList();
    }

    /** Returns the open shards in the order of their hash keys. */
    List<Shard> open() {
        return all.values().stream().filter(Shards::isOpen).sorted(Comparator.comparing(ShardMap::first)).toList();
    }

    static BigInteger first(Shard shard) {
        return new BigInteger(shard.hashKeyRange().startingHashKey());
    }

    static BigInteger last(Shard shard) {
        return new BigInteger(shard.hashKeyRange().endingHashKey());
    }

    void split(Shard shard, BigInteger hashKey) {
        close(shard);
        add(first(shard), hashKey.subtract(BigInteger.ONE), List.of(shard.shardId()));
        add(hashKey, last(shard), List.of(shard.shardId()));
    }

    Shard merge(Shard shard, Shard next) {
        close(shard);
        close(next);
        return add(first(shard), last(next), List.of(shard.shardId(), next.shardId()));
    }

    /** Splits and merges shards until there are so many of the same size. Shards that live only meanwhile stay as closed shards. */
    void scale(int count) {
        var starts = starts(count);
        for (var start : starts) {
            open().stream().filter(shard -> HashKeys.holds(shard, start) && !first(shard).equals(start)).findFirst()
                    .ifPresent(shard -> split(shard, start));
        }
        var merged = new ArrayList<Shard>();
        for (var shard : open()) {
            if (starts.contains(first(shard))) {
                merged.add(shard);
            } else {
                merged.set(merged.size() - 1, merge(merged.get(merged.size() - 1), shard));
            }
        }
    }

    private Shard add(BigInteger first, BigInteger last, List<String> parents) {
        var shard = Shard.builder().shardId("shardId-%012d".formatted(all.size()))
                .parentShardId(parents.isEmpty() ? null : parents.get(0)).adjacentParentShardId(parents.size() < 2 ? null : parents.get(1))
                .hashKeyRange(range -> range.startingHashKey(first.toString()).endingHashKey(last.toString()))
                .sequenceNumberRange(range -> range.startingSequenceNumber(nextSequenceNumber())).build();
        all.put(shard.shardId(), shard);
        return shard;
    }

    private void close(Shard shard) {
        all.put(shard.shardId(), shard.toBuilder().sequenceNumberRange(shard.sequenceNumberRange().toBuilder()
                .endingSequenceNumber(nextSequenceNumber()).build()).build());
    }

    /** Returns a number of 56 digits, as the service's are. */
    private String nextSequenceNumber() {
        return "4960%052d".formatted(sequenceNumbers++);
    }
}
