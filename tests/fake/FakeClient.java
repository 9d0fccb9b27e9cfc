package fake;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryResponse;
import software.amazon.awssdk.services.kinesis.model.GetRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorResponse;
import software.amazon.awssdk.services.kinesis.model.KinesisRequest;
import software.amazon.awssdk.services.kinesis.model.KinesisResponse;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.ListStreamConsumersRequest;
import software.amazon.awssdk.services.kinesis.model.ListStreamConsumersResponse;
import software.amazon.awssdk.services.kinesis.model.ListTagsForStreamRequest;
import software.amazon.awssdk.services.kinesis.model.ListTagsForStreamResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;

/** A client of the SDK that gives the responses of a script, one a call, and keeps the requests. */
public final class FakeClient implements KinesisClient {
    public final List<KinesisRequest> requests = new ArrayList<>();
    private final Deque<KinesisResponse> responses;

    public FakeClient(KinesisResponse... responses) {
        this.responses = new ArrayDeque<>(List.of(responses));
    }

    private <T extends KinesisResponse> T next(KinesisRequest request, Class<T> type) {
        requests.add(request);
        return type.cast(responses.remove());
    }

    @Override
    public DescribeStreamSummaryResponse describeStreamSummary(DescribeStreamSummaryRequest request) {
        return next(request, DescribeStreamSummaryResponse.class);
    }

    @Override
    public ListShardsResponse listShards(ListShardsRequest request) {
        return next(request, ListShardsResponse.class);
    }

    @Override
    public GetShardIteratorResponse getShardIterator(GetShardIteratorRequest request) {
        return next(request, GetShardIteratorResponse.class);
    }

    @Override
    public GetRecordsResponse getRecords(GetRecordsRequest request) {
        return next(request, GetRecordsResponse.class);
    }

    @Override
    public PutRecordsResponse putRecords(PutRecordsRequest request) {
        return next(request, PutRecordsResponse.class);
    }

    @Override
    public PutRecordResponse putRecord(PutRecordRequest request) {
        return next(request, PutRecordResponse.class);
    }

    @Override
    public ListTagsForStreamResponse listTagsForStream(ListTagsForStreamRequest request) {
        return next(request, ListTagsForStreamResponse.class);
    }

    @Override
    public ListStreamConsumersResponse listStreamConsumers(ListStreamConsumersRequest request) {
        return next(request, ListStreamConsumersResponse.class);
    }

    @Override
    public String serviceName() {
        return "fake";
    }

    @Override
    public void close() {}
}
