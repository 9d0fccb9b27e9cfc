package fake;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import lib.kinesis.Md5;
import software.amazon.kinesis.retrieval.AggregatorUtil;
import software.amazon.kinesis.retrieval.KinesisClientRecord;
import software.amazon.kinesis.retrieval.kpl.Messages.AggregatedRecord;
import software.amazon.kinesis.retrieval.kpl.Messages.Record;

/** Makes aggregates with the classes that the Kinesis Client Library has for them. */
public final class Aggregate {
    private final AggregatedRecord.Builder message = AggregatedRecord.newBuilder();

    /** @param explicitHashKey null for none */
    public Aggregate add(String partitionKey, String explicitHashKey, byte[] data) {
        var record = Record.newBuilder().setData(ByteString.copyFrom(data)).setPartitionKeyIndex(message.getPartitionKeyTableCount());
        message.addPartitionKeyTable(partitionKey);
        if (explicitHashKey != null) {
            record.setExplicitHashKeyIndex(message.getExplicitHashKeyTableCount());
            message.addExplicitHashKeyTable(explicitHashKey);
        }
        message.addRecords(record);
        return this;
    }

    public byte[] toBytes() {
        return toBytes(message.build().toByteArray());
    }

    /**
     * Returns the records that a consumer of the Kinesis Client Library gets, each once, as its keys and data. The library drops an
     * aggregate that has a key of another shard.
     */
    public static Set<String> userRecords(FakeShards kinesis) {
        var shards = kinesis.shards();
        return kinesis.stored().stream().flatMap(stored -> {
            var range = shards.stream().filter(shard -> shard.shardId().equals(stored.shardId())).findFirst().orElseThrow().hashKeyRange();
            var record = KinesisClientRecord.builder()
                    .partitionKey(stored.partitionKey()).sequenceNumber("1").data(ByteBuffer.wrap(stored.data())).build();
            return new AggregatorUtil().deaggregate(List.of(record), range.startingHashKey(), range.endingHashKey()).stream();
        }).map(Aggregate::shown).collect(Collectors.toSet());
    }

    private static String shown(KinesisClientRecord record) {
        return record.partitionKey() + " " + record.explicitHashKey() + " " + StandardCharsets.UTF_8.decode(record.data());
    }

    /** The message with what goes before and behind it. */
    public static byte[] toBytes(byte[] message) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(AggregatorUtil.AGGREGATED_RECORD_MAGIC);
        out.writeBytes(message);
        out.writeBytes(Md5.of(ByteBuffer.wrap(message)));
        return out.toByteArray();
    }
}
