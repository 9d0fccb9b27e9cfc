package fake;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorResponse;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.KinesisRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** A Kinesis that answers from a script and remembers what it was asked. */
public final class FakeKinesis implements KinesisClient {
    public final List<KinesisRequest> requests = Collections.synchronizedList(new ArrayList<>());
    public final Deque<ListShardsResponse> shardPages = new ArrayDeque<>();
    public List<Shard> shards = List.of();
    public Runnable duringGetRecords = () -> {};
    private final Map<String, Deque<Object>> replies = new ConcurrentHashMap<>();

    /** What the shard's next GetRecords answers: a response, or an exception that it throws; after the last, it ends. */
    public FakeKinesis reply(String shardId, Object... next) {
        replies.computeIfAbsent(shardId, id -> new ArrayDeque<>()).addAll(List.of(next));
        return this;
    }

    /** A reply with these records, whose sequence numbers are given. */
    public static GetRecordsResponse records(long millisBehindLatest, String... sequenceNumbers) {
        return GetRecordsResponse.builder().nextShardIterator("set by the fake").millisBehindLatest(millisBehindLatest)
                .records(Stream.of(sequenceNumbers).map(FakeKinesis::record).toList()).build();
    }

    public static Record record(String sequenceNumber) {
        return Record.builder().sequenceNumber(sequenceNumber).partitionKey("key")
                .data(SdkBytes.fromUtf8String("data " + sequenceNumber)).build();
    }

    /** What the service throws, with this error code and the message "no". */
    public static AwsServiceException refusal(String errorCode) {
        return KinesisException.builder().statusCode(400)
                .awsErrorDetails(AwsErrorDetails.builder().errorCode(errorCode).errorMessage("no").build()).build();
    }

    public <T extends KinesisRequest> List<T> requests(Class<T> type) {
        synchronized (requests) {
            return requests.stream().filter(type::isInstance).map(type::cast).toList();
        }
    }

    @Override
    public ListShardsResponse listShards(ListShardsRequest request) {
        requests.add(request);
        return shardPages.isEmpty() ? ListShardsResponse.builder().shards(shards).build() : shardPages.remove();
    }

    @Override
    public GetShardIteratorResponse getShardIterator(GetShardIteratorRequest request) {
        requests.add(request);
        return GetShardIteratorResponse.builder().shardIterator(request.shardId()).build();
    }

    /** An iterator is the id of its shard, and the number of replies that are left. */
    @Override
    public GetRecordsResponse getRecords(GetRecordsRequest request) {
        requests.add(request);
        duringGetRecords.run();
        var shardId = request.shardIterator().split("/")[0];
        var left = replies.get(shardId);
        var reply = left.remove();
        if (reply instanceof RuntimeException e) {
            throw e;
        }
        return ((GetRecordsResponse) reply).toBuilder().nextShardIterator(left.isEmpty() ? null : shardId + "/" + left.size()).build();
    }

    @Override
    public String serviceName() {
        return "fake";
    }

    @Override
    public void close() {}
}
