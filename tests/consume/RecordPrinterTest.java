package lib.consume;

import static lib.read.ShardReader.Taken.ENOUGH;
import static lib.read.ShardReader.Taken.NONE;
import static lib.read.ShardReader.Taken.SOME;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.FakeChannel;
import fake.FakeKinesis;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import lib.cli.Failure;
import lib.cli.Log;
import lib.cli.Stdout;
import lib.cli.TerminalText;
import lib.positions.Checkpoint;
import lib.positions.ShardPosition;
import lib.read.ShardReader;
import lib.records.FormatString;
import lib.records.JsonFormat;
import lib.records.RecordFormat;
import lib.records.Unpacking;
import lib.records.UserRecord;
import org.junit.jupiter.api.Test;

class RecordPrinterTest {
    private static final RecordFormat RAW = FormatString.compile("-f", "%s\\n", "s1", TerminalText.NONE);

    private static final Unpacking FIVE_PARTS = new Unpacking("five", record -> IntStream.range(0, 5).mapToObj(n ->
            new UserRecord(record.shardId(), record.sequenceNumber(), n, "key", null, null,
                    (record.sequenceNumber() + "." + n).getBytes(StandardCharsets.UTF_8), null, null)).toList());

    private final List<String> writes = new ArrayList<>();
    private final Checkpoint checkpoint = Checkpoint.inMemory();
    private Unpacking unpacking = new Unpacking("none", List::of);
    private final Stdout stdout = new Stdout(new FakeChannel(bytes -> {
        writes.add(StandardCharsets.UTF_8.decode(bytes).toString());
        return bytes.limit();
    }));

    @Test
    void accept_writesABatchAtOnce() throws Exception {
        var printer = printer(Long.MAX_VALUE);
        assertEquals(SOME, printer.accept(batch("1", "2")));
        assertEquals(NONE, printer.accept(batch()));
        assertEquals(SOME, printer.accept(batch("3")));
        assertEquals(List.of("data 1\ndata 2\n", "data 3\n"), writes);
    }

    @Test
    void stopWhen_whileARecordIsWritten_beginsNoOther_untilItGoesOn() throws Exception {
        // Record 3 needs no write.
        unpacking = new Unpacking("not 3", record -> record.sequenceNumber().equals("3") ? List.of() : List.of(record));
        var isOver = new AtomicBoolean();
        var channel = new FakeChannel(bytes -> {
            writes.add(StandardCharsets.UTF_8.decode(bytes).toString());
            isOver.set(true);
            return bytes.limit();
        });
        RecordFormat format = (record, out) -> out.write("x".repeat(5_000).getBytes(StandardCharsets.UTF_8));
        var printer = new RecordPrinter(new Stdout(channel), unpacking, format, checkpoint, Long.MAX_VALUE, new Log());
        printer.stopWhen(isOver::get);
        printer.accept(batch("1", "2", "3"));
        printer.accept(batch("2", "3"));
        assertEquals("x".repeat(5_000), String.join("", writes));
        assertEquals(ShardPosition.after("1"), checkpoint.get("s"));
        isOver.set(false);
        printer.accept(batch("2"));
        assertEquals("x".repeat(10_000), String.join("", writes));
        assertEquals(ShardPosition.after("2"), checkpoint.get("s"));
    }

    @Test
    void accept_writesAVeryLongRecordWhileItIsMade_andNotesItWhenItIsOut() throws Exception {
        var positions = new ArrayList<ShardPosition>();
        var printer = new RecordPrinter(new Stdout(new FakeChannel(bytes -> {
            writes.add(StandardCharsets.UTF_8.decode(bytes).toString());
            positions.add(checkpoint.get("s"));
            return bytes.limit();
        })), unpacking, (record, out) -> {
            for (var part = 0; part < 30; part++) {
                out.write("x".repeat(100_000).getBytes(StandardCharsets.UTF_8));
            }
        }, checkpoint, 9, new Log());
        printer.accept(batch("1", "2"));
        assertEquals("x".repeat(6_000_000), String.join("", writes));
        assertEquals(Set.of(ShardPosition.after("1")), positions.stream().filter(Objects::nonNull).collect(Collectors.toSet()));
        assertNull(positions.get(positions.size() / 2 - 1));
        assertEquals(ShardPosition.after("2"), checkpoint.get("s"));
    }

    @Test
    void accept_writesNothingMore_afterAWriteOfAVeryLongRecordHasFailed() {
        var full = new Stdout(new FakeChannel(bytes -> {
            if (writes.size() == 3) {
                throw new Failure("no space");
            }
            writes.add("");
            return bytes.limit();
        }));
        var printer = new RecordPrinter(full, unpacking, (record, out) -> {
            // Closing writes the rest of the buffer, as a JSON generator does.
            try (var buffered = new BufferedOutputStream(out, 1 << 16)) {
                for (var part = 0; part < 300; part++) {
                    buffered.write(new byte[10_000]);
                }
            }
        }, checkpoint, 9, new Log());
        assertThrows(Failure.class, () -> printer.accept(batch("1")));
        assertEquals(3, writes.size());
        assertNull(checkpoint.get("s"));
    }

