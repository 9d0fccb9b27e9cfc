package fake;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import lib.kinesis.GetRecordsResult;
import lib.kinesis.KinesisRecord;
import lib.kinesis.Shards;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardFilter;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;

/** A stream that answers from a script and remembers what it was asked. */
public final class FakeKinesis extends StreamStub {
    /** A call of GetShardIterator. */
    public record Start(String shardId, StartingPosition position) {}

    /** A call of GetRecords. */
    public record Fetch(String shardIterator, int limit) {}

    /** The calls in the order in which they came. */
    public final List<Start> starts = new CopyOnWriteArrayList<>();
    public final List<Fetch> fetches = new CopyOnWriteArrayList<>();
    public final AtomicInteger lists = new AtomicInteger();

    public List<Shard> shards = List.of();

    /** What a ListShards with a filter brings; null for all shards, as from an engine that ignores the filter. */
    public List<Shard> filteredShards;

    public Runnable duringGetRecords = () -> {};
    private final Map<String, Deque<Object>> replies = new ConcurrentHashMap<>();

    /** Adds what the shard's next GetRecords bring: a result, or an exception that the call throws. After the last, the shard ends. */
    public FakeKinesis reply(String shardId, Object... next) {
        replies.computeIfAbsent(shardId, id -> new ArrayDeque<>()).addAll(List.of(next));
        return this;
    }

    /** Returns a reply with records of these sequence numbers. */
    public static GetRecordsResult records(long millisBehindLatest, String... sequenceNumbers) {
        return records(millisBehindLatest, Stream.of(sequenceNumbers).map(FakeKinesis::record).toList());
    }

    /** Returns a reply; the fake sets its next iterator. */
    public static GetRecordsResult records(long millisBehindLatest, List<KinesisRecord> records) {
        return new GetRecordsResult(records, null, millisBehindLatest, List.of(), null);
    }

    public static KinesisRecord record(String sequenceNumber) {
        return record(sequenceNumber, (Instant) null);
    }

    public static KinesisRecord record(String sequenceNumber, Instant arrival) {
        return new KinesisRecord(sequenceNumber, "key", arrival, ("data " + sequenceNumber).getBytes(StandardCharsets.UTF_8));
    }

    public static KinesisRecord record(String sequenceNumber, byte[] data) {
        return new KinesisRecord(sequenceNumber, "key", null, data);
    }

    /** What the service throws, with this error code and the message "no". */
    public static AwsServiceException refusal(String errorCode) {
        return KinesisException.builder().statusCode(400)
                .awsErrorDetails(AwsErrorDetails.builder().errorCode(errorCode).errorMessage("no").build()).build();
    }

    @Override
    public Shards listShards(ShardFilter filter) {
        lists.incrementAndGet();
        return new Shards(filter == null || filteredShards == null ? shards : filteredShards, Instant.now());
    }

    @Override
    public String getShardIterator(String shardId, StartingPosition start) {
        starts.add(new Start(shardId, start));
        return shardId;
    }

    /** An iterator is the id of its shard, and the number of replies that are left. */
    @Override
    public GetRecordsResult getRecords(String shardIterator, int limit) {
        fetches.add(new Fetch(shardIterator, limit));
        duringGetRecords.run();
        var shardId = shardIterator.split("/")[0];
        var left = replies.get(shardId);
        var next = left.remove();
        if (next instanceof RuntimeException e) {
            throw e;
        }
        var reply = (GetRecordsResult) next;
        return new GetRecordsResult(reply.records(), left.isEmpty() ? null : shardId + "/" + left.size(), reply.millisBehindLatest(),
                reply.childShards(), reply.date());
    }
}
