package lib.records;

import static lib.records.UserRecords.ARRIVAL;
import static lib.records.UserRecords.record;
import static lib.records.UserRecords.utf8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import lib.cli.JsonLines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonFormatTest {
    private static final JsonFormat STRINGS = new JsonFormat(false);
    private static final JsonFormat VALUES = new JsonFormat(true);

    @Test
    void isOneLine_withTheFieldNamesOfTheApi() throws IOException {
        assertEquals("""
                {"shardId":"shard","sequenceNumber":"49","subSequenceNumber":0,"partitionKey":"key",\
                "approximateArrivalTimestamp":"2026-11-24T12:00:00.123Z","data":"a \\"b\\"\\nü😀\\u0001"}""",
                print(STRINGS, record(utf8("a \"b\"\nü😀\u0001"))));
    }

    @Test
    void hasAllThatIsKnown() throws IOException {
        assertEquals("""
                {"shardId":"shard","sequenceNumber":"49","subSequenceNumber":3,"partitionKey":"key","explicitHashKey":"12",\
                "approximateArrivalTimestamp":"2026-11-24T12:00:00.123Z",\
                "logGroup":"group","logStream":"stream","timestamp":"1970-01-01T00:00:00.000Z","data":""}""",
                print(STRINGS, new UserRecord("shard", "49", 3, "key", "12", ARRIVAL, new byte[0],
                        new UserRecord.LogEvent("group", "stream", Instant.EPOCH), null)));
    }

    @Test
    void hasNull_whenThereIsNoPartitionKeyAndNoArrivalTime() throws IOException {
        assertEquals("""
                {"shardId":"shard","sequenceNumber":"49","subSequenceNumber":0,"partitionKey":null,\
                "approximateArrivalTimestamp":null,"data":""}""",
                print(STRINGS, new UserRecord("shard", "49", 0, null, null, null, new byte[0], null, null)));
    }

    @Test
    void hasDataBase64_whenTheDataIsNotUtf8() throws IOException {
        var printed = print(STRINGS, record(new byte[] {(byte) 0xff, 0, '\n', (byte) 0xc3}));
        assertEquals("\"dataBase64\":\"/wAKww==\"}", printed.substring(printed.indexOf("\"data")));
    }

    @Test
    void bytesAndKeys_comeBack() throws IOException {
        var random = new Random(4);
        for (int n = 0; n < 5000; n++) {
            var data = new byte[random.nextInt(30)];
            random.nextBytes(data);
            if (n % 2 == 0) { // nearly UTF-8
                data = utf8(randomText(random));
                if (n % 4 == 0 && data.length > 0) {
                    data[random.nextInt(data.length)] = (byte) random.nextInt(256);
                }
            }
            var key = randomText(random);
            var printed = print(STRINGS, record(key, data));
            var read = JSON.std.mapFrom(printed);
            var text = (String) read.get("data");
            assertArrayEquals(data, text == null ? Base64.getDecoder().decode((String) read.get("dataBase64")) : utf8(text), printed);
            assertEquals(key, read.get("partitionKey"));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"a\": [1, true, null] , \"ü\":\"x\"} | {\"a\":[1,true,null],\"ü\":\"x\"}",
        "1.10 | 1.10", "-1E+400 | -1E+400", "12345678901234567890.123456789 | 12345678901234567890.123456789",
        "\"text\" | \"text\"", "null | null", " [] | []", "{\"a\":1,\"a\":2} | {\"a\":1,\"a\":2}"})
    void jsonData_isAValue_asItIsWritten(String data, String value) throws IOException {
        assertEquals(value, data(print(VALUES, record(utf8(data)))));
    }

    /** C0, DEL, C1 and bidi controls: the reader of a pipe may show them on a terminal. */
    @Test
    void whatCommandsATerminal_isEscaped_inValuesAndNames() throws IOException {
        var text = "é😀\u001b\u007f\u009b\u061c\u202e\u2066";
        var shown = "é😀\\u001B\\u007F\\u009B\\u061C\\u202E\\u2066";
        assertEquals("\"" + shown + "\"", data(print(STRINGS, record(utf8(text)))));
        assertTrue(print(STRINGS, record(text, new byte[0])).contains("\"partitionKey\":\"" + shown + "\""));
        var json = "{\"" + shown + "\":[\"" + shown + "\"]}";
        var unescaped = json.replace("\\u007F\\u009B\\u061C\\u202E\\u2066", "\u007f\u009b\u061c\u202e\u2066");
        assertEquals(json, data(print(VALUES, record(utf8(unescaped)))));
        var out = new ByteArrayOutputStream();
        JsonLines.append(out, object -> object.writeStringField(text, text));
        assertEquals("{\"" + shown + "\":\"" + shown + "\"}\n", out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void jsonData_isPutOnOneLine() throws IOException {
        assertEquals("{\"a\":\"b\\nc\",\"d\":[]}", data(print(VALUES, record(utf8("{\n  \"a\" : \"b\\nc\",\r\n  \"d\" : [ ]\n}\n")))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "message", "{", "{\"a\":1}}", "1 2", "{} {}", "[1,]", "{a:1}", "'a'", "NaN", "01", "tru",
        "\"\\ud800\"", "{\"\\udc00\":1}", "1 //"})
    void data_isAString_whenItIsNotOneJsonValue(String data) throws IOException {
        var printed = print(VALUES, record(utf8(data)));
        assertEquals(data, JSON.std.mapFrom(printed).get("data"));
    }

    @Test
    void data_isAString_whenItIsNestedTooDeep() throws IOException {
        var deep = "[".repeat(100_000) + "]".repeat(100_000);
        assertEquals(deep, JSON.std.mapFrom(print(VALUES, record(utf8(deep)))).get("data"));
    }

    @Test
    void namesThatCollide_breakNothing() throws IOException {
        var names = IntStream.range(0, 4096).mapToObj(n -> "\"" + IntStream.range(0, 12).mapToObj(bit -> (n >> bit & 1) == 0 ? "ab" : "bA")
                .collect(Collectors.joining()) + "\":1").collect(Collectors.joining(",", "{", "}"));
        assertEquals(names, data(print(VALUES, record(utf8(names)))));
        for (int n = 0; n < 2000; n++) {
            var fields = "{\"a" + n + "\":1,\"b" + n + "\":2}";
            assertEquals(fields, data(print(VALUES, record(utf8(fields)))));
        }
    }

    private static String data(String printed) {
        return printed.substring(printed.indexOf("\"data\":") + "\"data\":".length(), printed.length() - 1);
    }

    private static String print(JsonFormat format, UserRecord record) throws IOException {
        var out = new ByteArrayOutputStream();
        format.append(record, out);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static String randomText(Random random) {
        return random.ints(random.nextInt(12), 0, 0x11000).map(c -> Character.isSurrogate((char) c) ? 0x1f600 : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }
}
