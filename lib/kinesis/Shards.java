package lib.kinesis;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import lib.cli.Failure;
import picocli.CommandLine.ITypeConverter;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardFilter;

/**
 * Which shards a stream has.
 *
 * @param all    the closed ones that the stream still holds, too
 * @param listed when, by the service's clock, or up to a second less
 */
public record Shards(List<Shard> all, Instant listed) {
    private static final double RECORDS_A_SECOND = 1_000; // that a shard takes (API reference, PutRecords)
    private static final double BYTES_A_SECOND = 1_000_000; // with the partition keys
    private static final Pattern SHARD_ID = Pattern.compile("[a-zA-Z0-9_.-]{1,128}");
    private static final int NAMED = 3; // shards in an error
    public static final int MAX_PARTITION_KEY = 256; // characters (API reference, PutRecord), of UTF-16 as the Kinesis Producer Library counts them
    public static final int MAX_SEQUENCE_NUMBER = 129; // digits (API reference, GetShardIterator: `0|([1-9]\d{0,128})`)
    public static final int HASH_KEY_BITS = 128; // a hash key is the MD5 of a partition key

    /** The id of a shard, for an option: {@code shardId-000000000001}, or its number {@code 1}, as {@code describe} shows parents. */
    public static final class IdConverter implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            return text.matches("\\d{1,12}") ? "shardId-%012d".formatted(Long.parseLong(text)) : text;
        }
    }

    /**
     * The shards of every page of ListShards.
     *
     * @throws Failure when the pages do not end
     */
    public static Shards list(KinesisClient kinesis, StreamRef stream) {
        return list(kinesis, stream, null);
    }

    /** @param filter selects shards, where the engine heeds it; null for all */
    public static Shards list(KinesisClient kinesis, StreamRef stream, ShardFilter filter) {
        var shards = new Pages<>("ListShards", Shard::shardId);
        var request = ListShardsRequest.builder().streamName(stream.name()).streamARN(stream.arn()).shardFilter(filter).build();
        while (true) {
            var page = kinesis.listShards(request);
            if (!shards.add(page.shards(), page.nextToken() != null)) {
                return new Shards(shards.all(), time(page));
            }
            // a token stands for the stream: with both the service refuses (API reference, ListShards)
            request = ListShardsRequest.builder().nextToken(page.nextToken()).build();
        }
    }

    /** The Date of the response, which has no fractions; this machine's clock may be wrong. */
    public static Instant time(SdkResponse response) {
        return Stream.ofNullable(response.sdkHttpResponse()).flatMap(http -> http.firstMatchingHeader("Date").stream())
                .map(Shards::time).findFirst().orElseGet(Instant::now);
    }

    private static Instant time(String date) {
        try {
            var time = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
            if (time.isAfter(Instant.EPOCH)) {
                return time;
            }
        } catch (DateTimeException e) { // named below
        }
        throw Failure.nonsense("the Date header '" + date + "'");
    }

    /** The time by the service's clock, or up to a second less, from now on. */
    public Supplier<Instant> clock() {
        var started = System.nanoTime();
        return () -> listed.plusNanos(System.nanoTime() - started);
    }

    /** Whether the shard takes records; a closed one has an ending sequence number. */
    public static boolean isOpen(Shard shard) {
        return shard.sequenceNumberRange().endingSequenceNumber() == null;
    }

    /** The shards that the shard was made of: none, one by a split, or two by a merge. */
    public static List<String> parents(Shard shard) {
        return Stream.of(shard.parentShardId(), shard.adjacentParentShardId()).filter(Objects::nonNull).toList();
    }

    /** @throws Failure when some of the shards can never begin, because their parents form a circle */
    public static void checkParents(Collection<Shard> shards) {
        var children = new HashMap<String, List<Shard>>();
        var stuck = new LinkedHashSet<String>();
        for (var shard : shards) {
            stuck.add(shard.shardId());
            parents(shard).forEach(parent -> children.computeIfAbsent(parent, id -> new ArrayList<>()).add(shard));
        }
        var free = new ArrayDeque<>(shards.stream().filter(shard -> isFree(shard, stuck)).toList());
        while (!free.isEmpty()) {
            var shardId = free.remove().shardId();
            if (stuck.remove(shardId)) {
                children.getOrDefault(shardId, List.of()).stream().filter(child -> isFree(child, stuck)).forEach(free::add);
            }
        }
        if (!stuck.isEmpty()) {
            var others = stuck.size() - NAMED;
            throw Failure.nonsense("shards " + stuck.stream().limit(NAMED).collect(Collectors.joining(", "))
                    + (others > 0 ? " and %,d others".formatted(others) : "") + " can never begin, because their parents form a circle");
        }
    }

    private static boolean isFree(Shard shard, Set<String> stuck) {
        return parents(shard).stream().noneMatch(stuck::contains);
    }

    /** Returns whether the text is the id of a shard (API reference, Shard). */
    public static boolean isShardId(String text) {
        return SHARD_ID.matcher(text).matches();
    }

    /** Returns whether the text is a sequence number: 1 to 129 digits. Some engines write zeros in front. */
    public static boolean isSequenceNumber(String text) {
        for (int i = 0; i < text.length(); i++) { // no pattern: each record that is read has one
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= MAX_SEQUENCE_NUMBER;
    }

    /** Whether the service takes it for one. */
    public static boolean isPartitionKey(String text) {
        return !text.isEmpty() && text.length() <= MAX_PARTITION_KEY;
    }

    /** Whether the shard takes, or took, the records of the partition key. */
    public static boolean holds(Shard shard, String partitionKey) {
        return holds(shard, hashKey(partitionKey));
    }

    /** Whether the hash key is one of the shard's. */
    public static boolean holds(Shard shard, BigInteger hashKey) {
        var range = shard.hashKeyRange();
        return hashKey.compareTo(new BigInteger(range.startingHashKey())) >= 0
                && hashKey.compareTo(new BigInteger(range.endingHashKey())) <= 0;
    }

    /** The MD5 of the key as a number (API reference, PutRecord). */
    public static BigInteger hashKey(String partitionKey) {
        return new BigInteger(1, Md5.of(StandardCharsets.UTF_8.encode(partitionKey)));
    }

    /** How many seconds of a shard's write capacity they take. */
    public static double cost(double records, double bytes) {
        return Math.max(records / RECORDS_A_SECOND, bytes / BYTES_A_SECOND);
    }

    /** The shard's share of all hash keys, in percent. */
    public static double hashKeyPercent(Shard shard) {
        var range = shard.hashKeyRange();
        var keys = new BigInteger(range.endingHashKey()).subtract(new BigInteger(range.startingHashKey())).add(BigInteger.ONE);
        return 100 * keys.doubleValue() / BigInteger.ONE.shiftLeft(HASH_KEY_BITS).doubleValue();
    }
}
