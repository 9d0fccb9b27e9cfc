package lib;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.Record;

class RecordFormatTest {
    private static final byte[] NOT_UTF_8 = {(byte) 0xff, 0, '\n', (byte) 0xc3};

    @Test
    void text_namesTheShard() throws IOException {
        assertEquals("shard s data: grüße\n", text("text", "grüße".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void raw_isTheBytesAndANewline() throws IOException {
        assertArrayEquals(new byte[] {(byte) 0xff, 0, '\n', (byte) 0xc3, '\n'}, bytes("raw", record("k", NOT_UTF_8)));
    }

    @Test
    void json_isOneLine_withTheFieldNamesOfTheApi() throws IOException {
        assertEquals("""
                {"shardId":"s","sequenceNumber":"49","partitionKey":"k","approximateArrivalTimestamp":"2026-11-24T12:00:00.123Z",\
                "data":"a \\"b\\"\\nü\\u0001"}
                """, text("json", "a \"b\"\nü\u0001".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void json_hasDataBase64_whenTheDataIsNotUtf8() throws IOException {
        assertEquals("""
                {"shardId":"s","sequenceNumber":"49","partitionKey":"k","approximateArrivalTimestamp":"2026-11-24T12:00:00.123Z",\
                "dataBase64":"/wAKww=="}
                """, text("json", NOT_UTF_8));
    }

    @Test
    void json_hasNull_whenThereIsNoPartitionKey() throws IOException {
        assertEquals("""
                {"shardId":"s","sequenceNumber":"49","partitionKey":null,"approximateArrivalTimestamp":"2026-11-24T12:00:00.123Z","data":""}
                """, new String(bytes("json", record(null, new byte[0])), StandardCharsets.UTF_8));
    }

    private static String text(String format, byte[] data) throws IOException {
        return new String(bytes(format, record("k", data)), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String format, Record record) throws IOException {
        var out = new ByteArrayOutputStream();
        new RecordFormat.Converter().convert(format).append("s", record, out);
        return out.toByteArray();
    }

    private static Record record(String partitionKey, byte[] data) {
        return Record.builder().sequenceNumber("49").partitionKey(partitionKey).data(SdkBytes.fromByteArray(data))
                .approximateArrivalTimestamp(Instant.parse("2026-11-24T12:00:00.123Z")).build();
    }
}
