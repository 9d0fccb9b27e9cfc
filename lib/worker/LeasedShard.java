package lib.worker;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import lib.cli.ErrorLine;
import lib.cli.Log;
import lib.kinesis.KinesisRecord;
import lib.leases.LeaseClock;
import lib.positions.ShardPosition;
import lib.read.Retention;
import lib.read.ShardReader;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;
import software.amazon.kinesis.exceptions.InvalidStateException;
import software.amazon.kinesis.exceptions.KinesisClientLibDependencyException;
import software.amazon.kinesis.exceptions.ShutdownException;
import software.amazon.kinesis.exceptions.ThrottlingException;
import software.amazon.kinesis.lifecycle.events.InitializationInput;
import software.amazon.kinesis.lifecycle.events.LeaseLostInput;
import software.amazon.kinesis.lifecycle.events.ProcessRecordsInput;
import software.amazon.kinesis.lifecycle.events.ShardEndedInput;
import software.amazon.kinesis.lifecycle.events.ShutdownRequestedInput;
import software.amazon.kinesis.processor.RecordProcessorCheckpointer;
import software.amazon.kinesis.processor.ShardRecordProcessor;
import software.amazon.kinesis.retrieval.AggregatorUtil;
import software.amazon.kinesis.retrieval.KinesisClientRecord;
import software.amazon.kinesis.retrieval.kpl.ExtendedSequenceNumber;

/** One shard, for as long as this worker has its lease: gives its records to the printer, and checkpoints now and then. */
final class LeasedShard implements ShardRecordProcessor {
    /** Behind every part of a record: records come whole here, while other programs may have kept a place within one. */
    private static final long WHOLE = Long.MAX_VALUE;

    private static final byte[] NO_DATA = {};

    /** Between parts of so many bytes other shards have their turn, and the lease may be found expired. */
    private static final int PART_BYTES = 1 << 16;

    /**
     * The checkpoint of the first part shows whether the lease is still this worker's: after an outage, each worker believes that it has
     * its old ones.
     */
    private static final int FIRST_PART_BYTES = 1 << 12;

    /**
     * A worker may not live long after it has taken a shard: its first checkpoints come soon after each other, each pause twice the one
     * before.
     */
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    /** Gives the library records as they came, since our own deaggregation leaves out nothing. */
    static final AggregatorUtil UNCHANGED = new AggregatorUtil() {
        @Override
        public List<KinesisClientRecord> deaggregate(List<KinesisClientRecord> records, BigInteger startingHashKey,
                BigInteger endingHashKey) {
            return records.stream().map(record -> record.toBuilder().subSequenceNumber(WHOLE).build())
                    .collect(Collectors.toCollection(ArrayList::new)); // from which the library removes those before its checkpoint
        }
    };

    private final Worker worker;
    private String shardId;
    private Retention.Reader retained;
    private LeaseClock.Term term;
    private ExtendedSequenceNumber before; // what this process has printed when it had the shard earlier; null for nothing
    private String begin; // sequence numbers; null when no record has been printed
    private String printed;
    private String saved;
    private boolean isCut; // the last batch was printed in part, or the lease has expired: nothing more is printed
    private long savedAt = System.nanoTime();
    private Duration pause = Duration.ZERO; // from one checkpoint to the next
    private boolean handedOver;

    LeasedShard(Worker worker) {
        this.worker = worker;
    }

    @Override
    public void initialize(InitializationInput input) {
        shardId = input.shardId();
        term = worker.held().isLeaving() ? null : worker.leases().begin(shardId, worker.application().maxLeases);
        if (term == null) {
            isCut = true;
            handedOver = true;
            worker.refuse(shardId);
            return;
        }
        var start = input.extendedSequenceNumber().sequenceNumber();
        begin = start.matches("\\d+") ? start : null; // else it is one of the library's words
        before = worker.printed(shardId);
        retained = worker.retention().reader(shardId, position(), begin != null);
        worker.took(shardId);
        worker.held().deleteParents(shardId);
    }

    @Override
    public void processRecords(ProcessRecordsInput input) {
        if (isOver()) {
            return;
        }
        worker.guard(() -> checkRetention(input));
        var records = withoutPrinted(input.records());
        worker.log().verbose("shard %s got %s", shardId, Log.count(records.size(), "record"));
        for (int from = 0, to; from < records.size() && !isOver(); from = to) {
            to = partEnd(records, from);
            print(records.subList(from, to), input.millisBehindLatest());
            saveInTime(input.checkpointer());
        }
        saveInTime(input.checkpointer()); // of an empty batch
        worker.alive().awaitsBatch(shardId);
    }

    /**
     * Leaves out the records that this process has printed when it had the shard earlier, and notes them as printed. Otherwise a reader
     * that is so slow that each write costs the worker its shards would get the same records for ever.
     */
    private List<KinesisClientRecord> withoutPrinted(List<KinesisClientRecord> records) {
        var from = 0;
        while (from < records.size() && before != null && sequence(records.get(from).sequenceNumber()).compareTo(before) <= 0) {
            printed = records.get(from++).sequenceNumber();
        }
        if (from < records.size()) {
            before = null;
        }
        return records.subList(from, records.size());
    }

    static ExtendedSequenceNumber sequence(String sequenceNumber) {
        return new ExtendedSequenceNumber(sequenceNumber, WHOLE);
    }

    /**
     * Returns whether nothing more may be printed. Drops a lease that has expired: the library would otherwise keep a lease that it renews
     * too late, and nobody would read the shard. Once dropped, the shard is taken anew, by this worker or another, from its checkpoint on.
     */
    private boolean isOver() {
        if (term != null && term.isOver()) {
            isCut = true;
            if (term.end()) { // once
                worker.held().drop(shardId);
            }
        }
        return isCut;
    }