    @Test
    void accept_keepsOthersFromStdout_untilAVeryLongRecordIsOut() throws Exception {
        var other = new CompletableFuture<Void>();
        var printer = new RecordPrinter(stdout, unpacking, (record, out) -> {
            out.write(new byte[2_000_000]);
            out.write(new byte[1]);
            var thread = new Thread(() -> {
                try {
                    stdout.println("other");
                    other.complete(null);
                } catch (IOException e) {
                    other.completeExceptionally(e);
                }
            });
            thread.start();
            while (thread.getState() == Thread.State.NEW || thread.getState() == Thread.State.RUNNABLE) {
                Thread.onSpinWait(); // until it waits, or has ended
            }
            out.write("end\n".getBytes(StandardCharsets.UTF_8));
        }, checkpoint, 9, new Log());
        printer.accept(batch("1"));
        other.get(10, TimeUnit.SECONDS);
        assertTrue(String.join("", writes).endsWith("end\nother\n"));
    }

    @Test
    void accept_notesTheLastRecordThatIsWritten() throws Exception {
        printer(Long.MAX_VALUE).accept(batch("1", "2"));
        assertEquals(ShardPosition.after("2"), checkpoint.get("s"));
    }

    @Test
    void accept_notesNothing_whenTheWriteFails() {
        var broken = new Stdout(new FakeChannel(bytes -> {
            throw new Failure("no space");
        }));
        var printer = new RecordPrinter(broken, unpacking, RAW, checkpoint, 9, new Log());
        assertThrows(Failure.class, () -> printer.accept(batch("1")));
        assertNull(checkpoint.get("s"));
    }

    @Test
    void accept_takesNoMoreThanTheCount() throws Exception {
        var printer = printer(3);
        assertEquals(SOME, printer.accept(batch("1", "2")));
        assertEquals(ENOUGH, printer.accept(batch("3", "4")));
        assertEquals(ENOUGH, printer.accept(batch("4")));
        assertEquals("data 1\ndata 2\ndata 3\n", String.join("", writes));
        assertEquals(ShardPosition.after("3"), checkpoint.get("s"));
    }

    @Test
    void accept_movesBehindRecordsOfWhichNothingIsPrinted() throws Exception {
        unpacking = new Unpacking("another key", record -> List.of());
        assertEquals(NONE, printer(9).accept(batch("1", "2")));
        assertEquals("", String.join("", writes));
        assertEquals(ShardPosition.after("2"), checkpoint.get("s"));
    }

    @Test
    void accept_takesNoMoreThanTheCount_ofAnAggregate_andGoesOnInIt() throws Exception {
        unpacking = FIVE_PARTS;
        assertEquals(ENOUGH, printer(2).accept(batch("1")));
        assertEquals(within("1", 1), checkpoint.get("s"));
        assertEquals(ENOUGH, printer(2).accept(batch("1", "2")));
        assertEquals(within("1", 3), checkpoint.get("s"));
        assertEquals(ENOUGH, printer(1).accept(batch("1", "2")));
        assertEquals(ShardPosition.after("1"), checkpoint.get("s"));
        assertEquals("1.0\n1.1\n1.2\n1.3\n1.4\n", String.join("", writes));
    }

    @Test
    void accept_notesHowFarItIsInAnAggregate_whenItWritesItInPieces() throws Exception {
        unpacking = new Unpacking("five", record -> IntStream.range(0, 5).mapToObj(n -> record.with(new byte[700_000])).toList());
        var positions = new ArrayList<ShardPosition>();
        var noting = new Stdout(new FakeChannel(bytes -> {
            positions.add(checkpoint.get("s"));
            return bytes.limit();
        }));
        new RecordPrinter(noting, unpacking, RAW, checkpoint, 10, new Log()).accept(batch("1", "2"));
        assertEquals(Arrays.asList(null, within("1", 0), within("1", 1), within("1", 2), within("1", 3), ShardPosition.after("1"),
                within("2", 0), within("2", 1), within("2", 2), within("2", 3)), positions.stream().distinct().toList());
        assertEquals(ShardPosition.after("2"), checkpoint.get("s"));
    }

    @Test
    void accept_printsTheWholeRecordAgain_whenItIsUnpackedOtherwiseThanBefore() throws Exception {
        checkpoint.set("s", ShardPosition.within("1", 1, "two in the first of three"));
        unpacking = FIVE_PARTS;
        printer(9).accept(batch("1"));
        assertEquals("1.0\n1.1\n1.2\n1.3\n1.4\n", String.join("", writes));
    }

    @Test
    void accept_writesABatchAtOnce_alsoAsJson() throws Exception {
        new RecordPrinter(stdout, unpacking, new JsonFormat(false), checkpoint, 9, new Log()).accept(batch("1", "2"));
        assertEquals(1, writes.size());
    }

    private static ShardPosition within(String sequenceNumber, long part) {
        return ShardPosition.within(sequenceNumber, part, "five");
    }

    private RecordPrinter printer(long count) {
        return new RecordPrinter(stdout, unpacking, RAW, checkpoint, count, new Log());
    }

    private static ShardReader.Batch batch(String... sequenceNumbers) {
        return new ShardReader.Batch("s", Stream.of(sequenceNumbers).map(FakeKinesis::record).toList(), 0L);
    }
}
