package lib;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import software.amazon.kinesis.retrieval.AggregatorUtil;
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

    /** The message with what goes before and behind it. */
    static byte[] toBytes(byte[] message) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(AggregatorUtil.AGGREGATED_RECORD_MAGIC);
        out.writeBytes(message);
        out.writeBytes(Md5.of(ByteBuffer.wrap(message)));
        return out.toByteArray();
    }
}
