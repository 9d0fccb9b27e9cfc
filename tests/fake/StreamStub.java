package fake;

import java.util.List;
import lib.kinesis.GetRecordsResult;
import lib.kinesis.KinesisStream;
import lib.kinesis.Shards;
import lib.kinesis.StreamRef;
import lib.kinesis.StreamSummary;
import software.amazon.awssdk.services.kinesis.model.ListStreamConsumersResponse;
import software.amazon.awssdk.services.kinesis.model.ListTagsForStreamResponse;
import software.amazon.awssdk.services.kinesis.model.ShardFilter;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;

/** The stream s1, on which every call fails: a fake overrides the calls that its tests make. */
public abstract class StreamStub implements KinesisStream {
    private static final StreamRef REF = StreamRef.parse("s1");

    @Override
    public StreamRef ref() {
        return REF;
    }

    @Override
    public StreamSummary describe() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Shards listShards(ShardFilter filter) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String getShardIterator(String shardId, StartingPosition start) {
        throw new UnsupportedOperationException();
    }

    @Override
    public GetRecordsResult getRecords(String shardIterator, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<PutResult> putRecords(List<PutEntry> records) {
        throw new UnsupportedOperationException();
    }

    @Override
    public PutResult putRecord(PutEntry record, String sequenceNumberForOrdering) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ListTagsForStreamResponse listTags(String exclusiveStartTagKey) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ListStreamConsumersResponse listConsumers(String streamARN, String nextToken) {
        throw new UnsupportedOperationException();
    }
}
