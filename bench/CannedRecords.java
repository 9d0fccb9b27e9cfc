package bench;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The bytes of replies, made once. The sequence numbers in a reply count up from 0, but the last is that of its record's place in the
 * shard: by that a client goes on.
 */
public final class CannedRecords {
    private static final long ARRIVED = System.currentTimeMillis(); // a reader asks for the oldest record when its records are a day old
    private static final int MAX_RECORDS = 10_000; // of a reply (API reference, GetRecords)
    private static final int MAX_BYTES = 10 << 20;
    private static final int MAX_STORED = 500; // API reference, PutRecords
    private static final String SEQUENCE_NUMBER_START = "4966".concat("0".repeat(34));
    private static final int SEQUENCE_NUMBER_DIGITS = 18;
    private static final byte[] AGGREGATE_MAGIC = {(byte) 0xf3, (byte) 0x89, (byte) 0x9a, (byte) 0xc2};
    private static final byte[] CBOR_ARRAY = {(byte) 0x9f}; // RFC 8949, 3.2.2: of any length, with a break behind it
    private static final byte[] CBOR_END = {(byte) 0xff};

    private static final Map<List<Integer>, CannedRecords> ALL = new ConcurrentHashMap<>();
    private static final Rows STORED_CBOR = stored(new CBORFactory());
    private static final Rows STORED_JSON = stored(new JsonFactory());

    private final int most;
    private final Rows cbor;
    private final Rows json;

    /** A part of these bytes. */
    public record Slice(byte[] bytes, int from, int length) {
        static Slice of(byte[] bytes) {
            return new Slice(bytes, 0, bytes.length);
        }
    }

    /** Elements of an array, each of the same length, and each with a comma behind it if it is JSON. */
    private record Rows(byte[] bytes, int length) {
        Slice first(int count) {
            return new Slice(bytes, 0, count * length);
        }

        /** The first row with another sequence number. */
        byte[] row(long position) {
            return numbered(Arrays.copyOf(bytes, length), position);
        }
    }

    private interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    private CannedRecords(int size, int aggregated) throws IOException {
        var data = aggregated == 1 ? text(size) : aggregate(size, aggregated);
        most = Math.max(1, Math.min(MAX_RECORDS, MAX_BYTES / Math.max(1, data.length)));
        cbor = rows(new CBORFactory(), most, json -> {
            writeRecord(json, data);
            ((CBORGenerator) json).writeTag(1); // a time
            json.writeNumber(ARRIVED);
        });
        this.json = rows(new JsonFactory(), most, json -> {
            writeRecord(json, data);
            json.writeNumber(ARRIVED / 1e3);
        });
    }

