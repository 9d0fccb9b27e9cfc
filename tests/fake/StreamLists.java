package fake;

import static fake.FakeAccount.INVALID;
import static fake.FakeAccount.refuseIf;
import static fake.StreamState.fields;

import fake.FakeStreams.Call;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import lib.kinesis.Shards;

/** The calls that describe streams, and list what they have in pages. */
record StreamLists(FakeAccount account) {
    static final int MOST = 100; // streams, consumers or tags of a page
    private static final int MOST_SHARDS = 1000; // of a page
    private static final int ON_DEMAND_STREAMS = 50; // the default quota of a region

    Map<String, Object> describe(Call call) {
        account.look(account.stream(call).settling);
        return fields("StreamDescriptionSummary", account.stream(call).summary()); // the look may have ended the deletion
    }

    Map<String, Object> limits() {
        var streams = account.streams.values();
        return fields("ShardLimit", account.shardLimit, "OpenShardCount", streams.stream().mapToInt(StreamState::countedShards).sum(),
                "OnDemandStreamCount", (int) streams.stream().filter(StreamState::isOnDemand).count(),
                "OnDemandStreamCountLimit", ON_DEMAND_STREAMS);
    }

    Map<String, Object> streams(Call call) {
        var token = call.text("NextToken");
        var page = page(account.streams, token == null ? call.text("ExclusiveStartStreamName") : token, call.number("Limit"), MOST);
        var next = next(page, account.streams);
        return fields("StreamNames", page.keySet().stream().toList(), "HasMoreStreams", next != null, "NextToken", next,
                "StreamSummaries", page.values().stream().map(StreamState::listItem).toList());
    }

    Map<String, Object> shards(Call call) {
        var token = call.text("NextToken");
        refuseIf(token != null && (call.text("StreamName") != null || call.text("ExclusiveStartShardId") != null), INVALID,
                "NextToken excludes StreamName and ExclusiveStartShardId");
        var stream = FakeAccount.listable(token == null ? account.stream(call) : account.stream(token.split("/")[0]));
        var filter = call.structure("ShardFilter");
        var shards = new TreeMap<>(stream.shards.all);
        if ("AT_LATEST".equals(filter.get("Type"))) {
            shards.values().removeIf(Predicate.not(Shards::isOpen));
        }
        var start = Objects.requireNonNullElse(call.text("ExclusiveStartShardId"), (String) filter.getOrDefault("ShardId", ""));
        var page = page(shards, token == null ? start : token.split("/")[1], call.number("MaxResults"), MOST_SHARDS);
        var next = next(page, shards);
        return fields("Shards", page.values().stream().map(StreamState::description).toList(),
                "NextToken", next == null ? null : stream.name + "/" + next);
    }

    Map<String, Object> tags(Call call) {
        var tags = account.stream(call).tags;
        var page = page(tags, call.text("ExclusiveStartTagKey"), call.number("Limit"), MOST);
        return fields("Tags", page.entrySet().stream().map(tag -> fields("Key", tag.getKey(), "Value", tag.getValue())).toList(),
                "HasMoreTags", next(page, tags) != null);
    }

    Map<String, Object> shardIterator(Call call) {
        var stream = account.stream(call);
        var shard = FakeAccount.shard(stream, call.text("ShardId"));
        if (call.isDryRun()) {
            throw FakeAccount.dryRun();
        }
        return fields("ShardIterator", stream.name + "/" + shard.shardId());
    }

    /** Returns the entries after a key, or from the first when it is null: as many as asked for, and at most {@code most}. */
    static <T> SortedMap<String, T> page(NavigableMap<String, T> all, String after, Integer limit, int most) {
        var rest = after == null ? all : all.tailMap(after, false);
        var size = limit == null ? most : Math.min(limit, most);
        return rest.keySet().stream().skip(size).findFirst().map(rest::headMap).orElse(rest);
    }

    /** Returns the key after which the next page begins; null after the last page. */
    static String next(SortedMap<String, ?> page, NavigableMap<String, ?> all) {
        return page.isEmpty() || page.lastKey().equals(all.lastKey()) ? null : page.lastKey();
    }
}
