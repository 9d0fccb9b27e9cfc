package lib.produce;

import static lib.records.UserRecords.utf8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import lib.cli.Log;
import lib.cli.UsageException;
import lib.kinesis.Distribution;
import lib.records.InvalidRecord;
import lib.records.JsonFormat;
import lib.records.JsonRecordParser;
import lib.records.UserRecord;
import lib.records.UserRecords;
import lib.write.RecordLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What records are made of what is read. */
class InputOptionsTest {
    @TempDir Path folder;

    @Test
    void key_isNone_unlessAnOptionSaysIt() throws Exception {
        assertNull(records("a\n").next().partitionKey());
        assertEquals("k", records("a\n", "-k", "k").next().partitionKey());
        var record = records("a\n", "--hash-key", "12").next();
        assertEquals("12", record.explicitHashKey());
    }

    @Test
    void key_standsBeforeTheFirstDelimiter() throws Exception {
        assertKeyAndData("kéy", "da::ta", records("kéy::da::ta\n", "-K", "::").next());
        assertKeyAndData("k", "", records("k:\n", "-K", ":").next());
        assertKeyAndData("k", "data", records("k\tZGF0YQ==\n", "-K", "\\t", "--base64").next());
        refused("the line does not have the delimiter of -K", records("data\n", "-K", ":"));
        refused("the partition key is not UTF-8", records(new byte[] {(byte) 0xff, ':', '\n'}, "-K", ":"));
        refused("not base64", records("k:%\n", "-K", ":", "--base64"));
    }

    @Test
    void key_isTheFieldOfJson() throws Exception {
        assertEquals("7", key("{\"user\":{\"id\":7}}", "/user/id"));
        assertEquals("7.50", key("{\"user\":{\"id\":7.50}}", "/user/id"));
        assertEquals("ü", key("{\"other\":{\"id\":1},\"user\":{\"x\":[1,{\"id\":2}],\"id\":\"ü\"}}", "/user/id"));
        assertEquals("true", key("[0,true]", "/1"));
        assertEquals("b", key("{\"a/b\":\"b\"}", "/a~1b"));
        assertEquals("last", key("{\"a\":\"first\",\"a\":\"last\"}", "/a"));
        assertEquals("text", key("\"text\"", ""));
        for (var json : List.of("{}", "{\"id\":null}", "{\"id\":{}}", "{\"id\":[]}", "{\"x\":{\"id\":1}}", "", " ")) {
            refused("the JSON has no key at /id", records(json + "\n", "--key-field", "/id"));
        }
        refused("not JSON: .*", records("{\"id\":1\n", "--key-field", "/id"));
        refused("more text follows the JSON", records("{\"id\":1} {\"id\":2}\n", "--key-field", "/id"));
        refused("a string has half of a surrogate pair", records("{\"id\":\"\\ud800\"}\n", "--key-field", "/id"));
    }

    @Test
    void json_isReadAsItIsPrinted() throws Exception {
        var random = new Random();
        for (int n = 0; n < 2000; n++) {
            var data = new byte[random.nextInt(30)];
            random.nextBytes(data);
            var text = random.ints(random.nextInt(30), 0, 0x10ffff).filter(c -> c < 0xd800 || c > 0xdfff)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
            var record = new UserRecord("shard", "49", 3, text + "k", n % 3 == 0 ? null : "123", UserRecords.ARRIVAL,
                    n % 2 == 0 ? data : utf8(text), null, null);
            var line = new ByteArrayOutputStream();
            new JsonFormat(n % 5 == 0).append(record, line);
            var read = JsonRecordParser.parse(new UserRecord.Source("f", 1), line.toByteArray());
            assertEquals(record.partitionKey(), read.partitionKey());
            assertEquals(record.explicitHashKey(), read.explicitHashKey());
            var isValue = !line.toString().matches("(?s).*\"data(Base64)?\":\".*"); // of which --json-data keeps no white space around it
            assertArrayEquals(isValue ? utf8(new String(record.data()).strip()) : record.data(), read.data(), line::toString);
        }
    }

    @Test
    void json_hasDataThatIsAnotherValue_asItIsWritten() throws Exception {
        for (var data : List.of("{\"a\":[1, {\"b\":2.50}]}", "[]", "1.0e5", "-0", "true", "null")) {
            for (var format : List.of("{\"data\":%s}", "{ \"data\" : %s , \"x\":[{\"data\":1}]}",
                    "{\"partitionKey\":\"ü😀\",\"data\":%s\t}")) {
                var line = format.formatted(data);
                assertArrayEquals(utf8(data), records(line, "--json").next().data(), line);
            }
        }
    }

