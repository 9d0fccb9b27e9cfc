package lib.kinesis;

import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListStreamConsumersResponse;
import software.amazon.awssdk.services.kinesis.model.ListTagsForStreamResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardFilter;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;

/**
 * Calls a stream by the SDK's client. A request that takes a name has the name and, if the user gave one, the ARN: some emulators refuse an
 * ARN alone.
 */
record SdkStream(KinesisClient kinesis, StreamRef ref) implements KinesisStream {
    @Override
    public StreamSummary describe() {
        var reply = kinesis.describeStreamSummary(request -> request.streamName(ref.name()).streamARN(ref.arn()));
        return new StreamSummary(reply.streamDescriptionSummary(), ServiceTime.date(reply));
    }

    @Override
    public Shards listShards(ShardFilter filter) {
        var shards = new Pages<>("ListShards", Shard::shardId);
        var request = ListShardsRequest.builder().streamName(ref.name()).streamARN(ref.arn()).shardFilter(filter).build();
        while (true) {
            var page = kinesis.listShards(request);
            if (!shards.add(page.shards(), page.nextToken() != null)) {
                return new Shards(shards.all(), ServiceTime.of(page));
            }
            // a token stands for the stream: with both the service refuses (API reference, ListShards)
            request = ListShardsRequest.builder().nextToken(page.nextToken()).build();
        }
    }

    @Override
    public String getShardIterator(String shardId, StartingPosition start) {
        return kinesis.getShardIterator(request -> request.streamName(ref.name()).streamARN(ref.arn()).shardId(shardId)
                .shardIteratorType(start.type()).startingSequenceNumber(start.sequenceNumber()).timestamp(start.timestamp()))
                .shardIterator();
    }

    @Override
    public GetRecordsResult getRecords(String shardIterator, int limit) {
        var reply = kinesis.getRecords(request -> request.streamARN(ref.arn()).shardIterator(shardIterator).limit(limit));
        var records = new ArrayList<KinesisRecord>(reply.records().size());
        for (var record : reply.records()) { // a loop, since there can be millions a second
            records.add(new KinesisRecord(record.sequenceNumber(), record.partitionKey(), record.approximateArrivalTimestamp(),
                    record.data().asByteArrayUnsafe()));
        }
        return new GetRecordsResult(records, reply.nextShardIterator(), reply.millisBehindLatest(), reply.childShards(),
                ServiceTime.date(reply));
    }

    @Override
    public List<PutResult> putRecords(List<PutEntry> records) {
        var entries = records.stream().map(entry -> PutRecordsRequestEntry.builder().partitionKey(entry.partitionKey())
                .explicitHashKey(entry.explicitHashKey()).data(SdkBytes.fromByteArrayUnsafe(entry.data())).build()).toList();
        return kinesis.putRecords(request -> request.streamName(ref.name()).streamARN(ref.arn()).records(entries)).records().stream()
                .map(result -> new PutResult(result.shardId(), result.sequenceNumber(), result.errorCode(), result.errorMessage()))
                .toList();
    }

    @Override
    public PutResult putRecord(PutEntry record, String sequenceNumberForOrdering) {
        var reply = kinesis.putRecord(request -> request.streamName(ref.name()).streamARN(ref.arn())
                .partitionKey(record.partitionKey()).explicitHashKey(record.explicitHashKey())
                .sequenceNumberForOrdering(sequenceNumberForOrdering).data(SdkBytes.fromByteArrayUnsafe(record.data())));
        return new PutResult(reply.shardId(), reply.sequenceNumber(), null, null);
    }

    @Override
    public ListTagsForStreamResponse listTags(String exclusiveStartTagKey) {
        return kinesis.listTagsForStream(request -> request.streamName(ref.name()).streamARN(ref.arn())
                .exclusiveStartTagKey(exclusiveStartTagKey));
    }

    @Override
    public ListStreamConsumersResponse listConsumers(String streamARN, String nextToken) {
        return kinesis.listStreamConsumers(request -> request.streamARN(streamARN).nextToken(nextToken));
    }
}
