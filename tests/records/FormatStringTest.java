package lib.records;

import static lib.records.UserRecords.ARRIVAL;
import static lib.records.UserRecords.record;
import static lib.records.UserRecords.utf8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import lib.cli.TerminalText;
import lib.cli.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatStringTest {
    private static final UserRecord FULL = new UserRecord("shardId-7", "49", 3, "kéy", "123", ARRIVAL, utf8("dätä"),
            new UserRecord.LogEvent("group", "stream/1", Instant.parse("2026-11-24T11:59:59Z")), new UserRecord.Source("a.log", 12));

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "%s | dätä", "%s{base64} | ZMOkdMOk", "%s{hex} | 64c3a474c3a4",
        "%k | kéy", "%k{base64} | a8OpeQ==", "%k{hex} | 6bc3a979",
        "%p | shardId-7", "%o | 49", "%u | 3", "%t | s1", "%S | 6",
        "%T | 1795521600123", "%T{iso} | 2026-11-24T12:00:00.123Z",
        "%n | 12", "%F | a.log", "%h | 123", "%h{hex} | 313233",
        "%g | group", "%l | stream/1", "%e | 1795521599000", "%e{iso} | 2026-11-24T11:59:59.000Z",
        "%% | %", "%%s | %s", "%s%s | dätädätä", "<%k>{%p} | <kéy>{shardId-7}", "ü😀%S | ü😀6"})
    void token_standsForWhatIsKnownOfTheRecord(String format, String printed) throws IOException {
        assertEquals(printed, print(format, FULL));
    }

    @Test
    void token_isEmpty_whenTheRecordHasNone() throws IOException {
        var bare = new UserRecord("s", "49", 0, null, null, null, new byte[0], null, null);
        assertEquals("||||||||||||", print("%s|%s{hex}|%k|%k{base64}|%h|%T|%T{iso}|%g|%l|%e|%e{iso}|%n|%F", bare));
    }

    @Test
    void data_isTheBytes() throws IOException {
        var bytes = new byte[] {(byte) 0xff, 0, '\n', (byte) 0xc3, '\\', '%', 's'};
        var out = new ByteArrayOutputStream();
        FormatString.compile("-f", "%s", "s1", TerminalText.NONE).append(record(bytes), out);
        assertArrayEquals(bytes, out.toByteArray());
    }

    @Test
    void escape_isAByte() {
        assertArrayEquals(new byte[] {'a', '\n', '\t', '\r', 0, (byte) 0xff, '1', 'A', '\\', 'n', '%'},
                FormatString.unescape("-D", "a\\n\\t\\r\\0\\xff1\\x41\\\\n%"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "%s %q | ^3 | no such token; write %s %k %p %o %u %T %S %t %h %g %l %e %n %F and %%",
        "100% | ^3 | no such token; write .*",
        "\\q | ^0 | no such escape; write \\n \\t \\r \\0 \\xHH and \\\\",
        "ab\\ | ^2 | no such escape; write .*",
        "a\\x4 | ^1 | \\x needs two hexadecimal digits",
        "\\x4g | ^0 | \\x needs two hexadecimal digits",
        "\\x-1 | ^0 | \\x needs two hexadecimal digits",
        "%s{hax} | ^2 | no such modifier; write {base64} {hex}; \\x7b writes a brace", "%s{} | ^2 | no such modifier; .*",
        "%T{hex} | ^2 | no such modifier; write {iso}; \\x7b writes a brace",
        "%s{base64 | ^2 | no such modifier; write .*",
        "%o{x} | ^2 | this token has no modifiers; \\x7b writes a brace", "%S{} | ^2 | this token has .*",
        "ä😀%q | ^2 | no such token; .*"})
    void mistake_isShownWithACaretUnderIt(String format, String caret, String message) {
        var mistake = assertThrows(UsageException.class, () -> FormatString.compile("-f", format, "s1", TerminalText.NONE));
        var lines = mistake.getMessage().split("\n");
        if (message.endsWith(".*")) {
            assertEquals(message.replace(".*", ""), lines[0].substring("-f: ".length(), "-f: ".length() + message.length() - 2));
        } else {
            assertEquals("-f: " + message, lines[0]);
        }
        assertEquals("  " + format, lines[1]);
        assertEquals("  " + " ".repeat(Integer.parseInt(caret.substring(1))) + "^", lines[2]);
    }

    @Test
    void mistake_isShownOnOneLine_whenTheFormatHasControlCharacters() {
        var e = assertThrows(UsageException.class, () -> FormatString.compile("-f", "a\r\n\t%q", "s1", TerminalText.NONE));
        assertEquals("  a\\r\\n\\t%q\n         ^", e.getMessage().split("\n", 2)[1]);
    }

    private static String print(String format, UserRecord record) throws IOException {
        var out = new ByteArrayOutputStream();
        FormatString.compile("-f", format, "s1", TerminalText.NONE).append(record, out);
        return out.toString(StandardCharsets.UTF_8);
    }
}
