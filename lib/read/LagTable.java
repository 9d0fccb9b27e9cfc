package lib.read;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import lib.cli.AnswerPrinter;
import lib.cli.Durations;
import lib.cli.Failure;
import lib.cli.JsonLines;
import lib.cli.Log;
import lib.cli.Table.Column;
import lib.kinesis.KinesisStream;
import lib.positions.Checkpoint;
import lib.positions.ShardPosition;
import lib.positions.Until;

/** How far a consumer is behind, a line a shard. */
public final class LagTable {
    private static final int THREADS = 64; // which mostly wait for replies
    private static final Duration LONGEST = Duration.ofMinutes(1); // throttling would be waited out for ever

    private final ShardReader.Settings settings;
    private final Checkpoint checkpoint;
    private final FetchLimit fetches = FetchLimit.ofHeap();
    private final Retention retention;
    private final Supplier<Instant> now;

    private record Row(String shardId, ShardPosition position, Lag lag) {}

    /**
     * @param checkpoint has the position of every shard of the consumer
     * @param now        the time by the service's clock, or up to a second less
     * @param giveUp     how long a shard may fail for reasons other than throttling
     */
    public LagTable(KinesisStream stream, Checkpoint checkpoint, Supplier<Instant> now, Duration giveUp, Log log) {
        this.settings = new ShardReader.Settings(stream, Lag.Meter.POLLING, Until.NEVER, giveUp, log);
        this.retention = new Retention(stream, giveUp, log);
        this.checkpoint = checkpoint;
        this.now = now;
    }

    /** Prints the shards without an owner. */
    public boolean print(AnswerPrinter answer, Duration max) throws IOException, InterruptedException, ExecutionException {
        return print(answer, max, null);
    }

    /**
     * Prints the shards that are not read to their end, and at the end all together.
     *
     * @param max   returns false, and says so, when one is further behind; null for never
     * @param owner of a shard by its id; null when a shard has none. Null when shards have no owners
     * @throws ExecutionException its cause is the {@link Failure} of a shard
     */
    public boolean print(AnswerPrinter answer, Duration max, Function<String, String> owner)
            throws IOException, InterruptedException, ExecutionException {
        var rows = rows();
        var columns = new ArrayList<>(List.of(Column.left("SHARD", "shardId-000000000000".length()),
                Column.right("BEHIND", "23h59m".length()), Column.right("RECORDS", 0), Column.left("READ UP TO", 56)));
        if (owner != null) {
            columns.add(3, Column.left("OWNER", rows.stream().map(row -> owner.apply(row.shardId())).filter(Objects::nonNull)));
        }
        var table = answer.table(columns.toArray(Column[]::new));
        for (var row : rows) {
            var cells = new ArrayList<>(List.of(row.shardId(), Durations.show(row.lag().behind()), row.lag().count(),
                    position(row.position())));
            if (owner != null) {
                cells.add(3, owner.apply(row.shardId()));
            }
            table.print(json -> write(json, row, owner), cells.toArray(String[]::new));
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
            settings.log().warn("stream %s: the lag of shard %s is %s, more than --max-lag %s", settings.stream().name(), worst,
                    Durations.show(total.behind()), Durations.show(max));
            return false;
        }
        return true;
    }

    private List<Row> rows() throws InterruptedException, ExecutionException {
        var unfinished = checkpoint.shardIds().stream().filter(shardId -> !checkpoint.get(shardId).hasEnded()).toList();
        var threads = Executors.newFixedThreadPool(THREADS);
        try {
            var rows = new ArrayList<Row>();
            var measured = threads.invokeAll(unfinished.stream().<Callable<Row>>map(shardId -> () -> row(shardId)).toList(),
                    LONGEST.toSeconds(), TimeUnit.SECONDS);
            for (int i = 0; i < unfinished.size(); i++) {
                if (measured.get(i).isCancelled()) {
                    throw new Failure("shard " + unfinished.get(i) + ": its lag is unknown after " + LONGEST.toSeconds()
                            + " s, perhaps because other readers use up its 5 GetRecords a second; run it again");
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
        var retained = retention.reader(shardId, position.start(), checkpoint.isResumed(shardId));
        var end = new ShardReader(settings, shardId, position.start(), retained, false, fetches).read(meter);
        return new Row(shardId, position, meter.lag(end.where()));
    }

    private static String position(ShardPosition position) {
        if (position.sequenceNumber() != null) {
            return position.sequenceNumber();
        }
        return position.timestamp() != null ? position.timestamp() : position.type();
    }

    private static void write(JsonGenerator json, Row row, Function<String, String> owner) throws IOException {
        json.writeStringField("shardId", row.shardId());
        JsonLines.writeIfPresent(json, "leaseOwner", owner == null ? null : owner.apply(row.shardId()));
        json.writeStringField("type", row.position().type());
        JsonLines.writeIfPresent(json, "sequenceNumber", row.position().sequenceNumber());
        JsonLines.writeIfPresent(json, "timestamp", row.position().timestamp());
        row.lag().write(json);
    }
}
