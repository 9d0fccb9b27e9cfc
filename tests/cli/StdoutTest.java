package lib.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import fake.FakeChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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

    @Test
    @Timeout(30)
    void standstill_isHowLongTheWriteUnderWayHasTakenNothing() throws Exception {
        var reads = new Semaphore(0);
        var stdout = new Stdout(new FakeChannel(bytes -> {
            reads.acquireUninterruptibly();
            return bytes.remaining();
        }));
        assertEquals(Duration.ZERO, stdout.standstill());
        var piece = new byte[2 * Stdout.PIPE_BUF];
        var write = CompletableFuture.runAsync(() -> assertDoesNotThrow(() -> stdout.write(piece)), task -> new Thread(task).start());
        await(() -> stdout.standstill().toMillis() >= 200);
        var read = System.nanoTime();
        reads.release(); // for the first half; the second one stands still from then on
        await(() -> stdout.standstill().toNanos() <= System.nanoTime() - read);
        await(() -> stdout.standstill().toMillis() >= 200);
        reads.release();
        write.get();
        assertEquals(Duration.ZERO, stdout.standstill());
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(1_000_000);
        }
    }
}
