package lib.records;

import static lib.records.UserRecords.ARRIVAL;
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
import java.util.Base64;
import java.util.Random;
import lib.cli.TerminalText;
import lib.records.UserRecord.Source;
import org.junit.jupiter.api.Test;

class JsonLinesFuzzTest {
    private static final JSON ORACLE = JSON.std.without(JSON.Feature.FAIL_ON_DUPLICATE_MAP_KEYS); // the last one counts
    private static final Source SOURCE = new Source("f", 1);
    private static final int LONGEST_REASON = 400; // Jackson quotes up to 256 characters
    private static final String[] VALUES = {"1", "-1.50e3", "true", "null", "\"text\"", "[1, [ ]]",
        "{ \"data\" : {\"a\":\"\\u00e9\"} }", "\"\u0301\ud83d\ude00\"", "\"\\ud800\"", "1e", ""};

    /** What consume -o json prints, and produce --json reads. */
    @Test
    void aRecord_comesBackExactly_fromAPlainLine() {
        Fuzz.rounds(2_000, random -> {
            var record = record(random);
            var line = print(new JsonFormat(false), record);
            var text = new String(line, StandardCharsets.UTF_8);
            assertFalse(text.codePoints().anyMatch(c -> c < ' ' || TerminalText.isControl(c)), text);
            var read = JsonRecordParser.parse(SOURCE, line);
            assertEquals(record.partitionKey(), read.partitionKey(), text);
            assertEquals(record.explicitHashKey(), read.explicitHashKey(), text);
            assertArrayEquals(record.data(), read.data(), text);
        });
    }

    @Test
    void jsonData_isTheSameValue_onAPlainLine() {
        Fuzz.rounds(1_000, random -> {
            var name = string(random);
            var value = random.nextBoolean() ? string(random) : VALUES[random.nextInt(VALUES.length)];
            var fields = "{%s: %s}".formatted(name, value);
            var data = random.nextBoolean() ? utf8(fields) : Fuzz.mutate(random, utf8(fields));
            var text = new String(print(new JsonFormat(true), record(random).with(data)), StandardCharsets.UTF_8);
            assertFalse(text.codePoints().anyMatch(c -> c < ' ' || TerminalText.isControl(c)), text);
            var printed = ORACLE.mapFrom(text);
            if (printed.get("data") instanceof String string) {
                assertTrue(string.equals(new String(data, StandardCharsets.UTF_8)) || string.equals(value(data)), text);
            } else if (printed.containsKey("data")) {
                assertEquals(value(data), printed.get("data"), text);
            } else {
                assertArrayEquals(data, Base64.getDecoder().decode((String) printed.get("dataBase64")), text);
            }
        });
    }

    /** Jackson's own reader of whole objects is the oracle. */
    @Test
    void aMutatedLine_isReadAsItsJson_orIsInvalidForOneReason() {
        Fuzz.rounds(2_000, random -> {
            var line = Fuzz.mutate(random, line(random));
            var text = new String(line, StandardCharsets.UTF_8);
            try {
                var record = JsonRecordParser.parse(SOURCE, line);
                var fields = ORACLE.mapFrom(text);
                assertEquals(fields.get("partitionKey"), record.partitionKey(), text);
                assertEquals(fields.get("explicitHashKey"), record.explicitHashKey(), text);
                if (fields.get("dataBase64") instanceof String base64) {
                    assertArrayEquals(Base64.getDecoder().decode(base64), record.data(), text);
                } else if (fields.get("data") instanceof String data) {
                    assertArrayEquals(utf8(data), record.data(), text);
                } else {
                    assertEquals(fields.get("data"), value(record.data()), text);
                }
            } catch (InvalidRecord e) {
                assertEquals(SOURCE, e.source);
                assertArrayEquals(line, e.input);
                var reason = e.getMessage();
                assertTrue(!reason.isBlank() && reason.lines().count() == 1 && reason.length() < LONGEST_REASON, reason);
            }
        });
    }

    private static Object value(byte[] json) throws IOException {
        return ORACLE.anyFrom(new String(json, StandardCharsets.UTF_8));
    }

    private static byte[] line(Random random) throws IOException {
        return random.nextBoolean() ? print(new JsonFormat(random.nextBoolean()), record(random))
                : utf8("{\"x\":%s,\"partitionKey\":%s, \"data%s\":%s}".formatted(VALUES[random.nextInt(VALUES.length)], string(random),
                        random.nextInt(4) == 0 ? "Base64" : "", VALUES[random.nextInt(VALUES.length)]));
    }

    private static byte[] print(JsonFormat format, UserRecord record) throws IOException {
        var out = new ByteArrayOutputStream();
        format.append(record, out);
        return out.toByteArray();
    }

    private static UserRecord record(Random random) {
        var partitionKey = random.nextInt(8) == 0 ? null : text(random);
        var explicitHashKey = random.nextBoolean() ? null : text(random);
        var data = random.nextBoolean() ? utf8(text(random)) : Fuzz.bytes(random, random.nextInt(20));
        return new UserRecord("shard", "49", 0, partitionKey, explicitHashKey, ARRIVAL, data, null, null);
    }

    /** Returns characters of any plane, of which many command a terminal. */
    private static String text(Random random) {
        return random.ints(random.nextInt(10), 0, 0x11000)
                .map(c -> switch (c % 3) {
                    case 0 -> c % 0xa0;
                    case 1 -> 0x2000 + c % 0x70;
                    default -> c;
                })
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0x1f600 : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }

    /** Returns a string in JSON, of which not all is escaped that could be. */
    private static String string(Random random) throws IOException {
        return JSON.std.asString(text(random));
    }
}
