package lib.write;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.IntStream;
import lib.cli.ErrorLine;
import lib.cli.Failure;
import lib.cli.Log;
import lib.kinesis.Backoff;
import lib.kinesis.KinesisStream.PutResult;
import lib.kinesis.KinesisStream;
import lib.kinesis.Refusals;
import lib.records.UserRecord;
import lib.write.Packing.Packed;
import software.amazon.awssdk.core.exception.SdkException;

/** Puts records, several calls at a time, and those again that failed. */
public final class RecordWriter {
    private static final String THROTTLED = "ProvisionedThroughputExceededException";
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final int DOUBLINGS = 5; // up to 3.2 seconds
    /** With one of these a service may refuse a record that has no partition key, and should. */
    private static final List<String> MISSING_KEY = List.of("InvalidArgumentException", "ValidationException", "SerializationException");
    private static final String STRAY = "the record is stored in an aggregate in a shard that does not hold its key,"
            + " where the Kinesis Client Library drops the record";

    /**
     * How records are put.
     *
     * @param ordered   one after the other, each by a PutRecord
     * @param aggregate many in one, see {@link Aggregator}
     * @param inFlight  how many calls at a time
     * @param linger    how long a record waits for others to go with
     * @param giveUp    how long a record is tried
     */
    public record Settings(KinesisStream stream, boolean ordered, boolean aggregate, int inFlight, Duration linger, Duration giveUp,
            Log log) {}

    /** Gets to know what became of each record. Calls may come at the same time. */
    public interface Listener {
        /** These are stored. */
        void stored(List<UserRecord> records) throws IOException;

        /** So many are put again. */
        void retried(int records);

        /** This one is not stored, as far as is known, or not where every consumer finds it. */
        void undelivered(UserRecord record, String why);

        /** No more are put: there is no use in reading more. */
        void ended();
    }

    /**
     * After so many responses to a record that cannot be decoded, the run ends: each can have stored the record, and each retry makes a
     * copy.
     */
    private static final int MAX_UNDECODABLE = 5;

    private final Settings settings;
    private final Listener listener;
    private final Packing packing;
    private final PutCalls puts;
    private final PutQueue queue;
    private final Backoff backoff;
    private final List<Thread> threads = new ArrayList<>();
    private final Object naming = new Object();
    private volatile Exception failure;
    private long failed = System.nanoTime(); // when a call did last

