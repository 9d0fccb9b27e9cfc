package lib.produce;

import static lib.records.UserRecords.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import fake.FakeChannel;
import fake.FakeShards;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import lib.cli.Log;
import lib.cli.Stdout;
import lib.cli.TerminalText;
import lib.kinesis.Distribution;
import lib.records.FormatString;
import lib.records.InvalidRecord;
import lib.records.JsonRecordParser;
import lib.records.RecordFormat;
import lib.records.UserRecord;
import lib.write.RecordLimits;
import lib.write.RecordWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DeliveryReportTest {
    private static final RecordFormat LINE = FormatString.compile("-f", "%n\\n", "s1", TerminalText.NONE);

    @TempDir Path folder;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final Stdout stdout = new Stdout(new FakeChannel(bytes -> {
        var n = bytes.remaining();
        var copy = new byte[n];
        bytes.get(copy);
        printed.writeBytes(copy);
        return n;
    }));

    @Test
    void everyLine_isEitherStoredAndPrinted_orInTheFile() throws Exception {
        var lines = IntStream.rangeClosed(1, 2_000).mapToObj(n -> n % 50 == 0 ? "no key" : "key" + n + ":line")
                .collect(Collectors.joining("\n"));
        var input = Files.writeString(folder.resolve("input"), lines);
        var kinesis = new FakeShards(2).failing(0.6).timingOut(0.1).limited();
        var file = folder.resolve("failed");
        try (var failed = new FailedRecords(file);
                var source = CommandLine.populateCommand(new InputOptions(), "-K", ":").records(List.of(input.toString()), new Log())) {
            var report = new DeliveryReport(stdout, LINE, true, failed, false, new Log());
            var settings = new RecordWriter.Settings(kinesis, false, false, 4, Duration.ofMillis(10), Duration.ofSeconds(1), new Log());
            new Producer(source, new RecordLimits(1 << 20, Distribution.BY_KEY), new RecordWriter(settings, report), report, new Log())
                    .run(new Producer.Limits(Long.MAX_VALUE, null, null), new Progress(List.of(), false, new Log()));
            assertEquals(2_000, report.undelivered() + numbers(printed.toString()).size());
            assertTrue(report.undelivered() > 40, report.undelivered() + " records");
        }
        var seen = numbers(printed.toString());
        var storedKeys = kinesis.stored().stream().map(FakeShards.Stored::partitionKey).collect(Collectors.toSet());
        seen.forEach(n -> assertTrue(storedKeys.contains("key" + n)));
        for (var line : Files.readAllLines(file)) {
            var fields = JSON.std.mapFrom(line);
            assertTrue(seen.add((Integer) fields.get("line")), line);
            assertEquals((Integer) fields.get("line") % 50 == 0 ? "no key" : "line", fields.getOrDefault("data", fields.get("input")));
        }
        assertEquals(2_000, seen.size());
    }

    @Test
    void file_isReadOnlyByItsOwner_whenItIsNew_andElseKeepsItsMode() throws IOException {
        var file = folder.resolve("new");
        var link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("target"));
        var old = Files.createFile(folder.resolve("old"));
        Files.setPosixFilePermissions(old, PosixFilePermissions.fromString("rw-r--r--"));
        for (var path : List.of(file, link, old)) {
            new FailedRecords(path).close();
        }
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(link)));
        assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(old)));
    }

    @Test
    void file_isAddedTo_onALineOfItsOwn() throws IOException {
        var file = Files.writeString(folder.resolve("failed"), "{\"data\":\"old\"}");
        try (var failed = new FailedRecords(file)) {
            failed.add(record(1), "why");
        }
        var added = "{\"file\":\"f\",\"line\":1,\"error\":\"why\",\"partitionKey\":\"key\",\"data\":\"data\"}";
        assertEquals(List.of("{\"data\":\"old\"}", added), Files.readAllLines(file));
    }

    @Test
    void file_hasRecordsWithoutAKeyAsRecords_andOnlyWhatIsNoneAsInput() throws Exception {
        var file = folder.resolve("failed");
        var report = new DeliveryReport(stdout, LINE, false, new FailedRecords(file), false, new Log());
        var source = new UserRecord.Source("f", 1);
        report.undelivered(UserRecord.of(source, null, null, utf8("data")), "why");
        report.unreadable(new InvalidRecord(source, utf8("line"), "no JSON"));
        report.unreadable(new InvalidRecord(source, null, "too long"));
        assertEquals(List.of("{\"file\":\"f\",\"line\":1,\"error\":\"why\",\"partitionKey\":null,\"data\":\"data\"}",
                "{\"file\":\"f\",\"line\":1,\"error\":\"no JSON\",\"input\":\"line\"}"), Files.readAllLines(file));
        assertEquals(3, report.undelivered());
        assertNull(JsonRecordParser.parse(source, utf8(Files.readAllLines(file).get(0))).partitionKey());
    }

    @Test
    void fileThatCannotBeWrittenAnyMore_endsTheRun() throws Exception {
        var failed = new FailedRecords(folder.resolve("failed"));
        var report = new DeliveryReport(stdout, LINE, false, failed, false, new Log());
        failed.close();
        assertFalse(report.isOver());
        report.undelivered(record(1), "a test");
        assertTrue(report.isOver());
        assertTrue(report.failure().getMessage().startsWith("--failed: cannot write to "));
    }

    @Test
    void file_isOfOneRun() throws IOException {
        var file = folder.resolve("failed");
        try (var failed = new FailedRecords(file)) {
            assertThrows(RuntimeException.class, () -> new FailedRecords(file));
        }
    }

    private static UserRecord record(long line) {
        return UserRecord.of(new UserRecord.Source("f", line), "key", null, utf8("data"));
    }

    private static HashSet<Integer> numbers(String lines) {
        return lines.lines().map(Integer::valueOf).collect(Collectors.toCollection(HashSet::new));
    }
}
