package lib.read;

import java.time.Duration;
import java.util.concurrent.Semaphore;

/**
 * Limits how many shards fetch records concurrently: to what the heap has room for, and on a slow network to what arrives in time. Timeouts
 * halve the limit, a response in good time raises it by one. All times are by {@link System#nanoTime}.
 */
final class FetchLimit {
    /** What a batch may take of the heap: the response, its records, and their bytes as they are printed. */
    private static final long HEAP_PER_BATCH = 48 << 20;

    /** A sixth of the time that a call may take: a response this late leaves the link some room for others. */
    static final Duration GOOD_TIME = Duration.ofSeconds(5);

    private final Semaphore free;
    private final int most;
    private int limit;
    private int excess; // permits to withhold when they come back
    private long halved = System.nanoTime();
    private boolean isHanging; // no fetch has been answered since one timed out
    private long hung;
    private long hungUntil;

    /** @param most concurrent fetches */
    FetchLimit(int most) {
        this.most = most;
        this.limit = most;
        this.free = new Semaphore(most, true);
    }

    /** Returns a limit that the heap has room for. */
    static FetchLimit ofHeap() {
        return new FetchLimit((int) Math.max(1, Runtime.getRuntime().maxMemory() / HEAP_PER_BATCH));
    }

    /** Waits for a place, first come first served. {@link #end} must follow. */
    void begin() throws InterruptedException {
        free.acquire();
    }

    synchronized void end() {
        if (excess > 0) {
            excess--;
        } else {
            free.release();
        }
    }

    /** Returns how many fetches may be under way, once those are over that began under a higher limit. */
    synchronized int limit() {
        return limit;
    }

    /** Takes note of a response that came after this time. */
    synchronized void answered(Duration time) {
        isHanging = false;
        if (limit < most && time.compareTo(GOOD_TIME) < 0) {
            limit++;
            end();
        }
    }

    /** Returns how long fetches have only timed out, of whatever shards, since the first timeout. Time without a fetch does not count. */
    synchronized Duration hanging() {
        return isHanging ? Duration.ofNanos(hung) : Duration.ZERO;
    }

    /** Takes note of a timeout, before the {@link #end} of its fetch. Timeouts of fetches that ran together halve the limit once. */
    synchronized void timedOut(long began) {
        var now = System.nanoTime();
        hung = isHanging ? hung + now - Math.max(began, hungUntil) : 0;
        hungUntil = now;
        isHanging = true;
        if (began - halved < 0) {
            return;
        }
        halved = now;
        var fetching = limit + excess - free.availablePermits();
        for (var half = Math.max(1, fetching / 2); limit > half; limit--) {
            if (!free.tryAcquire()) {
                excess++;
            }
        }
    }
}
