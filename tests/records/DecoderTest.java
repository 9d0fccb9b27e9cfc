package lib.records;

import static lib.records.UserRecords.record;
import static lib.records.UserRecords.utf8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.github.luben.zstd.ZstdCompressCtx;
import fake.Bomb;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import lib.cli.Log;
import lib.compression.Codec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecoderTest {
    private static final int MAX = 8 << 20;
    private static final int GZIP_HEADER = 10; // of which not every bit matters

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "ZLIB", "ZSTD"})
    void data_isUnpacked(Codec codec) throws IOException {
        for (var size : new int[] {0, 1, 100, 1 << 20, (1 << 20) + 1, 3 << 20, MAX}) {
            var data = new byte[size];
            new Random(size).nextBytes(data);
            Arrays.fill(data, size / 3, size, (byte) 'x');
            for (var decode : List.of(codec, Codec.AUTO)) {
                var records = new Decoder(decode, MAX, new Log()).apply(record(pack(codec, data)));
                assertEquals(1, records.size());
                assertArrayEquals(data, records.get(0).data());
                assertEquals("key", records.get(0).partitionKey());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "ZSTD"})
    void dataInParts_isUnpackedWhole(Codec codec) throws IOException {
        var parts = concat(pack(codec, utf8("one ")), pack(codec, utf8("two")));
        assertArrayEquals(utf8("one two"), new Decoder(codec, MAX, new Log()).apply(record(parts)).get(0).data());
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "ZLIB", "ZSTD"})
    void data_isPassedOnAsItCame_whenItUnpacksToMoreThanAllowed(Codec codec) throws IOException {
        passesOn(codec, pack(codec, new byte[MAX + 1]));
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "ZLIB", "ZSTD", "CLOUDWATCH_LOGS"})
    void damagedData_isPassedOnAsItCame(Codec codec) throws IOException {
        var good = pack(codec, utf8("{\"messageType\":\"CONTROL_MESSAGE\"}".repeat(20)));
        for (var data : List.of(new byte[1], utf8("message data 1"), Arrays.copyOf(good, 3), Arrays.copyOf(good, good.length - 1),
                concat(good, new byte[1]), concat(good, utf8("more")), concat(good, new byte[100]))) {
            passesOn(codec, data);
        }
        for (int i = codec == Codec.GZIP || codec == Codec.CLOUDWATCH_LOGS ? GZIP_HEADER : 0; i < good.length; i++) {
            var bad = good.clone();
            bad[i] ^= 0x55;
            passesOn(codec, bad);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "message data 1", "{\"a\":1}", "\u001f", "x^", "(\u00b5/\u00fd text"})
    void dataThatIsNotPacked_isPassedOn_byAuto(String data) {
        var record = record(utf8(data));
        assertSame(record, new Decoder(Codec.AUTO, MAX, new Log()).apply(record).get(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x = 42", "x =", "x "})
    void textThatBeginsLikeZlibWithADictionary_isPassedOn(String data) {
        passesOn(Codec.ZLIB, utf8(data));
        passesOn(Codec.AUTO, utf8(data));
    }

    @Test
    void manyEmptyParts_areUnpacked() throws IOException {
        var empty = pack(Codec.GZIP, new byte[0]);
        var parts = new ByteArrayOutputStream();
        for (int n = 0; n < 50_000; n++) {
            parts.writeBytes(empty);
        }
        parts.writeBytes(pack(Codec.GZIP, utf8("end")));
        assertArrayEquals(utf8("end"), new Decoder(Codec.GZIP, MAX, new Log()).apply(record(parts.toByteArray())).get(0).data());
    }

    @Test
    void bomb_isPassedOnAsItCame() throws IOException {
        passesOn(Codec.GZIP, Bomb.gzip());
        passesOn(Codec.AUTO, Bomb.gzip());
    }

    @Test
    void logEvents_areRecords() throws IOException {
        var records = logs("""
                {"messageType":"DATA_MESSAGE","owner":"123456789012","logGroup":"/app/web","logStream":"i-1","subscriptionFilters":["all"],
                "logEvents":[{"id":"1","timestamp":1795521600123,"message":"first ü\\n"},
                {"id":"2","timestamp":1795521601000,"message":"{\\"a\\":1}","extractedFields":{"a":"1"}}]}""");
        assertEquals(2, records.size());
        assertArrayEquals(utf8("first ü\n"), records.get(0).data());
        assertArrayEquals(utf8("{\"a\":1}"), records.get(1).data());
        assertEquals("LogEvent[logGroup=/app/web, logStream=i-1, timestamp=2026-11-24T12:00:00.123Z]",
                records.get(0).logEvent().toString());
        assertEquals("key", records.get(1).partitionKey());
    }

    @Test
    void controlMessage_isDropped() throws IOException {
        assertEquals(List.of(), logs("""
                {"messageType":"CONTROL_MESSAGE","owner":"CloudwatchLogs","logGroup":"","logStream":"","subscriptionFilters":[],
                "logEvents":[{"id":"","timestamp":1795521600123,
                "message":"CWL CONTROL MESSAGE: Checking health of destination Kinesis stream."}]}"""));
    }

    @Test
    void logEvents_thatAreNotUtf8_arePassedOnAsTheyCame() throws IOException {
        for (var charset : List.of(StandardCharsets.ISO_8859_1, StandardCharsets.UTF_16BE)) {
            var message = "{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[{\"timestamp\":1,\"message\":\"\u00fc\"}]}";
            passesOn(Codec.CLOUDWATCH_LOGS, pack(Codec.GZIP, message.getBytes(charset)));
        }
    }

    @Test
    void messages_oneAfterTheOther_areTakenApartEach() throws IOException {
        var message = """
                {"logEvents":[{"message":"%s","timestamp":1,"x":{"y":[1]}}],"x":[{}],"messageType":"DATA_MESSAGE"}""";
        var records = logs("{\"messageType\":\"CONTROL_MESSAGE\"}\n" + message.formatted("a") + message.formatted("b"));
        assertEquals(List.of("a", "b"), records.stream().map(record -> new String(record.data())).toList());
    }

    @Test
    void logEvents_thatTakeTooMuchMemory_arePassedOnAsTheyCame() throws IOException {
        passesOn(Codec.CLOUDWATCH_LOGS, pack(Codec.GZIP, utf8("{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":["
                + "{\"timestamp\":1,\"message\":\"\"},".repeat(200_000) + "{\"timestamp\":1,\"message\":\"\"}]}")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "{}", "text",
        "{\"messageType\":\"OTHER\",\"logEvents\":[]}", "{\"messageType\":\"DATA_MESSAGE\"}",
        "{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[null]}", "{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[{\"timestamp\":1}]}",
        "{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[{\"message\":\"m\"}]}", "{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":{}}",
        "{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[{\"timestamp\":1,\"message\":\"m\"}]",
        "{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[{\"timestamp\":\"1\",\"message\":\"m\"}]}",
        "{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[{\"timestamp\":1.5,\"message\":\"m\"}]}",
        "{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[{\"timestamp\":99999999999999999999,\"message\":\"m\"}]}",
        "{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[{\"timestamp\":1,\"message\":true}]}",
        "{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[{\"timestamp\":1,\"message\":\"\\ud800\"}]}",
        "{\"messageType\":\"DATA_MESSAGE\",\"logGroup\":{},\"logEvents\":[]}",
        "{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[]} more", "{\"messageType\":\"CONTROL_MESSAGE\"}]"})
    void whatIsNoMessageOfLogs_isPassedOnAsItCame(String json) throws IOException {
        passesOn(Codec.CLOUDWATCH_LOGS, pack(Codec.GZIP, utf8(json)));
    }

    /** An error of the decoder of UTF-32 has the character in its text. */
    @Test
    void whatDoesNotUnpack_isWarnedOfOnce_howeverManyReasonsThereAre() throws IOException {
        var lines = new ArrayList<String>();
        var log = new Log();
        log.to(lines::add);
        var logs = new Decoder(Codec.CLOUDWATCH_LOGS, MAX, log);
        for (int n = 0; n < 1000; n++) {
            logs.apply(record(pack(Codec.GZIP, new byte[] {0, 0, 0, '{', 0x7f, 0, 0, (byte) n})));
        }
        var gzip = new Decoder(Codec.GZIP, MAX, log);
        var good = pack(Codec.GZIP, utf8("message data 1 message data 2"));
        for (int n = 0; n < good.length; n++) {
            gzip.apply(record(Arrays.copyOf(good, n)));
            var bad = good.clone();
            bad[n] ^= 0x55;
            gzip.apply(record(bad));
        }
        gzip.apply(record(pack(Codec.GZIP, new byte[MAX + 1])));
        gzip.apply(record(pack(Codec.GZIP, new byte[MAX + 2])));
        var asItIs = "shard shard: record 49 is printed unchanged: --decode ";
        assertEquals(List.of(
                asItIs + "cloudwatch-logs: the data is not a message of CloudWatch Logs; -v shows more warnings of this kind",
                asItIs + "gzip: the data unpacks to more than 8388608 bytes; -v shows more warnings of this kind"), lines);
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "ZSTD"})
    void damageInALaterPart_isFound(Codec codec) throws IOException {
        var part = pack(codec, utf8("one"));
        for (int n = 1; n < part.length; n++) {
            passesOn(codec, concat(part, Arrays.copyOf(part, n)));
        }
        for (int i = codec == Codec.GZIP ? GZIP_HEADER : 0; i < part.length; i++) {
            var bad = part.clone();
            bad[i] ^= 0x55;
            passesOn(codec, concat(part, bad));
        }
    }

    private static void passesOn(Codec codec, byte[] data) {
        var record = record(data);
        var records = new Decoder(codec, MAX, new Log()).apply(record);
        assertEquals(1, records.size());
        assertSame(record, records.get(0));
    }

    private static List<UserRecord> logs(String json) throws IOException {
        return new Decoder(Codec.CLOUDWATCH_LOGS, MAX, new Log()).apply(record(pack(Codec.GZIP, utf8(json))));
    }

    static byte[] pack(Codec codec, byte[] data) throws IOException {
        if (codec == Codec.ZSTD) {
            try (var zstd = new ZstdCompressCtx().setChecksum(true)) {
                return zstd.compress(data);
            }
        }
        var packed = new ByteArrayOutputStream();
        try (var out = codec == Codec.ZLIB ? new DeflaterOutputStream(packed) : new GZIPOutputStream(packed)) {
            out.write(data);
        }
        return packed.toByteArray();
    }

    private static byte[] concat(byte[] one, byte[] other) {
        var both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }
}