    /** @param aggregated how many records of the size are in each */
    static CannedRecords of(int size, int aggregated) {
        return ALL.computeIfAbsent(List.of(size, aggregated), key -> {
            try {
                return new CannedRecords(size, aggregated);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** How many a reply can have. */
    int most() {
        return most;
    }

    /** The reply with the shard's records from one position to another. */
    List<Slice> reply(boolean isCbor, long from, long to, long millisBehindLatest, String nextShardIterator) throws IOException {
        var rows = isCbor ? cbor : json;
        var count = (int) (to - from);
        var start = fields(isCbor, "MillisBehindLatest", millisBehindLatest, "NextShardIterator", nextShardIterator, "Records");
        if (count == 0) {
            return isCbor ? List.of(start, Slice.of(CBOR_ARRAY), Slice.of(CBOR_END)) : List.of(start, text("[]}"));
        }
        var last = rows.row(to - 1);
        return isCbor ? List.of(start, Slice.of(CBOR_ARRAY), rows.first(count - 1), Slice.of(last), Slice.of(CBOR_END))
                : List.of(start, text("["), rows.first(count - 1), new Slice(last, 0, last.length - 1), text("]}"));
    }

    /** The reply to PutRecords. */
    static List<Slice> stored(boolean isCbor, int count) throws IOException {
        var start = fields(isCbor, "FailedRecordCount", 0L, "Records");
        var rows = (isCbor ? STORED_CBOR : STORED_JSON).first(count);
        return isCbor ? List.of(start, Slice.of(CBOR_ARRAY), rows, Slice.of(CBOR_END))
                : List.of(start, text("["), new Slice(rows.bytes(), 0, rows.length() - 1), text("]}"));
    }

    static String sequenceNumber(long position) {
        return SEQUENCE_NUMBER_START + ("%0" + SEQUENCE_NUMBER_DIGITS + "d").formatted(position);
    }

    static long position(String sequenceNumber) {
        return Long.parseLong(sequenceNumber.substring(SEQUENCE_NUMBER_START.length()));
    }

    private static void writeRecord(JsonGenerator json, byte[] data) throws IOException {
        json.writeStringField("SequenceNumber", sequenceNumber(0));
        json.writeBinaryField("Data", data);
        json.writeStringField("PartitionKey", "key-0123456789");
        json.writeFieldName("ApproximateArrivalTimestamp");
    }

    private static Rows stored(JsonFactory factory) {
        try {
            return rows(factory, MAX_STORED, json -> {
                json.writeStringField("SequenceNumber", sequenceNumber(0));
                json.writeStringField("ShardId", "shardId-000000000000");
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Rows rows(JsonFactory factory, int count, Fields fields) throws IOException {
        var row = new ByteArrayOutputStream();
        try (var json = factory.createGenerator(row)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        }
        if (!(factory instanceof CBORFactory)) {
            row.write(',');
        }
        var rows = new ByteArrayOutputStream(row.size() * count);
        for (int n = 0; n < count; n++) {
            rows.write(numbered(row.toByteArray(), n));
        }
        return new Rows(rows.toByteArray(), row.size());
    }

    /** With the sequence number of this position. */
    private static byte[] numbered(byte[] row, long position) {
        var at = new String(row, StandardCharsets.ISO_8859_1).indexOf(SEQUENCE_NUMBER_START);
        var sequenceNumber = sequenceNumber(position).getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(sequenceNumber, 0, row, at, sequenceNumber.length);
        return row;
    }

    /** The beginning of an object, up to the value of the last name. */
    private static Slice fields(boolean isCbor, Object... namesAndValues) throws IOException {
        var start = new ByteArrayOutputStream();
        try (var json = isCbor ? new CBORFactory().createGenerator(start) : new JsonFactory().createGenerator(start, JsonEncoding.UTF8)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);
            if (isCbor) {
                json.writeStartObject(null, (namesAndValues.length + 1) / 2);
            } else {
                json.writeStartObject();
            }
            for (int n = 0; n < namesAndValues.length; n++) {
                if (n % 2 == 0) {
                    json.writeFieldName((String) namesAndValues[n]);
                } else {
                    json.writePOJO(namesAndValues[n]);
                }
            }
            if (!isCbor) {
                json.writeRaw(':');
            }
        }
        return Slice.of(start.toByteArray());
    }

    private static Slice text(String text) {
        return Slice.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] text(int size) {
        var random = new Random(size);
        var text = new byte[size];
        for (int n = 0; n < size; n++) {
            text[n] = (byte) ('a' + random.nextInt(26));
        }
        return text;
    }

    /** In the format of the Kinesis Producer Library. */
    private static byte[] aggregate(int size, int count) throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.write(AGGREGATE_MAGIC);
        var message = new ByteArrayOutputStream();
        var fields = CodedOutputStream.newInstance(message);
        fields.writeString(1, "key-0123456789");
        var record = new ByteArrayOutputStream();
        var recordFields = CodedOutputStream.newInstance(record);
        recordFields.writeUInt64(1, 0);
        recordFields.writeByteArray(3, text(size));
        recordFields.flush();
        for (int n = 0; n < count; n++) {
            fields.writeByteArray(3, record.toByteArray());
        }
        fields.flush();
        message.writeTo(bytes);
        try {
            bytes.write(MessageDigest.getInstance("MD5").digest(message.toByteArray()));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e); // every Java platform has it
        }
        return bytes.toByteArray();
    }
}
