package lib.permissions;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.KinesisServiceClientConfiguration;
import software.amazon.awssdk.services.kinesis.model.Consumer;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamConsumerRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamConsumerResponse;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryResponse;
import software.amazon.awssdk.services.kinesis.model.DryRunOperationException;
import software.amazon.awssdk.services.kinesis.model.GetRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorResponse;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.KinesisRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.ListStreamConsumersRequest;
import software.amazon.awssdk.services.kinesis.model.ListStreamConsumersResponse;
import software.amazon.awssdk.services.kinesis.model.ListStreamsRequest;
import software.amazon.awssdk.services.kinesis.model.ListStreamsResponse;
import software.amazon.awssdk.services.kinesis.model.ListTagsForStreamRequest;
import software.amazon.awssdk.services.kinesis.model.ListTagsForStreamResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardRequest;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardResponseHandler;

/** A Kinesis with the stream s1, which refuses the actions that a test names, and notes the requests. */
final class FakeService implements KinesisClient {
    static final String ARN = "arn:aws:kinesis:eu-west-1:123456789012:stream/s1";
    static final String CONSUMER = ARN + "/consumer/billing:1";

    /** The action of each request, with {@code DryRun} after it where that is set. */
    final List<String> calls = new ArrayList<>();
    final List<KinesisRequest> requests = new ArrayList<>();

    /** The error codes of the actions that fail. */
    final Map<String, String> refusals = new HashMap<>();

    /** The error codes of the actions that fail once. */
    final Map<String, String> passing = new HashMap<>();

    /** What the service says to a refusal. */
    String message = "no";

    boolean hasConsumer = true;
    boolean hasShard = true;
    boolean heedsDryRun = true;
    Region region = Region.EU_WEST_1;
    int fanOutClients;
    int closed;

    void deny(String... actions) {
        List.of(actions).forEach(action -> refusals.put(action, "AccessDeniedException"));
    }

    private <T> T answer(KinesisRequest request, T response) {
        var action = request.getClass().getSimpleName().replace("Request", "");
        var isDryRun = request.getValueForField("DryRun", Boolean.class).orElse(false);
        calls.add(isDryRun ? action + " DryRun" : action);
        requests.add(request);
        var error = passing.containsKey(action) ? passing.remove(action) : refusals.get(action);
        if (error != null) {
            throw refusal(KinesisException.builder(), error, message);
        }
        if (isDryRun && heedsDryRun) {
            throw refusal(DryRunOperationException.builder(), "DryRunOperationException", "yes");
        }
        return response;
    }

    private static KinesisException refusal(KinesisException.Builder builder, String errorCode, String message) {
        var details = AwsErrorDetails.builder().errorCode(errorCode).errorMessage(message).build();
        return (KinesisException) builder.statusCode(400).awsErrorDetails(details).build();
    }

    /** Returns the client for SubscribeToShard. */
    KinesisAsyncClient fanOut() {
        fanOutClients++;
        return new KinesisAsyncClient() {
            @Override
            public CompletableFuture<Void> subscribeToShard(SubscribeToShardRequest request, SubscribeToShardResponseHandler handler) {
                return CompletableFuture.supplyAsync(() -> answer(request, null), Runnable::run);
            }

            @Override
            public String serviceName() {
                return "fake";
            }

            @Override
            public void close() {
                closed++;
            }
        };
    }

    @Override
    public ListStreamsResponse listStreams(ListStreamsRequest request) {
        return answer(request, ListStreamsResponse.builder().build());
    }

    @Override
    public DescribeStreamSummaryResponse describeStreamSummary(DescribeStreamSummaryRequest request) {
        return answer(request, DescribeStreamSummaryResponse.builder().streamDescriptionSummary(stream -> stream.streamARN(ARN)).build());
    }

    @Override
    public ListShardsResponse listShards(ListShardsRequest request) {
        var shard = Shard.builder().shardId("shard-7").build();
        return answer(request, ListShardsResponse.builder().shards(hasShard ? List.of(shard) : List.of()).build());
    }

    @Override
    public ListTagsForStreamResponse listTagsForStream(ListTagsForStreamRequest request) {
        return answer(request, ListTagsForStreamResponse.builder().build());
    }

    @Override
    public ListStreamConsumersResponse listStreamConsumers(ListStreamConsumersRequest request) {
        var consumer = Consumer.builder().consumerARN(CONSUMER).build();
        return answer(request, ListStreamConsumersResponse.builder().consumers(hasConsumer ? List.of(consumer) : List.of()).build());
    }

    @Override
    public DescribeStreamConsumerResponse describeStreamConsumer(DescribeStreamConsumerRequest request) {
        return answer(request, DescribeStreamConsumerResponse.builder().build());
    }

    @Override
    public GetShardIteratorResponse getShardIterator(GetShardIteratorRequest request) {
        return answer(request, GetShardIteratorResponse.builder().shardIterator("iterator-7").build());
    }

    @Override
    public GetRecordsResponse getRecords(GetRecordsRequest request) {
        return answer(request, GetRecordsResponse.builder().build());
    }

    @Override
    public PutRecordsResponse putRecords(PutRecordsRequest request) {
        return answer(request, PutRecordsResponse.builder().build());
    }

    @Override
    public PutRecordResponse putRecord(PutRecordRequest request) {
        return answer(request, PutRecordResponse.builder().build());
    }

    @Override
    public KinesisServiceClientConfiguration serviceClientConfiguration() {
        return KinesisServiceClientConfiguration.builder().region(region).build();
    }

    @Override
    public String serviceName() {
        return "fake";
    }

    @Override
    public void close() {}
}
