package lib;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.kinesis.model.Record;
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

/** One shard, for as long as this worker has its lease: its records to the printer, and now and then a checkpoint. */
final class LeasedShard implements ShardRecordProcessor {
    /** Behind every part of a record: records come whole here, while other programs may have kept a place within one. */
    private static final long WHOLE = Long.MAX_VALUE;

    /** Gives the library records as they came, since {@link Deaggregator} leaves out nothing. */
    static final AggregatorUtil UNCHANGED = new AggregatorUtil() {
        @Override
        public List<KinesisClientRecord> deaggregate(List<KinesisClientRecord> records, BigInteger startingHashKey, BigInteger endingHashKey) {
            return records.stream().map(record -> record.toBuilder().subSequenceNumber(WHOLE).build())
                    .collect(Collectors.toCollection(ArrayList::new)); // from which the library removes those before its checkpoint
        }
    };

    private final Worker worker;
    private String shardId;
    private Retention.Reader retained;
    private String begin; // sequence numbers; null when no record has been printed
    private String printed;
    private String saved;
    private boolean isCut; // the last batch was printed in part: nothing more is printed
    private long savedAt = System.nanoTime();
    private boolean handedOver;

    LeasedShard(Worker worker) {
        this.worker = worker;
    }

    @Override
    public void initialize(InitializationInput input) {
        shardId = input.shardId();
        var start = input.extendedSequenceNumber().sequenceNumber();
        begin = start.matches("\\d+") ? start : null; // else it is one of the library's words
        retained = worker.retention().reader(shardId, position(), begin != null);
        worker.took(shardId);
    }

    @Override
    public void processRecords(ProcessRecordsInput input) {
        if (isCut) {
            return;
        }
        worker.guard(() -> checkRetention(input));
        var records = input.records();
        note(records, worker.print(shardId, () -> new ShardReader.Batch(shardId, records.stream().map(LeasedShard::record).toList(),
                input.millisBehindLatest())));
        if (System.nanoTime() - savedAt >= worker.application().checkpointEvery.toNanos()) {
            save(input.checkpointer());
        }
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
        if (shardId != null && !handedOver) { // else it was not begun, as its parents are not finished
            worker.lost(shardId);
        }
    }

    @Override
    public void shardEnded(ShardEndedInput input) {
        stop();
        if (isCut) {
            return;
        }
        worker.guard(() -> {
            worker.checkEnd(shardId);
            if (isMade(() -> input.checkpointer().checkpoint())) { // with a sequence number it would not be that of the end
                worker.log().info("shard %s ended", shardId);
            }
        });
    }

    @Override
    public void shutdownRequested(ShutdownRequestedInput input) {
        stop();
        save(input.checkpointer());
        handedOver = worker.release(shardId);
        if (handedOver) {
            worker.log().info("lost shard %s: handed over", shardId);
        }
    }

    private void stop() {
        if (shardId != null) {
            worker.alive().ends(shardId);
        }
    }

    /** Only what is printed, and nothing once anything has failed. */
    private void save(RecordProcessorCheckpointer checkpointer) {
        savedAt = System.nanoTime();
        if (printed == null || printed.equals(saved)) {
            return;
        }
        worker.guard(() -> {
            if (isMade(() -> checkpointer.checkpoint(printed, WHOLE))) {
                saved = printed;
            }
        });
    }

    /** Whether the checkpoint could be made. If not, there comes another time: for the end of a shard, the library sees to that. */
    private boolean isMade(Worker.Action checkpoint) throws Exception {
        try {
            checkpoint.run();
            return true;
        } catch (ShutdownException e) { // the shard is another worker's, which begins at the checkpoint before
            worker.log().verbose("shard %s: no checkpoint, the lease is lost", shardId);
        } catch (ThrottlingException | KinesisClientLibDependencyException e) {
            sayNotMade(e);
        } catch (RuntimeException e) {
            if (!(e.getCause() instanceof SdkClientException)) { // so the library passes on that DynamoDB has not answered
                throw e;
            }
            sayNotMade(e);
        } catch (InvalidStateException e) {
            throw new Failure("shard " + shardId + ": no checkpoint, the lease table is gone", e);
        }
        return false;
    }

    private void sayNotMade(Exception e) {
        worker.log().info("shard %s: no checkpoint (%s); it is tried again", shardId, ErrorLine.of(e));
    }

    private static Record record(KinesisClientRecord record) {
        return withoutData(record).toBuilder().data(SdkBytes.fromByteBuffer(record.data())).build();
    }

    private static Record withoutData(KinesisClientRecord record) {
        return Record.builder().sequenceNumber(record.sequenceNumber()).partitionKey(record.partitionKey())
                .approximateArrivalTimestamp(record.approximateArrivalTimestamp()).build();
    }
}
