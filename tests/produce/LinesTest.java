package lib.produce;

import static lib.records.UserRecords.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LinesTest {
    private final Random random = new Random();

    @Test
    void lines_areThoseThatSplitMakes_howeverTheBytesCome() throws IOException {
        for (int n = 0; n < 300; n++) {
            var delimiter = List.of("\n", "\0", "ab", "aba", "\n--\n").get(random.nextInt(5));
            var text = new StringBuilder();
            for (int length = random.nextInt(n % 10 == 0 ? 400_000 : 200); length > 0; length--) {
                text.append("ab\n-\0x".charAt(random.nextInt(6)));
            }
            var expected = new ArrayList<>(Arrays.asList(text.toString().split(Pattern.quote(delimiter), -1)));
            if (expected.get(expected.size() - 1).isEmpty()) { // what ends with a delimiter has nothing behind it
                expected.remove(expected.size() - 1);
            }
            assertEquals(expected, all(lines(text.toString(), delimiter, 1 << 20)));
        }
    }

    @Test
    void longestLine_isOne_andALongerOneIsPassedOver() throws IOException {
        for (var length : new int[] {11, 12, 13, 50, 300_000, 1_000_000}) {
            var lines = lines("0123456789\r\n" + "x".repeat(length) + "\r\nlast\r\n" + "y".repeat(length), "\r\n", 10);
            assertEquals("0123456789", new String(lines.next()));
            assertThrows(Lines.TooLong.class, lines::next, () -> length + " bytes");
            assertEquals("last", new String(lines.next()));
            assertThrows(Lines.TooLong.class, lines::next);
            assertNull(lines.next());
        }
    }

    @Test
    void interrupt_ends_withTheLinesThatHaveCome_butNoPartOfOne() throws Exception {
        var pipe = Pipe.open();
        var lines = new Lines(pipe.source(), utf8("\n"), 100);
        pipe.sink().write(ByteBuffer.wrap(utf8("one\ntwo\nthr")));
        assertEquals("one", new String(lines.next()));
        Thread.currentThread().interrupt();
        assertEquals("two", new String(lines.next()));
        assertNull(lines.next());
        Thread.interrupted();
    }

    private Lines lines(String text, String delimiter, int max) {
        InputStream in = new ByteArrayInputStream(utf8(text)) {
            @Override
            public synchronized int read(byte[] bytes, int offset, int length) {
                return super.read(bytes, offset, Math.min(length, 1 + random.nextInt(100_000)));
            }
        };
        return new Lines(Channels.newChannel(in), utf8(delimiter), max);
    }

    private static List<String> all(Lines lines) throws IOException {
        var all = new ArrayList<String>();
        for (byte[] line; (line = lines.next()) != null;) {
            all.add(new String(line));
        }
        return all;
    }
}
