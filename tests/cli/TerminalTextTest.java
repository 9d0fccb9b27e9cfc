package lib.cli;

import static lib.records.UserRecords.utf8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import lib.records.FormatString;
import lib.records.JsonFormat;
import lib.records.RecordFormat;
import lib.records.UserRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalTextTest {
    private static final TerminalText TERMINAL = new TerminalText(true, false);

    @ParameterizedTest
    @CsvSource({
        "1b5d303b78 07, \\x1b]0;x\\x07", "610d62, a\\rb", "00, \\x00", "7f, \\x7f", "08, \\x08",
        "c29b, \\u009b", "e280ae, \\u202e", "e281a6, \\u2066", "d89c, \\u061c", // C1, bidi controls
        "9b, \\x9b", "ff61, \\xffa", "c3, \\xc3", "e280, \\xe2\\x80", "eda080, \\xed\\xa0\\x80"}) // no UTF-8
    void control_isEscaped(String hex, String shown) {
        assertEquals(shown, show(java.util.HexFormat.of().parseHex(hex.replace(" ", ""))));
    }

    @Test
    void text_isShownAsItIs() {
        for (var text : new String[] {"", "message data 1", "a\n\tb", "grüße 日本 😀 e\u0301 \u200d", "\\x1b %s"}) {
            assertEquals(text, show(utf8(text)));
        }
    }

    @Test
    void nothingThatCommandsATerminal_isLeft_ofAnyBytes() throws IOException {
        var random = new Random(4);
        for (int n = 0; n < 5000; n++) {
            var data = new byte[random.nextInt(40)];
            random.nextBytes(data);
            var key = new String(data, StandardCharsets.UTF_8);
            for (var format : new RecordFormat[] {FormatString.compile("-f", "%s %k %h %g %l %F %p %o %t %n", key, TERMINAL),
                new JsonFormat(false), new JsonFormat(true)}) {
                var out = new ByteArrayOutputStream();
                var json = JSON.std.asBytes(Map.of(key, key)); // in which not all are escaped
                format.append(new UserRecord(key, key, 0, key, key, null, n % 2 == 0 ? data : json,
                        new UserRecord.LogEvent(key, key, Instant.EPOCH), new UserRecord.Source(key, 1)), out);
                var shown = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(out.toByteArray()));
                assertFalse(shown.chars().anyMatch(TerminalText::isControl), shown::toString);
            }
        }
    }

    @Test
    void aLineOfTheLog_staysOneLine_whateverItQuotes() {
        var lines = new ArrayList<String>();
        var log = new Log();
        log.to(lines::add);
        log.warn("shard %s ended", "a\nshard b\r\u001b[1A");
        assertEquals(List.of("shard a\\nshard b\\r\\x1b[1A ended"), lines);
    }

    @Test
    void pipe_getsTheBytes() {
        var bytes = new byte[] {0x1b, ']', '\r', (byte) 0x9b};
        assertArrayEquals(bytes, TerminalText.NONE.show(bytes));
    }

    private static String show(byte[] bytes) {
        return new String(TERMINAL.show(bytes), StandardCharsets.UTF_8);
    }
}
