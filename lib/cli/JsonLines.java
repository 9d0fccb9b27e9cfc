package lib.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HexFormat;
import java.util.stream.IntStream;

/** JSON as shell tools read it: one object a line, in which nothing commands the terminal that may show it. */
public final class JsonLines {
    public static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES) // which names that collide break, and we read any
            .build().setCharacterEscapes(new Escapes())
            .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
            .disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM)
            .enable(JsonGenerator.Feature.COMBINE_UNICODE_SURROGATES_IN_UTF8); // or grep would not find an emoji

    private JsonLines() {}

    /** Whether it has no half of a surrogate pair, which JSON can escape and UTF-8 cannot hold. */
    public static boolean isUnicode(String text) {
        return text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }

    /** Writes the field unless its value, a string or a number, is null. */
    public static void writeIfPresent(JsonGenerator json, String field, Object value) throws IOException {
        if (value != null) {
            json.writeObjectField(field, value);
        }
    }

    /** The fields of an object. */
    public interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    /** Appends an object with these fields and a newline, in UTF-8. */
    public static void append(OutputStream out, Fields fields) throws IOException {
        object(out, fields);
        out.write('\n');
    }

    /** Appends an object with these fields, in UTF-8 and on one line. */
    public static void object(OutputStream out, Fields fields) throws IOException {
        try (var json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        }
    }

    /** Escapes what JSON must escape, and the characters of {@link TerminalText#isControl}. */
    private static final class Escapes extends CharacterEscapes {
        private static final int AFTER_LAST = 0x206a;
        private static final HexFormat HEX = HexFormat.of().withUpperCase();
        private static final SerializableString[] CONTROLS = IntStream.range(0, AFTER_LAST)
                .mapToObj(c -> TerminalText.isControl(c) ? new SerializedString("\\u" + HEX.toHexDigits((char) c)) : null)
                .toArray(SerializableString[]::new);

        @Override
        public int[] getEscapeCodesForAscii() {
            var codes = standardAsciiEscapesForJSON();
            codes[0x7f] = ESCAPE_STANDARD;
            return codes;
        }

        @Override
        public SerializableString getEscapeSequence(int character) {
            return character < AFTER_LAST ? CONTROLS[character] : null;
        }
    }
}
