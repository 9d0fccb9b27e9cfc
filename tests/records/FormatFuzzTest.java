package lib.records;

import static lib.records.UserRecords.utf8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.Fuzz;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.UnaryOperator;
import lib.cli.TerminalText;
import lib.cli.UsageException;
import org.junit.jupiter.api.Test;

class FormatFuzzTest {
    private static final TerminalText DIMMING = new TerminalText(true, true);
    private static final String[] TEXTS = {"a", "é", "日", "😀", " ", "}", "{", "\t", "\n", "\u001b", "\u009b", "\u202e"};
    private static final String[] ESCAPES = {"\\n", "\\t", "\\r", "\\0", "\\\\", "%%"};
    private static final String ESCAPED = "\n\t\r\0\\%";

    /** A piece of a format, and the bytes that it prints to a pipe. */
    private record Piece(String format, byte[] printed) {}

    @Test
    void aFormat_printsEachOfItsPieces() {
        Fuzz.rounds(2_000, random -> {
            var record = record(random);
            var format = new StringBuilder();
            var expected = new ByteArrayOutputStream();
            for (var pieces = random.nextInt(8); pieces > 0; pieces--) {
                var piece = piece(random, record);
                format.append(piece.format());
                expected.writeBytes(piece.printed());
            }
            assertArrayEquals(expected.toByteArray(), print(format.toString(), "s1", record, TerminalText.NONE), format.toString());
        });
    }

    @Test
    void aMutatedFormat_parses_orIsAUsageErrorWithACaretUnderIt() {
        Fuzz.rounds(2_000, random -> {
            var format = mutatedFormat(random);
            try {
                FormatString.compile("-f", format, "s1", TerminalText.NONE);
            } catch (UsageException e) {
                var lines = e.getMessage().split("\n", -1);
                assertEquals(3, lines.length, e.getMessage());
                assertTrue(lines[0].startsWith("-f: "), e.getMessage());
                assertEquals("  " + TerminalText.escapeLine(format), lines[1]);
                var width = lines[1].codePointCount(0, lines[1].length());
                assertTrue(lines[2].matches(" {2,}\\^") && lines[2].length() <= width, e.getMessage());
            }
        });
    }

    @Test
    void onATerminal_onlyTheFormatsOwnControlCharacters_areLeft() {
        Fuzz.rounds(2_000, random -> {
            var format = mutatedFormat(random);
            var stream = text(random);
            var record = record(random);
            try {
                for (var terminal : new TerminalText[] {TerminalText.PLAIN, DIMMING}) {
                    assertEquals(controls(print(format, "s1", harmless(record), terminal)),
                            controls(print(format, stream, record, terminal)), format);
                }
            } catch (UsageException e) {
                // the property of the test above
            }
        });
    }

    private static Piece piece(Random random, UserRecord record) {
        var event = record.logEvent();
        return switch (random.nextInt(16)) {
            case 0 -> new Piece("%p", bytes(record.shardId()));
            case 1 -> new Piece("%o", bytes(record.sequenceNumber()));
            case 2 -> new Piece("%u", bytes(String.valueOf(record.subSequenceNumber())));
            case 3 -> new Piece("%S", bytes(String.valueOf(record.data().length)));
            case 4 -> new Piece("%t", bytes("s1"));
            case 5 -> new Piece("%n", bytes(record.source() == null ? null : String.valueOf(record.source().line())));
            case 6 -> modified(random, "%s", record.data());
            case 7 -> modified(random, "%k", bytes(record.partitionKey()));
            case 8 -> modified(random, "%h", bytes(record.explicitHashKey()));
            case 9 -> modified(random, "%g", bytes(event == null ? null : event.logGroup()));
            case 10 -> modified(random, "%l", bytes(event == null ? null : event.logStream()));
            case 11 -> modified(random, "%F", bytes(record.source() == null ? null : record.source().file()));
            case 12 -> time(random, "%T", record.arrival());
            case 13 -> time(random, "%e", event == null ? null : event.timestamp());
            case 14 -> {
                var n = random.nextInt(ESCAPES.length);
                yield new Piece(ESCAPES[n], bytes(ESCAPED.substring(n, n + 1)));
            }
            default -> {
                var text = random.nextBoolean() ? "." + TEXTS[random.nextInt(TEXTS.length)] : null; // no modifier of the token before
                var b = (byte) random.nextInt(256);
                yield text != null ? new Piece(text, bytes(text)) : new Piece("\\x%02x".formatted(b), new byte[] {b});
            }
        };
    }

