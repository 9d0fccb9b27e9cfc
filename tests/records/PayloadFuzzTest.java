package lib.records;

import static lib.records.UserRecords.record;
import static lib.records.UserRecords.utf8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import fake.Fuzz;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import lib.cli.Log;
import lib.compression.Codec;
import org.junit.jupiter.api.Test;

class PayloadFuzzTest {
    private static final int MAX = 1 << 12;
    private static final JSON MAPS = JSON.std.without(JSON.Feature.FAIL_ON_DUPLICATE_MAP_KEYS);

    /** How gzip, zstd and zlib begin. */
    private static final List<byte[]> BEGINNINGS = List.of(
            new byte[] {0x1f, (byte) 0x8b, 8, 0}, new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd}, new byte[] {0x78, (byte) 0x9c});

    /** The checksums are of 32 bits: what is damaged does not unpack to something else. That of zlib is not good for few bytes. */
    @Test
    void mutatedData_isUnpackedExactly_orPassedOnWithOneWarning() {
        Fuzz.rounds(1_000, random -> {
            var codec = List.of(Codec.GZIP, Codec.ZLIB, Codec.ZSTD).get(random.nextInt(3));
            var unpacked = new ByteArrayOutputStream();
            var packed = new ByteArrayOutputStream();
            for (var parts = codec == Codec.ZLIB ? 1 : 1 + random.nextInt(3); parts > 0; parts--) {
                var longest = random.nextInt(5) == 0 ? MAX : 100;
                var data = Fuzz.bytes(random, 8 + random.nextInt(longest)); // no part is as short as what is cut out
                unpacked.writeBytes(data);
                packed.writeBytes(DecoderTest.pack(codec, data));
            }
            var isMutated = random.nextBoolean();
            var data = isMutated ? Fuzz.mutate(random, packed.toByteArray()) : packed.toByteArray();
            var decode = random.nextBoolean() ? Codec.AUTO : codec;
            var lines = new ArrayList<String>();
            var record = record(data);
            var records = decode(decode, record, lines);
            assertEquals(1, records.size());
            if (records.get(0) == record) {
                assertTrue(isMutated || unpacked.size() > MAX, "not unpacked: " + lines);
                assertTrue(decode == Codec.AUTO || lines.size() == 1, lines::toString);
            } else {
                assertArrayEquals(codec == Codec.ZLIB ? inflate(data) : unpacked.toByteArray(), records.get(0).data());
                assertEquals(List.of(), lines);
            }
        });
    }

    @Test
    void anyData_isPassedOn_orUnpackedWithinBounds() {
        Fuzz.rounds(1_000, random -> {
            var codec = Codec.values()[random.nextInt(Codec.values().length)];
            var data = Fuzz.bytes(random, random.nextInt(50));
            for (int n = 0; n < data.length && random.nextInt(4) > 0; n++) { // begins as one of them does
                data[n] = BEGINNINGS.get(codec.ordinal() % BEGINNINGS.size())[n % 2];
            }
            var lines = new ArrayList<String>();
            var total = decode(codec, record(data), lines).stream().mapToInt(part -> part.data().length).sum();
            assertTrue(total <= Math.max(MAX, data.length) && lines.size() <= 1, () -> total + " bytes, " + lines);
        });
    }

    /** JSON that is mutated and packed then: its events are those that a parser into maps finds. */
    @Test
    void mutatedLogs_areTheirEvents_orPassedOnWithOneWarning() {
        Fuzz.rounds(1_000, random -> {
            var json = messages(random);
            var isMutated = random.nextBoolean();
            var bytes = isMutated ? Fuzz.mutate(random, utf8(json)) : utf8(json);
            var record = record(DecoderTest.pack(Codec.GZIP, bytes));
            var lines = new ArrayList<String>();
            var records = decode(Codec.CLOUDWATCH_LOGS, record, lines);
            if (records.size() == 1 && records.get(0) == record) {
                assertTrue(isMutated || bytes.length > MAX || json.length() > MAX / 8, json);
                assertEquals(1, lines.size());
            } else {
                assertEquals(events(bytes), records.stream().map(event -> event.logEvent().logGroup() + " "
                        + event.logEvent().timestamp().toEpochMilli() + " " + new String(event.data(), StandardCharsets.UTF_8)).toList());
                assertEquals(List.of(), lines);
            }
        });
    }

    /** Decodes it twice: a second warning would be of the same kind. */
    private static List<UserRecord> decode(Codec codec, UserRecord record, List<String> lines) {
        var log = new Log();
        log.to(line -> {
            assertFalse(line.contains("\n"), line);
            lines.add(line);
        });
        var decoder = new Decoder(codec, MAX, log);
        decoder.apply(record);
        return decoder.apply(record);
    }

    private static String messages(Random random) {
        var text = new StringBuilder();
        for (var messages = 1 + random.nextInt(3); messages > 0; messages--) {
            var events = new ArrayList<String>();
            for (var n = random.nextInt(4); n > 0; n--) {
                events.add("{\"id\":\"1\",\"timestamp\":" + random.nextInt() + ",\"message\":\"m\\u00fc\\n" + random.nextInt() + "\"}");
            }
            var isControl = random.nextInt(5) == 0;
            text.append("{\"messageType\":\"").append(isControl ? "CONTROL" : "DATA").append("_MESSAGE\"")
                    .append(",\"logGroup\":\"g").append(random.nextInt(10)).append("\",\"logStream\":\"s\"")
                    .append(",\"logEvents\":[").append(String.join(",", events)).append("]}\n");
        }
        return text.toString();
    }

    @SuppressWarnings("unchecked")
    private static List<String> events(byte[] bytes) throws IOException {
        var events = new ArrayList<String>();
        try (var messages = MAPS.anySequenceFrom(bytes)) {
            while (messages.hasNextValue()) {
                var message = (Map<String, Object>) messages.nextValue();
                if ("DATA_MESSAGE".equals(message.get("messageType"))) {
                    ((List<Map<String, Object>>) message.get("logEvents")).forEach(event ->
                            events.add(message.get("logGroup") + " " + event.get("timestamp") + " " + event.get("message")));
                }
            }
        }
        return events;
    }

    private static byte[] inflate(byte[] data) throws DataFormatException {
        var inflater = new Inflater();
        inflater.setInput(data);
        var bytes = new byte[MAX];
        var length = inflater.inflate(bytes);
        assertTrue(inflater.finished() && inflater.getRemaining() == 0);
        inflater.end();
        return Arrays.copyOf(bytes, length);
    }
}
