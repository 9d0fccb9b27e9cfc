package lib;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import software.amazon.awssdk.services.kinesis.model.Record;

/** Prints what the shards bring, and notes in the checkpoint what stdout has taken. */
public final class RecordPrinter implements ShardReader.Sink {
    private static final int FULL = 1 << 20;

    private final Stdout stdout;
    private final RecordFormat format;
    private final Checkpoint checkpoint;
    private final String partitionKey;
    private final Log log;
    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
    private long left;

    /**
     * @param partitionKey the only one whose records are printed; null for all
     * @param count        after so many records no more are wanted
     */
    public RecordPrinter(Stdout stdout, RecordFormat format, Checkpoint checkpoint, String partitionKey, long count, Log log) {
        this.stdout = stdout;
        this.format = format;
        this.checkpoint = checkpoint;
        this.partitionKey = partitionKey;
        this.left = count;
        this.log = log;
    }

    @Override
    public ShardReader.Taken accept(ShardReader.Batch batch) throws IOException {
        try (var whole = stdout.hold()) { // no other shard's lines and no end of the process in between
            if (batch.records().isEmpty()) {
                log.verbose("shard %s got 0 records", batch.shardId());
            } else {
                log.info("shard %s got %d records", batch.shardId(), batch.records().size());
            }
            var before = left;
            Record last = null;
            for (var record : batch.records()) {
                if (left == 0) {
                    break;
                }
                last = record;
                if (partitionKey == null || partitionKey.equals(record.partitionKey())) {
                    format.append(batch.shardId(), record, lines);
                    left--;
                }
                if (lines.size() >= FULL) {
                    write(batch.shardId(), last);
                }
            }
            if (last != null) {
                write(batch.shardId(), last);
            }
            return left == 0 ? ShardReader.Taken.ENOUGH : left < before ? ShardReader.Taken.SOME : ShardReader.Taken.NONE;
        }
    }

    private void write(String shardId, Record last) throws IOException {
        lines.writeTo(stdout);
        lines.reset();
        checkpoint.set(shardId, ShardPosition.after(last));
    }
}