    private static Piece modified(Random random, String token, byte[] value) {
        return switch (random.nextInt(3)) {
            case 0 -> new Piece(token + "{base64}", bytes(Base64.getEncoder().encodeToString(value)));
            case 1 -> new Piece(token + "{hex}", bytes(HexFormat.of().formatHex(value)));
            default -> new Piece(token, value);
        };
    }

    private static Piece time(Random random, String token, Instant time) {
        return random.nextBoolean() ? new Piece(token, bytes(time == null ? null : String.valueOf(time.toEpochMilli())))
                : new Piece(token + "{iso}", bytes(time == null ? null : time.toString().replace(":00Z", ":00.000Z")));
    }

    private static String mutatedFormat(Random random) {
        var format = new StringBuilder();
        for (var pieces = random.nextInt(6); pieces > 0; pieces--) {
            format.append(piece(random, record(random)).format());
        }
        if (random.nextInt(4) == 0) {
            return format.toString();
        }
        return new String(Fuzz.mutate(random, bytes(format.toString())), StandardCharsets.UTF_8);
    }

    /** Returns a record with anything in any field, or without it. */
    private static UserRecord record(Random random) {
        var time = Instant.ofEpochSecond(60L * random.nextInt(30_000_000));
        return new UserRecord(text(random), text(random), random.nextInt(3),
                orNull(random, text(random)), orNull(random, text(random)), orNull(random, time),
                random.nextBoolean() ? bytes(text(random)) : Fuzz.bytes(random, random.nextInt(12)),
                orNull(random, new UserRecord.LogEvent(text(random), text(random), time)),
                orNull(random, new UserRecord.Source(orNull(random, text(random)), 1)));
    }

    /** Returns the record with plain text wherever it has some. */
    private static UserRecord harmless(UserRecord record) {
        UnaryOperator<String> plain = text -> text == null || text.isEmpty() ? text : "x";
        var event = record.logEvent();
        var source = record.source();
        return new UserRecord(plain.apply(record.shardId()), plain.apply(record.sequenceNumber()), record.subSequenceNumber(),
                plain.apply(record.partitionKey()), plain.apply(record.explicitHashKey()), record.arrival(),
                record.data().length == 0 ? record.data() : bytes("x"), event == null ? null
                        : new UserRecord.LogEvent(plain.apply(event.logGroup()), plain.apply(event.logStream()), event.timestamp()),
                source == null ? null : new UserRecord.Source(plain.apply(source.file()), source.line()));
    }

    private static String text(Random random) {
        var text = new StringBuilder();
        for (var length = random.nextInt(4); length > 0; length--) {
            text.append(TEXTS[random.nextInt(TEXTS.length)]);
        }
        return text.toString();
    }

    private static <T> T orNull(Random random, T value) {
        return random.nextInt(4) == 0 ? null : value;
    }

    private static String controls(byte[] printed) {
        return new String(printed, StandardCharsets.UTF_8).codePoints().filter(TerminalText::isControl)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }

    private static byte[] print(String format, String stream, UserRecord record, TerminalText terminal) throws IOException {
        var out = new ByteArrayOutputStream();
        FormatString.compile("-f", format, stream, terminal).append(record, out);
        return out.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text == null ? new byte[0] : utf8(text);
    }
}
