package lib;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import software.amazon.awssdk.services.kinesis.model.Record;

/** Prints what the shards bring, and notes in the checkpoint what stdout has taken. */
public final class RecordPrinter implements ShardReader.Sink {
    private static final int FULL = 1 << 20;

    private final Stdout stdout;
    private final OutputStream out;
    private final Unpacking unpacking;
    private final RecordFormat format;
    private final Checkpoint checkpoint;
    private final Log log;
    private boolean brief;
    private long left;
    private long pending;

    /**
     * @param count after so many records no more are wanted
     */
    public RecordPrinter(Stdout stdout, Unpacking unpacking, RecordFormat format, Checkpoint checkpoint,
            long count, Log log) {
        this.stdout = stdout;
        this.out = new BufferedOutputStream(stdout, FULL);
        this.unpacking = unpacking;
        this.format = format;
        this.checkpoint = checkpoint;
        this.left = count;
        this.log = log;
    }

    /** From now on tells of batches only when the user wants to know more. */
    public RecordPrinter brief() {
        brief = true;
        return this;
    }

    @Override
    public ShardReader.Taken accept(ShardReader.Batch batch) throws IOException {
        try (var whole = stdout.hold()) { // no other shard's lines and no end of the process in between
            if (batch.records().isEmpty() || brief) {
                log.verbose("shard %s got %d records", batch.shardId(), batch.records().size());
            } else {
                log.info("shard %s got %d records", batch.shardId(), batch.records().size());
            }
            var before = left;
            var start = checkpoint.get(batch.shardId());
            ShardPosition position = null;
            for (var record : batch.records()) {
                if (left == 0) {
                    break;
                }
                if (pending >= FULL) {
                    write(batch.shardId(), position);
                }
                position = print(batch.shardId(), record, start);
            }
            if (position != null) {
                write(batch.shardId(), position);
            }
            return left == 0 ? ShardReader.Taken.ENOUGH : left < before ? ShardReader.Taken.SOME : ShardReader.Taken.NONE;
        }
    }

    /** Prints the record, or what is left of it behind where the batch begins, and returns the position behind that. */
    private ShardPosition print(String shardId, Record record, ShardPosition start) throws IOException {
        var written = start == null ? 0 : start.written(record, unpacking.name());
        var n = 0L;
        for (var part : unpacking.parts().apply(UserRecord.of(shardId, record))) {
            if (left == 0) {
                return ShardPosition.within(record.sequenceNumber(), n - 1, unpacking.name());
            }
            if (pending >= FULL && n > written) {
                write(shardId, ShardPosition.within(record.sequenceNumber(), n - 1, unpacking.name()));
            }
            if (n >= written) {
                format.append(part, out);
                pending += part.data().length;
                left--;
            }
            n++;
        }
        return ShardPosition.after(record.sequenceNumber());
    }

    private void write(String shardId, ShardPosition position) throws IOException {
        out.flush();
        pending = 0;
        checkpoint.set(shardId, position);
    }
}
