package lib.produce;

import static lib.records.UserRecords.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import lib.cli.Failure;
import lib.cli.Log;
import lib.cli.UsageException;
import lib.compression.InputFile;
import lib.records.InvalidRecord;
import lib.records.UserRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Files that are packed. */
@Timeout(60)
class InputFileTest {
    private static final byte[] SKIPPABLE = {0x5f, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3};
    private static final byte[] GZIP_WITH_ALL_FIELDS = {0x1f, (byte) 0x8b, 8, 30, 0, 0, 0, 0, 0, -1, 2, 0, 'x', 'x', 'n', 0, 'c', 0, 0, 0};

    @TempDir Path folder;

    @Test
    void packedFile_isRefused_unlessItIsToBeUnpacked_orPutAsItIs() throws Exception {
        var plain = file(utf8("a\n"));
        for (var packed : Map.of("gzip", gzip("a\n"), "zstd", zstd("a\n")).entrySet()) {
            var file = file(packed.getValue());
            refused("'" + file + "' is " + packed.getKey() + "; --decode auto unpacks it", file);
            refused("'" + file + "' is " + packed.getKey() + "; --decode auto unpacks it", plain, file, "--gzip");
            assertEquals(packed.getValue().length, records(file, "--whole").next().data().length);
            assertThrows(InvalidRecord.class, records(file, "--base64")::next);
            assertEquals(List.of("a"), lines(file, "--decode", packed.getKey()));
            assertEquals("a\n", new String(records(file, "--decode", "auto", "--whole").next().data()));
        }
        assertEquals(List.of(), lines(file(new byte[0]), "--decode", "gzip"));
        refused("'" + plain + "' is not gzip; --decode auto reads unpacked files unchanged", plain, "--decode", "gzip");
        var gzip = file(gzip("a"));
        refused("'" + gzip + "' is not zstd; --decode auto reads unpacked files unchanged", gzip, "--decode", "zstd");
        refused("'" + file(SKIPPABLE) + "' is zstd; --decode auto unpacks it", file(SKIPPABLE));
    }

    @Test
    void parts_areUnpackedOneAfterTheOther() throws Exception {
        assertEquals(List.of("one", "two"), lines(file(concat(gzip("o"), gzip(""), gzip("ne\n"), gzip("two"))), "--decode", "auto"));
        var frames = concat(SKIPPABLE, zstd("o"), zstd(""), SKIPPABLE, zstd("ne\ntwo"));
        assertEquals(List.of("one", "two"), lines(file(frames), "--decode", "auto"));
        var deflated = Arrays.copyOfRange(gzip("one"), 10, gzip("one").length);
        assertEquals(List.of("one"), lines(file(concat(GZIP_WITH_ALL_FIELDS, deflated)), "--decode", "gzip"));
        var empty = new byte[50_000][];
        Arrays.fill(empty, gzip(""));
        assertEquals(List.of(), lines(file(concat(empty)), "--decode", "auto"));
    }

    @Test
    void auto_takesTheRestAsItIs() throws Exception {
        for (var text : List.of("", "\n", "\u001f", "(", "P", "P*M", "P*M\n", "_\n", "text")) {
            assertEquals(text.lines().toList(), lines(file(utf8(text)), "--decode", "auto"));
            assertEquals(text.lines().toList(), lines(file(utf8(text))));
        }
        assertEquals(List.of("one", "two", "three"),
                lines(file(gzip("one\n")), file(utf8("two")), file(zstd("three")), "--decode", "auto"));
    }

    @Test
    void damagedFile_hasTheLinesBefore_andThenAnErrorThatNamesTheNext() throws Exception {
        var expected = IntStream.range(0, 5_000).mapToObj(n -> "line " + n * 7919L % 100_003).toList();
        var text = String.join("\n", expected) + "\n";
        for (var codec : List.of("gzip", "zstd")) {
            var half = text.length() / 2;
            var packed = codec.equals("gzip") ? concat(gzip(text.substring(0, half)), gzip(text.substring(half)))
                    : concat(zstd(text.substring(0, half)), zstd(text.substring(half)));
            var random = new Random(1);
            for (int n = 0; n < 100; n++) {
                var at = n < 50 ? packed.length - 1 - n : 100 + random.nextInt(packed.length - 100);
                var lines = fails(codec, Arrays.copyOf(packed, at), "the data ends too early");
                assertEquals(expected.subList(0, lines.size()), lines);
                var bad = packed.clone();
                bad[at] ^= 0x55;
                if (!isUnpackedTo(expected, codec, bad)) { // not every bit matters
                    fails(codec, bad, ".+"); // a checksum is behind the lines
                }
            }
            assertEquals(expected, fails(codec, concat(packed, utf8("more")), ".+"));
            assertEquals(expected, fails(codec, concat(packed, new byte[1]), ".+"));
        }
    }

