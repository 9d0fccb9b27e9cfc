package lib.produce;

import static lib.records.UserRecords.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.FakeChannel;
import fake.FakeShards;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import lib.cli.Log;
import lib.cli.Stdout;
import lib.cli.TerminalText;
import lib.kinesis.Distribution;
import lib.records.FormatString;
import lib.records.RecordFormat;
import lib.records.UserRecord;
import lib.write.RecordLimits;
import lib.write.RecordWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The end of a run by a signal: what was read is delivered or named, and a slow reader of the lines does not change that. */
class ProducerTest {
    private static final int RECORDS = 600; // two calls
    private static final RecordFormat LINE = FormatString.compile("-f", "%n\\n", "s1", TerminalText.NONE);
    private static final Duration LATE = Duration.ofMillis(2_500); // after the first look for a slow reader

    @TempDir Path folder;
    private final FakeShards kinesis = new FakeShards(1);
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final CountDownLatch read = new CountDownLatch(1);
    private volatile DeliveryReport report;
    private volatile Producer producer;

    @Test
    void aRate_isRecordsASecond_orOfALongerUnit() {
        var rates = new Producer.RateConverter();
        assertEquals(List.of(5.0, 0.5, 5.0, 5.0, 1.0), Stream.of("5", "0.5", "5/s", "300/m", "3600/h").map(rates::convert).toList());
    }

    @Test
    void end_printsTheLinesOfALateReply_asLongAsTheirReaderReads() throws Exception {
        endWithALateReply(new FakeChannel(this::print));
        assertEquals(RECORDS, kinesis.stored().size());
        assertEquals(RECORDS, printed.toString().lines().count());
    }

    @Test
    void end_deliversWhatWasRead_alsoWhenThePipeIsFullOnlyAfterALateReply() throws Exception {
        endWithALateReply(fullPipe());
        assertEquals(RECORDS, kinesis.stored().size());
        assertEquals(0, report.undelivered());
    }

    @Test
    void end_keepsInTheFile_allThatIsNotDelivered() throws Exception {
        kinesis.timingOut(1);
        var file = folder.resolve("failed");
        end(run(new FakeChannel(this::print), file));
        assertEquals(RECORDS, report.undelivered());
        assertEquals(RECORDS, Files.readAllLines(file).size());
        assertNull(report.failure());
    }

    private void endWithALateReply(WritableByteChannel out) throws Exception {
        kinesis.hangNextCall();
        var run = run(out, folder.resolve("failed"));
        kinesis.awaitHanging();
        CompletableFuture.delayedExecutor(LATE.toMillis(), TimeUnit.MILLISECONDS).execute(kinesis::goOn);
        end(run);
    }

    /** Ends the run as the end of the process does, when all is read. */
    private void end(CompletableFuture<Void> run) throws Exception {
        assertTrue(read.await(1, TimeUnit.MINUTES));
        producer.end();
        run.get(1, TimeUnit.MINUTES);
    }

    /** Puts records from a pipe on which no more come, as produce does. */
    private CompletableFuture<Void> run(WritableByteChannel out, Path file) {
        return CompletableFuture.runAsync(() -> {
            try (var failed = new FailedRecords(file)) {
                report = new DeliveryReport(new Stdout(out), LINE, true, failed, false, new Log());
                var settings = new RecordWriter.Settings(kinesis, false, false, 1, Duration.ofMillis(10), Duration.ofMinutes(1), new Log());
                var limits = new RecordLimits(1 << 20, Distribution.BY_KEY);
                producer = new Producer(new Lines(), limits, new RecordWriter(settings, report), report, new Log());
                producer.run(new Producer.Limits(Long.MAX_VALUE, null, null), new Progress(List.of(), false, new Log()));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }, task -> new Thread(task).start());
    }

    private final class Lines implements RecordSource {
        private int n;

        @Override
        public UserRecord next() {
            if (n < RECORDS) {
                return UserRecord.of(new UserRecord.Source("stdin", ++n), "key" + n, null, utf8("data"));
            }
            read.countDown();
            while (!Thread.currentThread().isInterrupted()) {
                LockSupport.park();
            }
            return null;
        }

        @Override
        public long position() {
            return n;
        }

        @Override
        public void close() {}
    }

    private int print(ByteBuffer bytes) {
        var copy = new byte[bytes.remaining()];
        bytes.get(copy);
        printed.writeBytes(copy);
        return copy.length;
    }

    /** A pipe whose reader stands still. */
    private static WritableByteChannel fullPipe() throws IOException {
        var pipe = Pipe.open().sink();
        pipe.configureBlocking(false);
        while (pipe.write(ByteBuffer.allocate(Stdout.PIPE_BUF)) > 0) {}
        pipe.configureBlocking(true);
        return pipe;
    }
}
