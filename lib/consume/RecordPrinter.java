package lib.consume;

import java.io.IOException;
import java.util.function.BooleanSupplier;
import lib.cli.Log;
import lib.cli.Pieces;
import lib.cli.Stdout;
import lib.kinesis.KinesisRecord;
import lib.positions.Checkpoint;
import lib.positions.ShardPosition;
import lib.read.ShardReader;
import lib.records.RecordFormat;
import lib.records.Unpacking;
import lib.records.UserRecord;

/** Prints what the shards bring, and notes in the checkpoint what stdout has taken. Takes one batch at a time. */
public final class RecordPrinter implements ShardReader.Sink {
    private final Stdout stdout;
    private final Pieces<ShardPosition> out;
    private final Unpacking unpacking;
    private final RecordFormat format;
    private final Checkpoint checkpoint;
    private final Log log;
    private String shardId;
    private boolean brief;
    private long left;
    private BooleanSupplier isOver = () -> false;

    /**
     * @param count after so many records no more are wanted
     */
    public RecordPrinter(Stdout stdout, Unpacking unpacking, RecordFormat format, Checkpoint checkpoint,
            long count, Log log) {
        this.stdout = stdout;
        this.out = new Pieces<>(stdout, position -> checkpoint.set(shardId, position), this::sayCut);
        this.unpacking = unpacking;
        this.format = format;
        this.checkpoint = checkpoint;
        this.left = count;
        this.log = log;
    }

    /** From now on does not tell of batches that have records. */
    public RecordPrinter brief() {
        brief = true;
        return this;
    }

    /** Begins no more records of the next batches once this holds. */
    public void stopWhen(BooleanSupplier isOver) {
        this.isOver = isOver;
    }

    /** Returns how far the shard is printed; null when nothing of it is. */
    public ShardPosition position(String shardId) {
        return checkpoint.get(shardId);
    }

    /** Prints the batch, unless the process ends meanwhile: then records that stdout has not taken are not checkpointed. */
    @Override
    public ShardReader.Taken accept(ShardReader.Batch batch) throws IOException {
        shardId = batch.shardId();
        if (batch.records().isEmpty()) {
            log.verbose("shard %s got 0 records", shardId);
        } else if (!brief) {
            log.info("shard %s got %s", shardId, Log.count(batch.records().size(), "record"));
        }
        var before = left;
        try {
            print(batch);
        } catch (Stdout.Stopped e) {
            return ShardReader.Taken.ENOUGH;
        } finally {
            out.clear();
        }
        if (left == 0) {
            return ShardReader.Taken.ENOUGH;
        }
        return left < before ? ShardReader.Taken.SOME : ShardReader.Taken.NONE;
    }

    /** Interrupts a write whose reader does not read. Records that the reader has not taken are not checkpointed. */
    @Override
    public void stop() {
        stdout.stop();
    }

    private void sayCut() {
        log.warn("shard %s: the last record on stdout is cut, because the reader was too slow; the record is not checkpointed", shardId);
    }

    private void print(ShardReader.Batch batch) throws IOException {
        var start = checkpoint.get(shardId);
        for (var record : batch.records()) {
            if (left == 0) {
                break;
            }
            if (isOver.getAsBoolean()) {
                return;
            }
            print(record, start == null ? 0 : start.written(record.sequenceNumber(), unpacking.name()));
        }
        out.flush();
    }

    /** Prints the parts of the record that follow the written parts. */
    private void print(KinesisRecord record, long written) throws IOException {
        var behind = ShardPosition.after(record.sequenceNumber());
        var parts = unpacking.parts().apply(UserRecord.of(shardId, record)).iterator();
        if (!parts.hasNext()) {
            out.end(behind);
        }
        for (long n = 0; parts.hasNext() && left > 0 && !isOver.getAsBoolean(); n++) {
            var part = parts.next();
            if (n >= written) {
                format.append(part, out);
                left--;
            }
            if (!parts.hasNext()) {
                out.end(behind);
            } else if (n >= written) {
                out.end(ShardPosition.within(record.sequenceNumber(), n, unpacking.name()));
            }
        }
    }
}
