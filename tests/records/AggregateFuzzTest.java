package lib.records;

import static lib.records.UserRecords.record;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnknownFieldSet;
import fake.Aggregate;
import fake.Fuzz;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import lib.cli.Log;
import org.junit.jupiter.api.Test;
import software.amazon.kinesis.retrieval.AggregatorUtil;
import software.amazon.kinesis.retrieval.KinesisClientRecord;
import software.amazon.kinesis.retrieval.kpl.Messages.AggregatedRecord;
import software.amazon.kinesis.retrieval.kpl.Messages.Record;
import software.amazon.kinesis.retrieval.kpl.Messages.Tag;

class AggregateFuzzTest {
    private final Deaggregator deaggregator = new Deaggregator(new Log());

    @Test
    void anyAggregate_isTakenApartAsTheClientLibraryDoes() {
        Fuzz.rounds(2_000, random -> {
            var data = Aggregate.toBytes(message(random).toByteArray());
            assertSameRecords(byTheLibrary(data), apply(record(data)));
        });
    }

    /** With the MD5 made anew for most of them, or else nothing would be parsed. */
    @Test
    void mutatedAggregate_isItsUserRecords_orPassedOnAsItIs() {
        Fuzz.rounds(8_000, random -> {
            var bytes = shuffled(message(random), random);
            bytes = random.nextInt(3) == 0 ? bytes : Fuzz.mutate(random, bytes);
            var data = Aggregate.toBytes(bytes);
            var record = record(random.nextInt(10) == 0 ? Fuzz.mutate(random, data) : data);
            var expected = Arrays.equals(record.data(), data) ? byTheGeneratedClasses(bytes) : null;
            var records = apply(record);
            if (expected == null) {
                assertEquals(1, records.size());
                assertSame(record, records.get(0));
            } else {
                assertSameRecords(expected, records);
            }
        });
    }

    private List<UserRecord> apply(UserRecord record) {
        return UserRecords.of(deaggregator.apply(record));
    }

    /**
     * Returns the user records; null when the message does not parse, or not all keys are there and are text. AggregatorUtil fails on some
     * mutated messages, and drops user records outside the hash key range of the shard.
     */
    private static List<KinesisClientRecord> byTheGeneratedClasses(byte[] bytes) {
        try {
            var message = AggregatedRecord.parseFrom(withoutTags(bytes));
            var isText = Stream.of(message.getPartitionKeyTableList(), message.getExplicitHashKeyTableList())
                    .allMatch(table -> table.asByteStringList().stream().allMatch(ByteString::isValidUtf8));
            var records = message.getRecordsList();
            var hasKeys = records.stream().allMatch(r -> isIn(r.getPartitionKeyIndex(), message.getPartitionKeyTableCount())
                    && (!r.hasExplicitHashKeyIndex() || isIn(r.getExplicitHashKeyIndex(), message.getExplicitHashKeyTableCount())));
            if (!isText || records.isEmpty() || !hasKeys) {
                return null;
            }
            return IntStream.range(0, records.size()).mapToObj(n -> KinesisClientRecord.builder().sequenceNumber("49").subSequenceNumber(n)
                    .partitionKey(message.getPartitionKeyTable((int) records.get(n).getPartitionKeyIndex()))
                    .explicitHashKey(!records.get(n).hasExplicitHashKeyIndex() ? null
                            : message.getExplicitHashKeyTable((int) records.get(n).getExplicitHashKeyIndex()))
                    .approximateArrivalTimestamp(UserRecords.ARRIVAL)
                    .data(records.get(n).getData().asReadOnlyByteBuffer()).build()).toList();
        } catch (IOException e) {
            return null;
        }
    }

    /** Throws when a varint has more than 10 bytes, the longest in the encoding. The generated classes ignore the bytes after the tenth. */
    private static void checkVarints(CodedInputStream message) throws IOException {
        for (int tag; (tag = message.readTag()) != 0;) {
            message.skipField(tag);
        }
    }

    /** Of tags nothing is made, so they need not check out. */
    private static byte[] withoutTags(byte[] bytes) throws IOException {
        checkVarints(CodedInputStream.newInstance(bytes));
        var records = UnknownFieldSet.Field.newBuilder();
        var message = UnknownFieldSet.parseFrom(bytes);
        for (var record : message.getField(AggregatedRecord.RECORDS_FIELD_NUMBER).getLengthDelimitedList()) {
            checkVarints(record.newCodedInput());
            records.addLengthDelimited(UnknownFieldSet.newBuilder(UnknownFieldSet.parseFrom(record)).clearField(Record.TAGS_FIELD_NUMBER)
                    .build().toByteString());
        }
        return UnknownFieldSet.newBuilder(message).addField(AggregatedRecord.RECORDS_FIELD_NUMBER, records.build()).build().toByteArray();
    }

    private static boolean isIn(long index, int count) {
        return index >= 0 && index < count;
    }

    private static List<KinesisClientRecord> byTheLibrary(byte[] data) {
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

    private static AggregatedRecord message(Random random) {
        var message = AggregatedRecord.newBuilder();
        var keys = 1 + random.nextInt(4);
        var hashKeys = random.nextInt(3);
        for (int i = 0; i < keys; i++) {
            message.addPartitionKeyTable(switch (random.nextInt(10)) {
                case 0 -> "schlüssel " + i;
                case 1 -> "long".repeat(500) + i;
                default -> "k" + random.nextInt();
            });
        }
        for (int i = 0; i < hashKeys; i++) {
            message.addExplicitHashKeyTable(new BigInteger(128, random).toString());
        }
        for (int i = random.nextInt(6); i >= 0; i--) {
            var data = Fuzz.bytes(random, random.nextInt(10) == 0 ? random.nextInt(3000) : random.nextInt(20));
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

    /** Returns the message, at times with its fields in any order. */
    private static byte[] shuffled(AggregatedRecord message, Random random) {
        if (random.nextBoolean()) {
            return message.toByteArray();
        }
        var fields = new ArrayList<AggregatedRecord.Builder>();
        message.getPartitionKeyTableList().forEach(key -> fields.add(AggregatedRecord.newBuilder().addPartitionKeyTable(key)));
        message.getExplicitHashKeyTableList().forEach(key -> fields.add(AggregatedRecord.newBuilder().addExplicitHashKeyTable(key)));
        message.getRecordsList().forEach(record -> fields.add(AggregatedRecord.newBuilder().addRecords(record)));
        Collections.shuffle(fields, random);
        var bytes = new ByteArrayOutputStream();
        fields.forEach(field -> bytes.writeBytes(field.build().toByteArray()));
        return bytes.toByteArray();
    }
}
