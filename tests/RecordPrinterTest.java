package lib;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordPrinterTest {
    @Test
    void accept_writesABatchAtOnce() throws Exception {
        var writes = new ArrayList<String>();
        var stdout = new Stdout(new FakeChannel(bytes -> {
            writes.add(StandardCharsets.UTF_8.decode(bytes).toString());
            return bytes.limit();
        }));
        var printer = new RecordPrinter(stdout, new RecordFormat.Converter().convert("raw"), new Log());
        printer.accept("s", List.of(FakeKinesis.record("1"), FakeKinesis.record("2")));
        printer.accept("s", List.of());
        printer.accept("s", List.of(FakeKinesis.record("3")));
        assertEquals(List.of("data 1\ndata 2\n", "data 3\n"), writes);
    }
}