    /** @throws Failure when the stream's shards, which are needed to aggregate, cannot be listed */
    public RecordWriter(Settings settings, Listener listener) throws Exception {
        this.settings = settings;
        this.listener = listener;
        var stream = settings.stream();
        backoff = stream.backoff(settings.giveUp(), settings.log());
        packing = !settings.aggregate() ? Packing.NONE
                : new Aggregator(stream.shards(settings.giveUp(), settings.log()).all(), () -> stream.listShards().all());
        puts = new PutCalls(stream, settings.ordered());
        var calls = settings.ordered() ? 1 : settings.inFlight();
        queue = new PutQueue(packing, settings.ordered(), settings.linger(), calls);
        for (int n = 0; n < calls; n++) {
            var thread = new Thread(this::work);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
    }

    /** Takes the record, and waits while there are too many. Returns false when no more are put: {@link #finish} says why. */
    public boolean put(UserRecord record) {
        if (queue.add(record)) {
            return true;
        }
        listener.undelivered(record, "the run ended before the record was delivered");
        return false;
    }

    /**
     * Waits until it is known of each record what became of it.
     *
     * @throws Exception what ended the run before all was put
     */
    public void finish() throws Exception {
        queue.close();
        for (var thread : threads) {
            thread.join();
        }
        synchronized (naming) { // whoever has abandoned the rest names it yet
            if (failure != null) {
                throw failure;
            }
        }
    }

    /** Puts no more; those that have not been, or are in a call, are not delivered. */
    public void abandon(String why) {
        synchronized (naming) {
            queue.abandon().forEach(pending -> listener.undelivered(pending.record, why));
        }
        listener.ended();
    }

    private void work() {
        try {
            for (List<PendingRecord> batch; (batch = queue.take()) != null;) {
                new Batch(batch).put();
            }
        } catch (Throwable e) { // or the others would wait for what this one has taken
            if (failure == null) {
                failure = e instanceof Exception exception ? exception : new Failure(ErrorLine.of(e), e);
            }
            abandon("the run ended before the record was delivered");
        }
    }

    /** Some records, their calls, and what of them is to go again. */
    private final class Batch {
        private final List<PendingRecord> batch;
        private final List<PendingRecord> again = new ArrayList<>();
        private final List<PendingRecord> throttled = new ArrayList<>();

        Batch(List<PendingRecord> batch) {
            this.batch = batch;
        }

        void put() throws Exception {
            batch.stream().filter(pending -> pending.tries == 0).forEach(pending -> pending.firstTried = System.nanoTime());
            putAll(packing.pack(batch));
            if (!again.isEmpty()) {
                listener.retried(again.size());
            }
            queue.replied(batch, again, throttled);
        }

        private void putAll(List<Packed> records) throws Exception {
            for (var call : puts.calls(records)) {
                if (again.isEmpty() && !queue.isAbandoned()) {
                    put(call);
                } else { // they may be of the keys of those that failed
                    call.forEach(packed -> again.addAll(packed.records()));
                }
            }
        }

        private void put(List<Packed> call) throws Exception {
            var start = System.nanoTime();
            try {
                account(call, puts.put(call));
                synchronized (backoff) {
                    if (start - failed > 0) {
                        backoff.success();
                    }
                }
            } catch (SdkException e) {
                if (ErrorLine.isUndecodable(e) && call.stream().flatMap(packed -> packed.records().stream())
                        .mapToInt(pending -> ++pending.undecodable).max().orElse(0) >= MAX_UNDECODABLE) {
                    throw new Failure("stream " + settings.stream().name() + ": " + ErrorLine.of(e), e);
                }
                if (puts.isTooLarge(call, e)) {
                    putAll(call);
                    return;
                }
                var now = System.nanoTime(); // and the pause goes for all
                for (var packed : call) {
                    again(packed.records(), ErrorLine.of(e), List.of(now));
                }
                pause(e);
            }
        }

        private void account(List<Packed> call, List<PutResult> results) throws Exception {
            var stored = new LinkedHashMap<PendingRecord, UserRecord>();
            var stray = new ArrayList<PendingRecord>();
            var now = System.nanoTime(); // those of a call go again together, if they have failed as often
            var dues = IntStream.rangeClosed(0, DOUBLINGS).mapToObj(n -> now + Backoff.wait(SHORTEST, n, DOUBLINGS).toNanos()).toList();
            try {
                for (int n = 0; n < call.size(); n++) {
                    var packed = call.get(n);
                    var result = results.get(n);
                    if (result.errorCode() != null) {
                        again(packed.records(), ErrorLine.of(result.errorMessage(), result.errorCode()), dues);
                        if (result.errorCode().equals(THROTTLED)) {
                            throttled.addAll(packed.records());
                        }
                        continue;
                    }
                    switch (packing.place(result.shardId(), packed)) {
                        case RIGHT -> {
                            for (int place = 0; place < packed.records().size(); place++) {
                                var pending = packed.records().get(place);
                                stored.put(pending, pending.record.stored(result.shardId(), result.sequenceNumber(), place));
                            }
                        }
                        case OTHER -> {
                            for (var pending : packed.records()) {
                                pending.misplaced++;
                                pending.firstTried = now; // not to be given up where the Kinesis Client Library drops it
                                again(pending, dues);
                            }
                        }
                        case ANY -> stray.addAll(packed.records());
                    }
                }
            } finally {
                queue.settle(stray).forEach(pending -> listener.undelivered(pending.record, STRAY));
                listener.stored(queue.settle(stored.keySet()).stream().map(stored::get).toList());
            }
            if (!stray.isEmpty()) {
                throw new Failure("stream " + settings.stream().name() + ": the record distribution is AUTO now, which puts an aggregate"
                        + " into any shard, where the Kinesis Client Library drops it; put the other records without --aggregate");
            }
        }

        /** @param dues when it goes, by the number of tries */
        private void again(PendingRecord pending, List<Long> dues) {
            pending.due = dues.get(Math.min(pending.tries++, dues.size() - 1));
            again.add(pending);
        }

        /** Unless they have been tried for too long. */
        private void again(List<PendingRecord> records, String why, List<Long> dues) {
            for (var pending : records) {
                if (System.nanoTime() - pending.firstTried < settings.giveUp().toNanos()) {
                    again(pending, dues);
                } else if (!queue.settle(List.of(pending)).isEmpty()) {
                    listener.undelivered(pending.record, why);
                }
            }
        }
    }

    /** After a call that failed as a whole. */
    private void pause(SdkException e) throws InterruptedException {
        try {
            synchronized (backoff) {
                failed = System.nanoTime();
                queue.pause(backoff.after(e));
            }
        } catch (Failure failure) {
            if (!queue.isClosed() || !Refusals.mayPass(e)) {
                throw MISSING_KEY.stream().anyMatch(failure::isRefusal)
                        ? new Failure(failure.getMessage() + "; check with 'describe' whether the record distribution has changed", e)
                        : failure;
            }
            abandon(ErrorLine.of(e)); // all is read, so this is all that is missing
        }
    }
}
