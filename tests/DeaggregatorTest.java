package lib;

import static lib.UserRecords.record;
import static lib.UserRecords.utf8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.kinesis.retrieval.AggregatorUtil;
import software.amazon.kinesis.retrieval.KinesisClientRecord;
import software.amazon.kinesis.retrieval.kpl.Messages.AggregatedRecord;
import software.amazon.kinesis.retrieval.kpl.Messages.Record;
import software.amazon.kinesis.retrieval.kpl.Messages.Tag;

/** The Kinesis Client Library is the oracle. */
class DeaggregatorTest {
    private final Random random = new Random(4);
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
        assertTrue(records.stream().allMatch(r -> r.sequenceNumber().equals("49") && r.shardId().equals("shard") && r.arrival() == UserRecords.ARRIVAL));
    }

    @Test
    void anyAggregate_isTakenApartAsTheClientLibraryDoes() {
        for (int n = 0; n < 5000; n++) {
            var data = Aggregate.toBytes(message().toByteArray());
            assertSameRecords(oracle(data), apply(record(data)));
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
        for (var data : List.of(
                Arrays.copyOf(good, 4), Arrays.copyOf(good, 19), Arrays.copyOf(good, good.length - 1), flipped,
                Aggregate.toBytes(new byte[0]), // no records
                Aggregate.toBytes(AggregatedRecord.newBuilder().addPartitionKeyTable("k").build().toByteArray()),
                Aggregate.toBytes(AggregatedRecord.newBuilder().addRecords(record).build().toByteArray()), // no such key
                Aggregate.toBytes(AggregatedRecord.newBuilder().addPartitionKeyTable("k").addRecords(record.clone().setPartitionKeyIndex(-1))
                        .build().toByteArray()),
                Aggregate.toBytes(AggregatedRecord.newBuilder().addPartitionKeyTable("k").addRecords(record.clone().setExplicitHashKeyIndex(-1))
                        .build().toByteArray()),
                Aggregate.toBytes(AggregatedRecord.newBuilder().addPartitionKeyTable("k").addRecords(Record.newBuilder().setPartitionKeyIndex(0).buildPartial())
                        .buildPartial().toByteArray()), // no data
                Aggregate.toBytes(AggregatedRecord.newBuilder().addPartitionKeyTable("k").addRecords(Record.newBuilder().setData(ByteString.EMPTY).buildPartial())
                        .buildPartial().toByteArray()),
                Aggregate.toBytes(new byte[] {10, (byte) 0xff}), Aggregate.toBytes(new byte[] {0x1b}), Aggregate.toBytes(new byte[] {0x0c}))) {
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

    /** With the MD5 made anew for most of them, or else nothing would be parsed. */
    @Test
    void mutatedAggregate_isItsUserRecords_orPassedOnAsItIs() {
        var parsed = 0;
        for (int n = 0; n < 100_000; n++) {
            var bytes = message().toByteArray();
            for (int i = random.nextInt(3); i >= 0 && bytes.length > 0; i--) {
                bytes = mutate(bytes);
            }
            var data = Aggregate.toBytes(bytes);
            var record = record(n % 10 == 0 ? mutate(data) : data);
            var expected = Arrays.equals(record.data(), data) ? parse(bytes) : null;
            var records = apply(record);
            if (expected == null) {
                assertEquals(1, records.size());
                assertSame(record, records.get(0));
            } else {
                assertSameRecords(expected, records);
                parsed++;
            }
        }
        assertTrue(parsed > 10_000 && parsed < 90_000, parsed + " of the mutated were still aggregates");
    }

    /**
     * By the generated classes: the user records; null when it does not parse, or not all keys are there and are text. AggregatorUtil
     * fails on some of what is mutated, and leaves out what is not of the shard's hash key range.
     */
    private static List<KinesisClientRecord> parse(byte[] bytes) {
        try {
            var message = AggregatedRecord.parseFrom(withoutTags(bytes));
            var isText = Stream.of(message.getPartitionKeyTableList(), message.getExplicitHashKeyTableList())
                    .allMatch(table -> table.asByteStringList().stream().allMatch(ByteString::isValidUtf8));
            var records = message.getRecordsList();
            if (!isText || records.isEmpty() || !records.stream().allMatch(r -> isIn(r.getPartitionKeyIndex(), message.getPartitionKeyTableCount())
                    && (!r.hasExplicitHashKeyIndex() || isIn(r.getExplicitHashKeyIndex(), message.getExplicitHashKeyTableCount())))) {
                return null;
            }
            return IntStream.range(0, records.size()).mapToObj(n -> KinesisClientRecord.builder().sequenceNumber("49").subSequenceNumber(n)
                    .partitionKey(message.getPartitionKeyTable((int) records.get(n).getPartitionKeyIndex()))
                    .explicitHashKey(!records.get(n).hasExplicitHashKeyIndex() ? null
                            : message.getExplicitHashKeyTable((int) records.get(n).getExplicitHashKeyIndex()))
                    .approximateArrivalTimestamp(UserRecords.ARRIVAL).data(records.get(n).getData().asReadOnlyByteBuffer()).build()).toList();
        } catch (InvalidProtocolBufferException e) {
            return null;
        }
    }

    /** Of tags nothing is made, so they need not check out. */
    private static byte[] withoutTags(byte[] bytes) throws InvalidProtocolBufferException {
        var records = UnknownFieldSet.Field.newBuilder();
        var message = UnknownFieldSet.parseFrom(bytes);
        for (var record : message.getField(AggregatedRecord.RECORDS_FIELD_NUMBER).getLengthDelimitedList()) {
            records.addLengthDelimited(UnknownFieldSet.newBuilder(UnknownFieldSet.parseFrom(record)).clearField(Record.TAGS_FIELD_NUMBER)
                    .build().toByteString());
        }
        return UnknownFieldSet.newBuilder(message).addField(AggregatedRecord.RECORDS_FIELD_NUMBER, records.build()).build().toByteArray();
    }

    private static boolean isIn(long index, int count) {
        return index >= 0 && index < count;
    }

    private static List<KinesisClientRecord> oracle(byte[] data) {
        var record = KinesisClientRecord.builder().sequenceNumber("49").partitionKey("key").approximateArrivalTimestamp(UserRecords.ARRIVAL)
                .data(ByteBuffer.wrap(data)).build();
        return new AggregatorUtil().deaggregate(List.of(record), BigInteger.ZERO, BigInteger.TWO.pow(128).subtract(BigInteger.ONE));
    }

    private static void assertSameRecords(List<KinesisClientRecord> expected, List<UserRecord> actual) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            var e = expected.get(i);
            var a = actual.get(i);
            var data = new byte[e.data().remaining()];
            e.data().duplicate().get(data);
            assertArrayEquals(data, a.data());
            assertEquals(e.partitionKey(), a.partitionKey());
            assertEquals(e.explicitHashKey(), a.explicitHashKey());
            assertEquals(e.subSequenceNumber(), a.subSequenceNumber());
            assertEquals(e.sequenceNumber(), a.sequenceNumber());
            assertEquals(e.approximateArrivalTimestamp(), a.arrival());
        }
    }

    private AggregatedRecord message() {
        var message = AggregatedRecord.newBuilder();
        var keys = 1 + random.nextInt(4);
        var hashKeys = random.nextInt(3);
        for (int i = 0; i < keys; i++) {
            message.addPartitionKeyTable(random.nextInt(10) == 0 ? "schlüssel " + i : "k" + random.nextInt());
        }
        for (int i = 0; i < hashKeys; i++) {
            message.addExplicitHashKeyTable(new BigInteger(128, random).toString());
        }
        for (int i = random.nextInt(6); i >= 0; i--) {
            var data = new byte[random.nextInt(10) == 0 ? random.nextInt(3000) : random.nextInt(20)];
            random.nextBytes(data);
            var record = Record.newBuilder().setPartitionKeyIndex(random.nextInt(keys)).setData(ByteString.copyFrom(data));
            if (hashKeys > 0 && random.nextBoolean()) {
                record.setExplicitHashKeyIndex(random.nextInt(hashKeys));
            }
            if (random.nextInt(5) == 0) {
                record.addTags(Tag.newBuilder().setKey("tag").setValue("value"));
            }
            if (random.nextInt(10) == 0) {
                record.setUnknownFields(UnknownFieldSet.newBuilder().addField(9, UnknownFieldSet.Field.newBuilder()
                        .addFixed64(random.nextLong()).addGroup(UnknownFieldSet.getDefaultInstance()).build()).build());
            }
            message.addRecords(record);
        }
        return message.build();
    }

    /** With a byte more, less, or another. */
    private byte[] mutate(byte[] bytes) {
        var at = random.nextInt(bytes.length);
        var kind = random.nextInt(4);
        if (kind == 0) {
            return Arrays.copyOf(bytes, at);
        }
        if (kind == 1) {
            var more = Arrays.copyOf(bytes, bytes.length + 1);
            System.arraycopy(bytes, at, more, at + 1, bytes.length - at);
            more[at] = (byte) random.nextInt();
            return more;
        }
        var other = bytes.clone();
        other[at] = (byte) (kind == 2 ? random.nextInt() : bytes[at] ^ 1 << random.nextInt(8));
        return other;
    }

    private static String text(UserRecord record) {
        return record.partitionKey() + " " + record.explicitHashKey() + " " + record.subSequenceNumber() + " " + new String(record.data());
    }
}
