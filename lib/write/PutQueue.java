package lib.write;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import lib.kinesis.Quotas;
import lib.records.UserRecord;

/** The records on their way, between the thread that reads and those that make the calls: how many, how fast, and when. */
final class PutQueue {
    private static final int HEAP_SHARE = 16; // a call is several times as large while it is made
    private static final int CALLS_AHEAD = 2; // of each that is made
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final Condition change = lock.newCondition();
    private final Set<PendingRecord> unsettled = new LinkedHashSet<>(); // records that wait, and records in a call
    private final WaitingRecords waiting;
    private final Pace pace = new Pace();
    private final Packing packing;
    private final long linger;
    private final long capacity;
    private final int maxUnsettled;
    private long memory;
    private double unsettledCost;
    private long pausedUntil = System.nanoTime();
    private boolean full;
    private volatile boolean closed;
    private volatile boolean abandoned;

    /**
     * @param ordered all keys are as one, and a call has one record
     * @param linger  how long a record waits for others to go with
     * @param calls   that are made at the same time
     */
    PutQueue(Packing packing, boolean ordered, Duration linger, int calls) {
        this.packing = packing;
        this.waiting = new WaitingRecords(packing, ordered);
        this.linger = linger.toNanos();
        this.maxUnsettled = CALLS_AHEAD * calls * packing.maxRecords();
        this.capacity = Math.min(Runtime.getRuntime().maxMemory() / HEAP_SHARE, (calls + 1L) * Quotas.BYTES_A_PUT);
    }

    /** Waits for room. Returns false when it is no longer taken. */
    boolean add(UserRecord record) {
        lock.lock();
        try {
            var now = System.nanoTime();
            var pending = new PendingRecord(record, now + linger);
            while (!unsettled.isEmpty() && !abandoned && (memory + pending.memory() > capacity || unsettled.size() >= maxUnsettled
                    || unsettledCost >= pace.ahead(now))) {
                full = true;
                change.signalAll();
                room.awaitUninterruptibly();
                now = System.nanoTime();
            }
            if (abandoned) {
                return false;
            }
            full = false;
            memory += pending.memory();
            unsettledCost += packing.cost(pending);
            unsettled.add(pending);
            if (waiting.add(pending)) {
                change.signal();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there are records for a call. Returns null when none will come. */
    List<PendingRecord> take() throws InterruptedException {
        lock.lock();
        try {
            while (!abandoned && !(closed && unsettled.isEmpty())) {
                var now = System.nanoTime();
                var wait = Math.max(pausedUntil - now, pace.delay(now));
                if (wait <= 0) {
                    var batch = waiting.batch(now, closed || full, pace.call());
                    if (!batch.isEmpty()) {
                        pace.sent(cost(batch), now);
                        if (!waiting.isEmpty()) {
                            change.signal(); // another call may take them
                        }
                        return batch;
                    }
                    wait = waiting.isEmpty() ? Long.MAX_VALUE : POLL_NANOS;
                }
                change.awaitNanos(wait);
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** These records go no more. Returns those of which that is not known already. */
    List<PendingRecord> settle(Collection<PendingRecord> records) {
        lock.lock();
        try {
            var settled = records.stream().filter(unsettled::remove).toList();
            for (var pending : settled) {
                memory -= pending.memory();
                unsettledCost -= packing.cost(pending);
            }
            room.signalAll();
            return settled;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes account of the replies to what was taken.
     *
     * @param again     those that go again
     * @param throttled those of them that were throttled
     */
    void replied(List<PendingRecord> batch, List<PendingRecord> again, List<PendingRecord> throttled) {
        lock.lock();
        try {
            waiting.release(batch);
            if (!abandoned) {
                waiting.putBack(again);
            }
            pace.replied(cost(batch) - cost(again), cost(throttled), System.nanoTime());
            change.signalAll();
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private double cost(List<PendingRecord> records) {
        return records.stream().mapToDouble(packing::cost).sum();
    }

    /** Nothing goes for so long. */
    void pause(Duration time) {
        lock.lock();
        pausedUntil = System.nanoTime() + time.toNanos();
        lock.unlock();
    }

    /** Nothing is added any more. */
    void close() {
        lock.lock();
        closed = true;
        change.signalAll();
        lock.unlock();
    }

    boolean isClosed() {
        return closed;
    }

    boolean isAbandoned() {
        return abandoned;
    }

    /** Nothing goes any more. Returns what has not been settled, and from now on is. */
    List<PendingRecord> abandon() {
        lock.lock();
        try {
            var left = List.copyOf(unsettled);
            abandoned = true;
            unsettled.clear();
            waiting.clear();
            change.signalAll();
            room.signalAll();
            return left;
        } finally {
            lock.unlock();
        }
    }
}
