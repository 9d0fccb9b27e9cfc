package fake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/** Puts 100 records a second, "number key", until it is closed. */
public final class Writer implements AutoCloseable {
    public static final int RECORDS_PER_SECOND = 100;
    private static final int KEYS = 10; // each once in a call, within which Kinesis promises no order

    private final String stream;
    private final Thread thread = new Thread(this::write);
    private volatile int written;
    private volatile boolean closed;

    public Writer(String stream) {
        this.stream = stream;
        thread.start();
    }

    public int written() {
        return written;
    }

    private void write() {
        for (var began = System.nanoTime(); !closed;) {
            if (written < (System.nanoTime() - began) / 1e9 * RECORDS_PER_SECOND) {
                put(IntStream.range(written, written + KEYS).mapToObj(n -> PutRecordsRequestEntry.builder().partitionKey("key" + n % KEYS)
                        .data(SdkBytes.fromUtf8String(n + " key" + n % KEYS)).build()).toList());
                written += KEYS;
            } else {
                LockSupport.parkNanos(5_000_000);
            }
        }
    }

    private void put(List<PutRecordsRequestEntry> records) {
        var results = TestKinesis.client().putRecords(request -> request.streamName(stream).records(records)).records();
        var failed = IntStream.range(0, records.size()).filter(n -> results.get(n).errorCode() != null).mapToObj(records::get).toList();
        if (!failed.isEmpty()) { // while a shard is split
            put(failed);
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.join();
    }

    /** The lines that were written. */
    public Set<String> lines() {
        return IntStream.range(0, written).mapToObj(n -> n + " key" + n % KEYS).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Every line that was written is there. */
    public boolean isAllIn(List<String> lines) {
        return missing(lines).isEmpty();
    }

    private Set<String> missing(List<String> lines) {
        var missing = lines();
        missing.removeAll(Set.copyOf(lines));
        return missing;
    }

    /** Nothing is missing, and the first copies of the records of each key are in order. */
    public void check(List<String> lines) {
        assertEquals(Set.of(), missing(lines));
        checkOrder(lines);
    }

    /** The first copies of the records of each key are in order. */
    public static void checkOrder(List<String> lines) {
        var last = new HashMap<String, Integer>();
        for (var line : new LinkedHashSet<>(lines)) {
            var number = Integer.valueOf(line.split(" ")[0]);
            var before = last.put(line.split(" ")[1], number);
            assertTrue(before == null || before < number, line + " after " + before);
        }
    }
}
