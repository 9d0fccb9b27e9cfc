package lib.kinesis;

import java.time.Instant;
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
import software.amazon.awssdk.services.kinesis.model.Shard;

/**
 * Which shards a stream has.
 *
 * @param all    the closed ones that the stream still holds, too
 * @param listed when, by the service's clock, or up to a second less
 */
public record Shards(List<Shard> all, Instant listed) {
    private static final Pattern SHARD_ID = Pattern.compile("[a-zA-Z0-9_.-]{1,128}");
    private static final int NAMED = 3; // shards in an error
    public static final int MAX_SEQUENCE_NUMBER = 129; // digits (API reference, GetShardIterator: `0|([1-9]\d{0,128})`)

    /** The id of a shard, for an option: {@code shardId-000000000001}, or its number {@code 1}, as {@code describe} shows parents. */
    public static final class IdConverter implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            return text.matches("\\d{1,12}") ? "shardId-%012d".formatted(Long.parseLong(text)) : text;
        }
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

    /**
     * Checks that the parents of the shards form no circle.
     *
     * @throws Failure when some of the shards can never begin
     */
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
}
