package lib.records;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import lib.cli.TerminalText;
import lib.cli.UsageException;

/** Compiles what {@code -f} takes: text with tokens for what is known of a record, as kcat does it, and escapes. */
public final class FormatString {
    /** How many bytes are encoded together: a multiple of three, which Base64 encodes without a rest. */
    private static final int CHUNK = 3 << 14;

    private final String option;
    private final String format;
    private final byte[] stream;
    private final TerminalText terminal;
    private final List<RecordFormat> parts = new ArrayList<>();
    private final ByteArrayOutputStream literal = new ByteArrayOutputStream();
    private int at;

    private FormatString(String option, String format, String stream, TerminalText terminal) {
        this.option = option;
        this.format = format;
        this.stream = utf8(stream);
        this.terminal = terminal;
    }

    /**
     * @param stream its name
     * @throws UsageException when something in the format is not known: where, and what would be
     */
    public static RecordFormat compile(String option, String format, String stream, TerminalText terminal) {
        return new FormatString(option, format, stream, terminal).compile();
    }

    /** The text, which has escapes and no tokens. */
    public static byte[] unescape(String option, String text) {
        var string = new FormatString(option, text, null, TerminalText.NONE);
        while (string.at < text.length()) {
            string.text();
        }
        return string.literal.toByteArray();
    }

    private RecordFormat compile() {
        while (at < format.length()) {
            if (format.charAt(at) == '%' && !format.startsWith("%%", at)) {
                endLiteral();
                parts.add(token());
            } else {
                at += format.startsWith("%%", at) ? 1 : 0;
                text();
            }
        }
        endLiteral();
        return RecordFormat.of(parts);
    }

    private void endLiteral() {
        if (literal.size() > 0) {
            parts.add(RecordFormat.literal(literal.toByteArray()));
            literal.reset();
        }
    }

    /** Adds a character, or what an escape stands for. */
    private void text() {
        if (format.charAt(at) != '\\') {
            var end = format.offsetByCodePoints(at, 1);
            literal.writeBytes(utf8(format.substring(at, end)));
            at = end;
            return;
        }
        var escape = at + 1 < format.length() ? format.charAt(at + 1) : ' ';
        switch (escape) {
            case 'n' -> literal.write('\n');
            case 't' -> literal.write('\t');
            case 'r' -> literal.write('\r');
            case '0' -> literal.write(0);
            case '\\' -> literal.write('\\');
            case 'x' -> literal.write(hex());
            default -> throw error("no such escape; write \\n \\t \\r \\0 \\xHH and \\\\");
        }
        at += escape == 'x' ? 4 : 2;
    }

    private int hex() {
        var end = at + 4;
        if (end > format.length() || !format.substring(at + 2, end).chars().allMatch(HexFormat::isHexDigit)) {
            throw error("\\x needs two hexadecimal digits");
        }
        return HexFormat.fromHexDigits(format, at + 2, end);
    }

    private RecordFormat token() {
        var forms = at + 1 < format.length() ? forms(format.charAt(at + 1)) : null;
        if (forms == null) {
            throw error("no such token; write %s %k %p %o %u %T %S %t %h %g %l %e %n %F and %%");
        }
        at += 2;
        if (!format.startsWith("{", at)) {
            return forms.get("");
        }
        var end = format.indexOf('}', at);
        var form = end <= at + 1 ? null : forms.get(format.substring(at + 1, end));
        if (form == null) {
            var names = forms.keySet().stream().filter(name -> !name.isEmpty()).map(name -> "{" + name + "}").toList();
            throw error((names.isEmpty() ? "this token has no modifiers" : "no such modifier; write " + String.join(" ", names))
                    + "; \\x7b writes a brace");
        }
        at = end + 1;
        return form;
    }

    /** What a letter stands for, by modifier; null when it is none. */
    private Map<String, RecordFormat> forms(char letter) {
        return switch (letter) {
            case 's' -> bytes(UserRecord::data);
            case 'k' -> text(UserRecord::partitionKey);
            case 'h' -> text(UserRecord::explicitHashKey);
            case 'g' -> text(record -> record.logEvent() == null ? null : record.logEvent().logGroup());
            case 'l' -> text(record -> record.logEvent() == null ? null : record.logEvent().logStream());
            case 'T' -> time(UserRecord::arrival);
            case 'e' -> time(record -> record.logEvent() == null ? null : record.logEvent().timestamp());
            case 'p' -> plain(record -> terminal.dim(utf8(record.shardId())));
            case 'o' -> plain(record -> terminal.show(utf8(record.sequenceNumber())));
            case 'u' -> plain(record -> utf8(String.valueOf(record.subSequenceNumber())));
            case 'S' -> plain(record -> utf8(String.valueOf(record.data().length)));
            case 't' -> plain(record -> terminal.show(stream));
            case 'n' -> plain(record -> utf8(record.source() == null ? null : String.valueOf(record.source().line())));
            case 'F' -> text(record -> record.source() == null ? null : record.source().file());
            default -> null;
        };
    }

    private Map<String, RecordFormat> bytes(Function<UserRecord, byte[]> value) {
        return new TreeMap<>(Map.of(
                "", (record, out) -> out.write(terminal.show(value.apply(record))),
                "base64", (record, out) -> encode(value.apply(record), Base64.getEncoder()::encode, out),
                "hex", (record, out) -> encode(value.apply(record), bytes -> utf8(HexFormat.of().formatHex(bytes)), out)));
    }

    private static void encode(byte[] bytes, UnaryOperator<byte[]> encoding, OutputStream out) throws IOException {
        for (int from = 0; from < bytes.length; from += CHUNK) {
            out.write(encoding.apply(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + CHUNK))));
        }
    }

    private Map<String, RecordFormat> text(Function<UserRecord, String> value) {
        return bytes(record -> utf8(value.apply(record)));
    }

    private static Map<String, RecordFormat> time(Function<UserRecord, Instant> value) {
        return Map.of(
                "", (record, out) -> out.write(utf8(millis(value.apply(record)))),
                "iso", (record, out) -> out.write(utf8(UserRecord.iso(value.apply(record)))));
    }

    private static String millis(Instant time) {
        return time == null ? null : String.valueOf(time.toEpochMilli());
    }

    private static Map<String, RecordFormat> plain(Function<UserRecord, byte[]> value) {
        return Map.of("", (record, out) -> out.write(value.apply(record)));
    }

    /** What is not there is empty. */
    private static byte[] utf8(String text) {
        return text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
    }

    /** With a caret under the character at fault. */
    private UsageException error(String message) {
        var before = TerminalText.escapeLine(format.substring(0, at));
        return new UsageException("%s: %s%n  %s%n  %s^".formatted(option, message, before + TerminalText.escapeLine(format.substring(at)),
                " ".repeat(before.codePointCount(0, before.length()))));
    }
}