    @Test
    void json_thatIsNoRecord_isRefused() throws Exception {
        refused("not a JSON object", records("[]", "--json"));
        assertNull(records("\n", "--json").next());
        refused("the object has neither data nor dataBase64", records("{\"partitionKey\":\"k\"}", "--json"));
        refused("the data is given twice", records("{\"data\":\"a\",\"dataBase64\":\"YQ==\"}", "--json"));
        refused("a string has half of a surrogate pair", records("{\"data\":\"\\ud800\"}", "--json"));
        refused("more text follows the JSON", records("{\"data\":\"a\"} 1", "--json"));
        refused("not UTF-8", records(new byte[] {'{', '"', (byte) 0xff}, "--json"));
        refused("not JSON: .*", records("{\"data\":\"a\"", "--json"));
        refused("not base64", records("{\"dataBase64\":\"%\"}", "--json"));
        refused("dataBase64 is not a string", records("{\"dataBase64\":null}", "--json"));
        refused("partitionKey is not a string", records("{\"partitionKey\":{\"a\":1},\"data\":\"a\"}", "--json"));
    }

    @Test
    void json_withoutAPartitionKey_isARecordWithout() throws Exception {
        assertNull(records("{\"data\":\"a\"}", "--json").next().partitionKey());
        assertNull(records("{\"partitionKey\":null,\"data\":\"a\"}", "--json").next().partitionKey());
    }

    @Test
    void keyThatIsMissing_isARandomOne_exceptWhereTheStreamNeedsNone() throws Exception {
        for (var distribution : Distribution.values()) {
            var limits = new RecordLimits(1 << 20, distribution);
            var records = records("a\n".repeat(100));
            var keys = new HashSet<String>();
            for (int n = 0; n < 100; n++) {
                keys.add(limits.keyed(records.next()).partitionKey());
            }
            assertEquals(distribution == Distribution.AUTO, keys.equals(Collections.singleton(null)), keys::toString);
            assertEquals(distribution == Distribution.AUTO ? 1 : 100, keys.size());
            assertEquals("k", limits.keyed(records("a", "-k", "k").next()).partitionKey());
        }
    }

    @Test
    void emptyLine_isARecord_unlessItIsSkipped() throws Exception {
        var records = records("\na\n\n", "--skip-empty");
        var record = records.next();
        assertEquals("a", new String(record.data()));
        assertEquals(2, record.source().line());
        assertNull(records.next());
        assertEquals("", new String(records("\na").next().data()));
    }

    @Test
    void refusedLine_isNamed_andTheNextIsRead() throws Exception {
        var records = records("a\nb:c\n", "-K", ":");
        var refused = assertThrows(InvalidRecord.class, records::next);
        assertEquals(1, refused.source.line());
        assertTrue(refused.source.toString().endsWith("input line 1"));
        assertEquals("c", new String(records.next().data()));
    }

    @Test
    void optionsThatDoNotGoTogether_areRefused() {
        wrong("--data and FILE exclude each other", "--data", "x");
        wrong("-D and --whole exclude each other", "--whole", "-D", "x");
        wrong("--json and -k exclude each other", "--json", "-k", "x");
        wrong("--json and --base64 exclude each other", "--json", "--base64");
        wrong("-k and -K exclude each other", "-k", "x", "-K", ":");
        wrong("-D must not be empty; --whole makes one record of a file", "-D=");
        wrong("-k must have 1 to 256 characters", "-k=");
        wrong("--hash-key must be a number from 0 to 2^128-1", "--hash-key", "340282366920938463463374607431768211456");
        wrong("--key-field: 'id' is not a JSON pointer; write /user/id, for example", "--key-field", "id");
        assertEquals("- is stdin, which can be read only once",
                assertThrows(UsageException.class, () -> new InputOptions().records(List.of("-", "-"), new Log())).getMessage());
    }

    private void wrong(String message, String... options) {
        assertEquals(message, assertThrows(UsageException.class, () -> records("data", options)).getMessage());
    }

    private String key(String json, String pointer) throws Exception {
        return records(json + "\n", "--key-field=" + pointer).next().partitionKey();
    }

    private static void assertKeyAndData(String key, String data, UserRecord record) {
        assertEquals(key, record.partitionKey());
        assertEquals(data, new String(record.data()));
    }

    private static void refused(String why, RecordSource records) {
        var message = assertThrows(InvalidRecord.class, records::next).getMessage();
        assertTrue(message.matches(why), message);
    }

    private RecordSource records(String text, String... options) throws IOException {
        return records(utf8(text), options);
    }

    private RecordSource records(byte[] bytes, String... options) throws IOException {
        var file = Files.write(folder.resolve("input"), bytes);
        return CommandLine.populateCommand(new InputOptions(), options).records(List.of(file.toString()), new Log());
    }
}
