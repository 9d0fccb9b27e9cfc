package lib;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import software.amazon.awssdk.services.kinesis.model.Record;

/** Prints what the shards bring: a batch is one write, so that no other shard's lines come between. */
public final class RecordPrinter implements ShardReader.Sink {
    private final Stdout stdout;
    private final RecordFormat format;
    private final Log log;
    private final ByteArrayOutputStream batch = new ByteArrayOutputStream();

    public RecordPrinter(Stdout stdout, RecordFormat format, Log log) {
        this.stdout = stdout;
        this.format = format;
        this.log = log;
    }

    @Override
    public void accept(String shardId, List<Record> records) throws IOException {
        try (var whole = stdout.hold()) {
            if (records.isEmpty()) {
                log.verbose("shard %s got 0 records", shardId);
                return;
            }
            log.info("shard %s got %d records", shardId, records.size());
            batch.reset();
            for (var record : records) {
                format.append(shardId, record, batch);
            }
            batch.writeTo(stdout);
        }
    }
}
