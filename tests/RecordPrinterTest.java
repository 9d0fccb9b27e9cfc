package lib;

import static lib.ShardReader.Taken.ENOUGH;
import static lib.ShardReader.Taken.NONE;
import static lib.ShardReader.Taken.SOME;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RecordPrinterTest {
    private final List<String> writes = new ArrayList<>();
    private final Checkpoint checkpoint = Checkpoint.inMemory();
    private final Stdout stdout = new Stdout(new FakeChannel(bytes -> {
        writes.add(StandardCharsets.UTF_8.decode(bytes).toString());
        return bytes.limit();
    }));

    @Test
    void accept_writesABatchAtOnce() throws Exception {
        var printer = printer(null, Long.MAX_VALUE);
        assertEquals(SOME, printer.accept(batch("1", "2")));
        assertEquals(NONE, printer.accept(batch()));
        assertEquals(SOME, printer.accept(batch("3")));
        assertEquals(List.of("data 1\ndata 2\n", "data 3\n"), writes);
    }

    @Test
    void accept_notesTheLastRecordThatIsWritten() throws Exception {
        printer(null, Long.MAX_VALUE).accept(batch("1", "2"));
        assertEquals(ShardPosition.after("2"), checkpoint.get("s"));
    }

    @Test
    void accept_notesNothing_whenTheWriteFails() {
        var broken = new Stdout(new FakeChannel(bytes -> {
            throw new Failure("no space");
        }));
        var printer = new RecordPrinter(broken, new RecordFormat.Converter().convert("raw"), checkpoint, null, 9, new Log());
        assertThrows(Failure.class, () -> printer.accept(batch("1")));
        assertNull(checkpoint.get("s"));
    }

    @Test
    void accept_takesNoMoreThanTheCount() throws Exception {
        var printer = printer(null, 3);
        assertEquals(SOME, printer.accept(batch("1", "2")));
        assertEquals(ENOUGH, printer.accept(batch("3", "4")));
        assertEquals(ENOUGH, printer.accept(batch("4")));
        assertEquals("data 1\ndata 2\ndata 3\n", String.join("", writes));
        assertEquals(ShardPosition.after("3"), checkpoint.get("s"));
    }

    @Test
    void accept_movesBehindRecordsOfOtherKeys() throws Exception {
        assertEquals(NONE, printer("another", 9).accept(batch("1", "2")));
        assertEquals("", String.join("", writes));
        assertEquals(ShardPosition.after("2"), checkpoint.get("s"));
    }

    private RecordPrinter printer(String partitionKey, long count) {
        return new RecordPrinter(stdout, new RecordFormat.Converter().convert("raw"), checkpoint, partitionKey, count, new Log());
    }

    private static ShardReader.Batch batch(String... sequenceNumbers) {
        return new ShardReader.Batch("s", Stream.of(sequenceNumbers).map(FakeKinesis::record).toList(), 0L);
    }
}