    private boolean isUnpackedTo(List<String> expected, String codec, byte[] packed) throws Exception {
        try {
            return lines(file(packed), "--decode", codec).equals(expected);
        } catch (Failure e) {
            return false;
        }
    }

    /** Returns the lines before the failure. */
    private List<String> fails(String codec, byte[] packed, String why) throws Exception {
        var file = file(packed);
        var records = records(file, "--decode", codec);
        var lines = new ArrayList<String>();
        var failure = assertThrows(Failure.class, () -> {
            for (UserRecord record; (record = records.next()) != null;) {
                lines.add(new String(record.data()));
            }
        });
        var message = failure.getMessage();
        assertTrue(message.matches(file + " line " + (lines.size() + 1) + ": " + codec + ": " + why), message);
        return lines;
    }

    @Test
    void whatIsFlushedIntoAPipe_comesAtOnce_andAnInterruptEndsWithIt() throws Exception {
        for (var packing : List.<Packing>of(out -> new GZIPOutputStream(out, true), ZstdOutputStream::new)) {
            var pipe = Pipe.open();
            var sink = new FilterOutputStream(Channels.newOutputStream(pipe.sink())) {
                @Override
                public void close() {} // more parts follow
            };
            var out = packing.on(sink);
            flush(out, "one\ntw");
            var file = new InputFile(pipe.source());
            file.unpack();
            var lines = new Lines(file, utf8("\n"), 100);
            assertEquals("one", new String(lines.next()));
            flush(out, "o\n");
            assertEquals("two", new String(lines.next()));
            out.close();
            flush(packing.on(sink), "three\nfour\nfi");
            assertEquals("three", new String(lines.next()));
            Thread.currentThread().interrupt();
            assertEquals("four", new String(lines.next()));
            assertNull(lines.next());
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    void position_isThatInThePackedFile() throws Exception {
        var random = new Random(1);
        var text = random.ints(200_000, 'a', 'z').mapToObj(Character::toString).collect(Collectors.joining("\n"));
        var one = file(gzip(text));
        var two = file(zstd(text));
        var records = records(one, two, "--decode", "auto");
        var last = 0L;
        while (records.next() != null) {
            assertTrue(records.position() >= last);
            last = records.position();
        }
        assertEquals(Files.size(Path.of(one)) + Files.size(Path.of(two)), records.position());
    }

    private static void flush(OutputStream out, String text) throws IOException {
        out.write(utf8(text));
        out.flush();
    }

    private void refused(String message, String... filesAndOptions) {
        assertEquals(message, assertThrows(UsageException.class, () -> records(filesAndOptions)).getMessage());
    }

    private List<String> lines(String... filesAndOptions) throws Exception {
        var lines = new ArrayList<String>();
        var records = records(filesAndOptions);
        for (UserRecord record; (record = records.next()) != null;) {
            lines.add(new String(record.data()));
        }
        return lines;
    }

    private RecordSource records(String... filesAndOptions) {
        var files = Arrays.stream(filesAndOptions).takeWhile(name -> name.startsWith("/")).toList();
        return CommandLine.populateCommand(new InputOptions(), Arrays.copyOfRange(filesAndOptions, files.size(), filesAndOptions.length))
                .records(files, new Log());
    }

    /** By its content. */
    private String file(byte[] content) throws IOException {
        return Files.write(folder.resolve("file" + Arrays.hashCode(content)), content).toString();
    }

    private interface Packing {
        OutputStream on(OutputStream out) throws IOException;
    }

    private static byte[] gzip(String text) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(packed)) {
            out.write(utf8(text));
        }
        return packed.toByteArray();
    }

    private static byte[] zstd(String text) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var out = new ZstdOutputStream(packed).setChecksum(true)) {
            out.write(utf8(text));
        }
        return packed.toByteArray();
    }

    private static byte[] concat(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (var part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
