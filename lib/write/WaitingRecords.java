package lib.write;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import lib.kinesis.Quotas;

/**
 * The records that wait, and which of them go next. Those of one partition key stay in order: none goes while an earlier one of its key is
 * in another call, or waits to go again.
 */
final class WaitingRecords {
    private final Deque<PendingRecord> waiting = new ArrayDeque<>();
    private final Set<Object> keys = new HashSet<>(); // of those in a call
    private final Packing packing;
    private final boolean ordered;
    private final int maxRecords;

    /** @param ordered all keys are as one, and a call has one record */
    WaitingRecords(Packing packing, boolean ordered) {
        this.packing = packing;
        this.ordered = ordered;
        this.maxRecords = ordered ? 1 : packing.maxRecords();
    }

    /** Returns whether somebody has to look: there was none before, or now are enough for a call. */
    boolean add(PendingRecord pending) {
        waiting.add(pending);
        return waiting.size() == 1 || waiting.size() % maxRecords == 0;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /**
     * Takes out those of a call; none when they may yet become more.
     *
     * @param now     of {@link System#nanoTime}
     * @param isDue   no more are to be waited for
     * @param maxCost what they may cost, see {@link Pace}
     */
    List<PendingRecord> batch(long now, boolean isDue, double maxCost) {
        var batch = new ArrayList<PendingRecord>();
        var passed = new ArrayList<PendingRecord>();
        var passedKeys = new HashSet<Object>();
        var bytes = 0L;
        var cost = 0.0;
        var goes = isDue;
        for (var pending : waiting) {
            if (batch.size() == maxRecords || !batch.isEmpty() && (bytes + pending.bytes > Quotas.BYTES_A_PUT || cost >= maxCost)) {
                goes = true;
                break;
            }
            var key = key(pending);
            var isLater = pending.due - now > 0;
            if (keys.contains(key) || passedKeys.contains(key) || pending.tries > 0 && isLater) {
                passed.add(pending);
                passedKeys.add(key);
            } else {
                batch.add(pending);
                bytes += pending.bytes;
                cost += packing.cost(pending);
                goes |= !isLater || batch.size() == maxRecords;
            }
        }
        if (batch.isEmpty() || !goes) {
            return List.of();
        }
        for (int n = batch.size() + passed.size(); n > 0; n--) {
            waiting.remove();
        }
        putBack(passed);
        batch.forEach(pending -> keys.add(key(pending)));
        return batch;
    }

    /** Puts them before the others, in this order. */
    void putBack(List<PendingRecord> records) {
        for (int n = records.size() - 1; n >= 0; n--) {
            waiting.addFirst(records.get(n));
        }
    }

    /** They are no longer in a call. */
    void release(List<PendingRecord> batch) {
        batch.forEach(pending -> keys.remove(key(pending)));
    }

    void clear() {
        waiting.clear();
    }

    /** Returns what records that must keep their order share: the partition key, or the record itself when it has none. */
    private Object key(PendingRecord pending) {
        if (ordered) {
            return "";
        }
        var partitionKey = pending.record.partitionKey();
        return partitionKey == null ? pending : partitionKey;
    }
}
