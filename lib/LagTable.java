package lib;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import lib.Table.Column;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** How far a consumer is behind, a line a shard. */
public final class LagTable {
    private static final int THREADS = 64; // which mostly wait for replies
    private static final Duration LONGEST = Duration.ofMinutes(1); // throttling would be waited out for ever

    private final ShardReader.Settings settings;
    private final Checkpoint checkpoint;
    private final Semaphore memory = StreamReader.memory();
    private final Supplier<Instant> now;

    private record Row(String shardId, ShardPosition position, Lag lag) {}

    /**
     * @param checkpoint has the position of every shard of the consumer
     * @param now        the time by the service's clock, or up to a second less
     * @param giveUp     how long a shard may fail for reasons other than throttling
     */
    public LagTable(KinesisClient kinesis, StreamRef stream, Checkpoint checkpoint, Supplier<Instant> now, Duration giveUp, Log log) {
        this.settings = new ShardReader.Settings(kinesis, stream, Lag.Meter.POLLING, Until.NEVER, giveUp, log);
        this.checkpoint = checkpoint;
        this.now = now;
    }

    /**
     * Prints the shards that are not read to their end, and at the end all together.
     *
     * @param max returns false, and says so, when one is further behind; null for never
     * @throws ExecutionException its cause is the {@link Failure} of a shard
     */
    public boolean print(Answer answer, Duration max) throws IOException, InterruptedException, ExecutionException {
        var rows = rows();
        var table = answer.table(Column.left("SHARD", "shardId-000000000000".length()), Column.right("BEHIND", "23h59m".length()),
                Column.right("RECORDS", 0), Column.left("READ UP TO", 56));
        for (var row : rows) {
            table.print(json -> write(json, row), row.shardId(), Durations.show(row.lag().behind()), row.lag().count(), position(row.position()));
        }
        var total = rows.stream().map(Row::lag).reduce(Lag.NONE, Lag::and);
        var worst = rows.stream().max(Comparator.comparing(row -> row.lag().behind())).map(Row::shardId).orElse(null);
        answer.print("total: " + total.count() + " records not read"
                + (total.behind().isZero() ? "" : "; worst: " + worst + ", " + Durations.show(total.behind()) + " behind"), json -> {
            json.writeStringField("streamName", settings.stream().name());
            json.writeNumberField("unfinishedShardCount", rows.size());
            total.write(json);
        });
        if (max != null && total.behind().compareTo(max) > 0) {
            settings.log().warn("stream %s: shard %s is %s behind, more than %s", settings.stream().name(), worst,
                    Durations.show(total.behind()), Durations.show(max));
            return false;
        }
        return true;
    }

    private List<Row> rows() throws InterruptedException, ExecutionException {
        var unfinished = checkpoint.shardIds().stream().filter(shardId -> !checkpoint.get(shardId).isShardEnd()).toList();
        var threads = Executors.newFixedThreadPool(THREADS);
        try {
            var rows = new ArrayList<Row>();
            var measured = threads.invokeAll(unfinished.stream().<Callable<Row>>map(shardId -> () -> row(shardId)).toList(),
                    LONGEST.toSeconds(), TimeUnit.SECONDS);
            for (int i = 0; i < unfinished.size(); i++) {
                if (measured.get(i).isCancelled()) {
                    throw new Failure("shard " + unfinished.get(i) + " has not told its lag in " + LONGEST.toSeconds()
                            + " s, as when others use up its GetRecords; try again");
                }
                rows.add(measured.get(i).get());
            }
            return rows;
        } finally {
            threads.shutdownNow();
        }
    }

    private Row row(String shardId) throws IOException, InterruptedException {
        var position = checkpoint.get(shardId);
        var meter = new Lag.Meter(now);
        var end = new ShardReader(settings, shardId, position.start(), checkpoint.retention(shardId), memory).read(meter);
        return new Row(shardId, position, meter.lag(end.where()));
    }

    private static String position(ShardPosition position) {
        return position.sequenceNumber() != null ? position.sequenceNumber()
                : position.timestamp() != null ? position.timestamp() : position.type();
    }

    private static void write(JsonGenerator json, Row row) throws IOException {
        json.writeStringField("shardId", row.shardId());
        json.writeStringField("type", row.position().type());
        JsonLines.writeIfPresent(json, "sequenceNumber", row.position().sequenceNumber());
        JsonLines.writeIfPresent(json, "timestamp", row.position().timestamp());
        row.lag().write(json);
    }
}
