package lib.cli;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * How text that is not ours is shown to a person: records, and what an endpoint answers. It may not command the terminal: erase what was
 * printed, set its title, or reorder text (CVE-2021-25743, CVE-2021-42574). A reader of a pipe gets the bytes.
 *
 * @param escapes control characters
 * @param dims    shard ids, and rows of closed shards
 */
public record TerminalText(boolean escapes, boolean dims) {
    /** Nothing is changed. */
    public static final TerminalText NONE = new TerminalText(false, false);

    /** Escapes and does not dim. */
    public static final TerminalText PLAIN = new TerminalText(true, false);

    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] DIM = {0x1b, '[', '2', 'm'}; // ECMA-48, Select Graphic Rendition
    private static final byte[] NORMAL = {0x1b, '[', '2', '2', 'm'};

    /**
     * What stdout calls for.
     *
     * @param rawControl control characters stay as they are on a terminal, too
     */
    public static TerminalText stdout(boolean rawControl) {
        if (!OpenFile.STDOUT.isTerminal()) {
            return NONE;
        }
        var noColor = System.getenv("NO_COLOR"); // see no-color.org
        return new TerminalText(!rawControl, (noColor == null || noColor.isEmpty()) && !"dumb".equals(System.getenv("TERM")));
    }

    /** Whether a terminal takes it for a command: C0 but newline and tab, DEL, C1, and Unicode's Bidi_Control. */
    public static boolean isControl(int character) {
        return Character.isISOControl(character) && character != '\n' && character != '\t'
                || character == 0x061c || character == 0x200e || character == 0x200f
                || character >= 0x202a && character <= 0x202e || character >= 0x2066 && character <= 0x2069;
    }

    /** The text with what is no text escaped: {@code \r}, {@code \x1b}, {@code \}{@code u202e}. */
    public byte[] show(byte[] text) {
        if (!escapes || isPlain(text)) {
            return text;
        }
        var in = ByteBuffer.wrap(text);
        var out = CharBuffer.allocate(text.length);
        var decoder = StandardCharsets.UTF_8.newDecoder();
        var shown = new StringBuilder();
        while (true) {
            var result = decoder.decode(in, out, true);
            escape(out.flip(), shown);
            out.clear();
            if (!result.isError()) {
                return shown.toString().getBytes(StandardCharsets.UTF_8);
            }
            for (int i = 0; i < result.length(); i++) {
                shown.append("\\x").append(HEX.toHexDigits(in.get()));
            }
        }
    }

    /** Returns a cell of a table, in which newline and tab are escaped, too. */
    String cell(String text) {
        return escapes ? escapeLine(text) : text;
    }

    public static String escapeLine(String text) {
        return escape(text).replace("\n", "\\n").replace("\t", "\\t");
    }

    static String escape(CharSequence text) {
        var escaped = new StringBuilder();
        escape(text, escaped);
        return escaped.toString();
    }

    private static void escape(CharSequence text, StringBuilder shown) {
        text.chars().forEach(c -> {
            if (!isControl(c)) {
                shown.append((char) c);
            } else if (c == '\r') {
                shown.append("\\r");
            } else {
                shown.append(c < 0x80 ? "\\x" + HEX.toHexDigits((byte) c) : "\\u" + HEX.toHexDigits((char) c));
            }
        });
    }

    private static boolean isPlain(byte[] text) {
        for (var b : text) {
            if (b < ' ' && b != '\n' && b != '\t' || b == 0x7f) { // what is negative is not ASCII
                return false;
            }
        }
        return true;
    }

    /** {@link #show}, dimmed. */
    public byte[] dim(byte[] text) {
        var shown = show(text);
        return dims ? ByteBuffer.allocate(DIM.length + shown.length + NORMAL.length).put(DIM).put(shown).put(NORMAL).array() : shown;
    }
}
