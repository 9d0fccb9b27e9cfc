package lib.kinesis;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import lib.cli.Failure;
import lib.cli.Log;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ListStreamConsumersResponse;
import software.amazon.awssdk.services.kinesis.model.ListTagsForStreamResponse;
import software.amazon.awssdk.services.kinesis.model.ShardFilter;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;
import software.amazon.awssdk.services.kinesis.model.Tag;

/**
 * The calls to one stream. A method without a {@link Log} makes one attempt a call and throws the SDK's exceptions. A method with a
 * {@link Log} retries, and throws a {@link Failure} that names the stream when a call fails for good.
 */
public interface KinesisStream {
    /**
     * A record to put.
     *
     * @param partitionKey    null on a stream that needs none, see {@link Distribution#AUTO}
     * @param explicitHashKey a number in decimal, which chooses the shard; null for the hash key of the partition key
     * @param data            not to be changed
     */
    record PutEntry(String partitionKey, String explicitHashKey, byte[] data) {}

    /**
     * What became of a record that was put.
     *
     * @param shardId   null, as is the sequence number, when the record is not stored
     * @param errorCode null, as is the message, when the record is stored
     */
    record PutResult(String shardId, String sequenceNumber, String errorCode, String errorMessage) {}

    /** Makes a call until it succeeds. */
    interface Retry {
        /** @throws Failure when the call fails for good */
        <T> T call(Supplier<T> call) throws InterruptedException;
    }

    /**
     * Returns the stream as the SDK's client calls it.
     *
     * @param kinesis makes one attempt a call
     */
    static KinesisStream of(KinesisClient kinesis, StreamRef stream) {
        return new SdkStream(kinesis, stream);
    }

    /** Returns the stream as the user names it. */
    StreamRef ref();

    /** Calls DescribeStreamSummary. */
    StreamSummary describe();

    /**
     * Calls ListShards for every page.
     *
     * @param filter selects shards, where the engine heeds it; null for all
     * @throws Failure when the pages do not end
     */
    Shards listShards(ShardFilter filter);

    /** Calls GetShardIterator. */
    String getShardIterator(String shardId, StartingPosition start);

    /**
     * Calls GetRecords.
     *
     * @param limit how many records to ask for at most
     */
    GetRecordsResult getRecords(String shardIterator, int limit);

    /** Calls PutRecords. Returns the results in the order of the records; a broken endpoint can return another number of them. */
    List<PutResult> putRecords(List<PutEntry> records);

    /**
     * Calls PutRecord.
     *
     * @param sequenceNumberForOrdering of the record before, of the same partition key; null for none
     */
    PutResult putRecord(PutEntry record, String sequenceNumberForOrdering);

    /**
     * Calls ListTagsForStream for a page.
     *
     * @param exclusiveStartTagKey the last key of the page before; null for the first page
     */
    ListTagsForStreamResponse listTags(String exclusiveStartTagKey);

    /**
     * Calls ListStreamConsumers for a page.
     *
     * @param streamARN the call takes no name
     * @param nextToken of the page before; null for the first page
     */
    ListStreamConsumersResponse listConsumers(String streamARN, String nextToken);

    /** Returns the name of the stream. */
    default String name() {
        return ref().name();
    }

    /** Calls ListShards for every page. */
    default Shards listShards() {
        return listShards(null);
    }

    /** Lists the shards at the start of a run. */
    default Shards shards(Log log) throws InterruptedException {
        return atStart(this::listShards, log);
    }

    /**
     * Lists the shards.
     *
     * @param giveUp how long the call may fail for reasons other than throttling
     */
    default Shards shards(Duration giveUp, Log log) throws InterruptedException {
        return backoff(giveUp, log).call(this::listShards);
    }

    /** Describes the stream at the start of a run. */
    default StreamSummary summary(Log log) throws InterruptedException {
        return atStart(this::describe, log);
    }

    /**
     * Describes the stream.
     *
     * @param giveUp how long the call may fail for reasons other than throttling
     */
    default StreamSummary summary(Duration giveUp, Log log) throws InterruptedException {
        return backoff(giveUp, log).call(this::describe);
    }

    /**
     * Describes the stream at the start of a run. Returns null where the user may not make the call.
     *
     * @param otherwise what the run does then, for {@code -v}
     */
    default StreamSummary summaryIfAllowed(String otherwise, Log log) throws InterruptedException {
        try {
            return summary(log);
        } catch (Failure e) {
            if (e.isRefusal("AccessDeniedException")) {
                log.verbose("%s; %s", e.getMessage(), otherwise);
                return null;
            }
            throw e;
        }
    }

    /**
     * Lists the tags of the stream, sorted by their keys. A tag without a value has an empty one.
     *
     * @param retry makes the call for each page
     */
    default Map<String, String> tags(Retry retry) throws InterruptedException {
        var all = new TreeMap<String, String>();
        var pages = new Pages<>("ListTagsForStream", Tag::key);
        ListTagsForStreamResponse page;
        do {
            page = retry.call(() -> listTags(all.isEmpty() ? null : all.lastKey()));
            page.tags().forEach(tag -> all.put(tag.key(), Objects.toString(tag.value(), "")));
        } while (pages.add(page.tags(), page.hasMoreTags()));
        return all;
    }

    /** Makes a call at the start of a run, where a person waits for the error: gives up after {@link Backoff#STARTUP}. */
    default <T> T atStart(Supplier<T> call, Log log) throws InterruptedException {
        return backoff(Backoff.STARTUP, log).call(call);
    }

    /**
     * Returns what retries calls to this stream.
     *
     * @param giveUp how long a call may fail for reasons other than throttling
     */
    default Backoff backoff(Duration giveUp, Log log) {
        return new Backoff("stream " + name(), giveUp, log);
    }
}
