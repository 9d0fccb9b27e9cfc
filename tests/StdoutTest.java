package lib;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StdoutTest {
    @Test
    void write_writesEverything_toAPipeThatIsFullAtTimes() throws Exception {
        var written = new StringBuilder();
        var calls = new AtomicInteger();
        var stdout = new Stdout(new FakeChannel(bytes -> {
            if (calls.incrementAndGet() % 2 == 0) {
                return 0;
            }
            written.append((char) bytes.get());
            return 1;
        }));
        stdout.println("a line");
        assertEquals("a line\n", written.toString());
    }
}