    private int partEnd(List<KinesisClientRecord> records, int from) {
        var longest = saved == null ? FIRST_PART_BYTES : PART_BYTES;
        var to = from;
        for (var bytes = 0; to < records.size() && bytes < longest; to++) {
            bytes += Math.max(1, records.get(to).data().remaining());
        }
        return to;
    }

    private void print(List<KinesisClientRecord> records, Long millisBehindLatest) {
        note(records, worker.print(shardId, term,
                () -> new ShardReader.Batch(shardId, records.stream().map(LeasedShard::record).toList(), millisBehindLatest)));
    }

    /** Notes how many of the records are printed: not all of them when the worker ends, or has failed. */
    private void note(List<KinesisClientRecord> records, ShardPosition position) {
        var whole = 0;
        for (int n = 1; n <= records.size() && position != null; n++) {
            if (records.get(n - 1).sequenceNumber().equals(position.sequenceNumber())) {
                whole = position.subSequenceNumber() == null ? n : n - 1; // of an aggregate that is printed in part, the parts come again
            }
        }
        printed = whole == 0 ? printed : records.get(whole - 1).sequenceNumber();
        isCut = whole < records.size();
    }

    private void checkRetention(ProcessRecordsInput input) throws InterruptedException {
        var records = input.records().stream().map(LeasedShard::withoutData).toList();
        var now = worker.time();
        var isEnd = input.isAtShardEnd() || input.millisBehindLatest() != null && input.millisBehindLatest() == 0;
        retained.gap(position(), records, isEnd, () -> now); // which warns; the library goes on with the oldest record by itself
        retained.read(records, input.millisBehindLatest(), () -> now);
    }

    private StartingPosition position() {
        var last = printed != null ? printed : begin;
        return (last == null ? ShardPosition.trimHorizon() : ShardPosition.after(last)).start();
    }

    @Override
    public void leaseLost(LeaseLostInput input) {
        stop();
        if (term != null) {
            term.end();
        }
        if (shardId != null && !handedOver) { // else it was not begun, as its parents are not finished
            worker.lost(shardId);
        }
    }

    @Override
    public void shardEnded(ShardEndedInput input) {
        stop();
        if (isOver()) {
            return;
        }
        worker.guard(() -> {
            worker.checkEnd(shardId);
            if (isMade(() -> input.checkpointer().checkpoint())) { // with a sequence number it would not be that of the end
                term.end();
                worker.log().info("shard %s ended", shardId);
            }
        });
    }

    @Override
    public void shutdownRequested(ShutdownRequestedInput input) {
        stop();
        if (term == null) {
            return;
        }
        save(input.checkpointer());
        handedOver = worker.held().release(shardId);
        if (handedOver) {
            worker.log().info("lost shard %s: handed over", shardId);
        }
    }

    private void stop() {
        if (shardId != null) {
            worker.alive().ends(shardId);
        }
    }

    /** Checkpoints what is printed when the time has come. */
    private void saveInTime(RecordProcessorCheckpointer checkpointer) {
        if (System.nanoTime() - savedAt >= pause.toNanos()) {
            save(checkpointer);
        }
    }

    /** Checkpoints what is printed, unless anything has failed or the lease has expired: then other workers print it again. */
    private void save(RecordProcessorCheckpointer checkpointer) {
        if (printed == null || printed.equals(saved) || term.isOver()) {
            return;
        }
        savedAt = System.nanoTime();
        var longest = worker.application().checkpointEvery;
        var next = pause.isZero() ? FIRST_PAUSE : pause.multipliedBy(2);
        pause = next.compareTo(longest) < 0 ? next : longest;
        worker.guard(() -> {
            if (isMade(() -> checkpointer.checkpoint(printed, WHOLE))) {
                saved = printed;
            }
        });
    }

    /**
     * Makes a checkpoint and returns whether it was stored. A later batch retries it; the library retries the checkpoint of the end of a
     * shard.
     */
    private boolean isMade(Worker.Action checkpoint) throws Exception {
        try {
            checkpoint.run();
            return true;
        } catch (ShutdownException e) { // the shard is another worker's, which begins at the checkpoint before
            isCut = true;
            worker.log().verbose("shard %s: not checkpointed, because the lease is lost", shardId);
        } catch (ThrottlingException | KinesisClientLibDependencyException e) {
            sayNotMade(e);
        } catch (RuntimeException e) {
            if (!(e.getCause() instanceof SdkClientException)) { // so the library passes on that DynamoDB has not answered
                throw e;
            }
            sayNotMade(e);
        } catch (InvalidStateException e) { // so the library says that there is no table
            throw worker.tableIsDeleted();
        }
        return false;
    }

    /** For the user, {@link FailureWatch} says it, once for all shards. */
    private void sayNotMade(Exception e) {
        worker.log().verbose("shard %s: the checkpoint failed (%s); retrying", shardId, ErrorLine.of(e));
    }

    private static KinesisRecord record(KinesisClientRecord record) {
        var data = new byte[record.data().remaining()];
        record.data().duplicate().get(data);
        return new KinesisRecord(record.sequenceNumber(), record.partitionKey(), record.approximateArrivalTimestamp(), data);
    }

    private static KinesisRecord withoutData(KinesisClientRecord record) {
        return new KinesisRecord(record.sequenceNumber(), record.partitionKey(), record.approximateArrivalTimestamp(), NO_DATA);
    }
}
