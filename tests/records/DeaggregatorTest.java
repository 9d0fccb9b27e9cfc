package lib.records;

import static lib.records.UserRecords.record;
import static lib.records.UserRecords.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import fake.Aggregate;
import java.util.Arrays;
import java.util.List;
import lib.cli.Log;
import org.junit.jupiter.api.Test;
import software.amazon.kinesis.retrieval.kpl.Messages.AggregatedRecord;
import software.amazon.kinesis.retrieval.kpl.Messages.Record;

class DeaggregatorTest {
    private final Deaggregator deaggregator = new Deaggregator(new Log());

    private List<UserRecord> apply(UserRecord record) {
        return UserRecords.of(deaggregator.apply(record));
    }

    @Test
    void aggregate_isItsUserRecords() {
        var records = apply(record("outer", new Aggregate().add("k0", null, utf8("a")).add("k1", "12", utf8("b")).toBytes()));
        assertEquals(2, records.size());
        assertEquals("k0 null 0 a", text(records.get(0)));
        assertEquals("k1 12 1 b", text(records.get(1)));
        for (var record : records) {
            assertEquals("49", record.sequenceNumber());
            assertEquals("shard", record.shardId());
            assertEquals(UserRecords.ARRIVAL, record.arrival());
        }
    }

    @Test
    void ordinaryRecord_isItself() {
        for (var data : List.of(new byte[0], utf8("data"), new byte[] {(byte) 0xf3, (byte) 0x89, (byte) 0x9a})) {
            var record = record(data);
            assertSame(record, apply(record).get(0));
        }
    }

    @Test
    void whatDoesNotCheckOut_isPassedOnAsItIs() {
        var good = new Aggregate().add("k0", null, utf8("a")).toBytes();
        var flipped = good.clone();
        flipped[good.length - 1] ^= 1;
        var record = Record.newBuilder().setPartitionKeyIndex(0).setData(ByteString.EMPTY);
        var keyed = AggregatedRecord.newBuilder().addPartitionKeyTable("k");
        for (var data : List.of(
                Arrays.copyOf(good, 4), Arrays.copyOf(good, 19), Arrays.copyOf(good, good.length - 1), flipped,
                Aggregate.toBytes(new byte[0]), // no records
                aggregate(keyed),
                aggregate(AggregatedRecord.newBuilder().addRecords(record)), // no such key
                aggregate(keyed.clone().addRecords(record.clone().setPartitionKeyIndex(-1))),
                aggregate(keyed.clone().addRecords(record.clone().setExplicitHashKeyIndex(-1))),
                aggregate(keyed.clone().addRecords(record.clone().clearData().buildPartial())), // no data
                aggregate(keyed.clone().addRecords(record.clone().clearPartitionKeyIndex().buildPartial())),
                Aggregate.toBytes(new byte[] {10, (byte) 0xff}),
                Aggregate.toBytes(new byte[] {0x1b}),
                Aggregate.toBytes(new byte[] {0x0c}))) {
            var kinesisRecord = record(data);
            var records = apply(kinesisRecord);
            assertEquals(1, records.size());
            assertSame(kinesisRecord, records.get(0));
        }
    }

    @Test
    void groupsWithoutEnd_doNotOverflowTheStack() {
        var groups = new byte[1 << 20];
        Arrays.fill(groups, (byte) 0x2b); // the start of a group, field 5
        var record = record(Aggregate.toBytes(groups));
        assertSame(record, apply(record).get(0));
    }

    private static byte[] aggregate(AggregatedRecord.Builder message) {
        return Aggregate.toBytes(message.buildPartial().toByteArray());
    }

    private static String text(UserRecord record) {
        return record.partitionKey() + " " + record.explicitHashKey() + " " + record.subSequenceNumber() + " " + new String(record.data());
    }
}
