package lib.describe;

import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Stack;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import lib.cli.AnswerPrinter;
import lib.cli.Durations;
import lib.cli.Log;
import lib.cli.Stdout;
import lib.describe.Dashboard.Row;
import lib.positions.Checkpoint;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/** Shows the traffic of a stream while it is read: on a live screen, or a line an interval. */
public final class Watch {
    /** From one GetRecords of a shard to the next. */
    public static final Duration POLL_INTERVAL = Duration.ofSeconds(1);

    /** Whether there can be rates for so long. */
    public static boolean isInterval(Duration time) {
        return time.compareTo(POLL_INTERVAL) >= 0 && time.compareTo(Duration.ofSeconds(Traffic.SECONDS)) <= 0;
    }

    /** How long to wait for the rate of every shard before the first line. */
    private static final Duration FIRST_REPLIES = Duration.ofSeconds(5);

    /** Lets the option stand before the stream, too, without its value. */
    public static final class Interval implements IParameterPreprocessor {
        private static final String DEFAULT = "2s";

        @Override
        public boolean preprocess(Stack<String> args, CommandSpec command, ArgSpec option, Map<String, Object> info) {
            if (!"=".equals(info.get("separator")) && (args.isEmpty() || !Durations.isDuration(args.peek()))) {
                args.push(DEFAULT);
            }
            return false;
        }
    }

    private final Dashboard dashboard;
    private final Duration interval;

    /** @param checkpoint knows every shard, and which have ended */
    public Watch(String streamName, Checkpoint checkpoint, Traffic traffic, Duration interval) {
        this.dashboard = new Dashboard(streamName, checkpoint, traffic, interval);
        this.interval = interval;
    }

    /**
     * Shows it until the user has enough, or the reading fails.
     *
     * @param read feeds the traffic and keeps the checkpoint up to date, until it is interrupted
     * @throws ExecutionException its cause is what the reading failed with
     */
    public void run(Callable<?> read, AnswerPrinter answer, Stdout stdout, Log log)
            throws IOException, InterruptedException, ExecutionException {
        var reading = new FutureTask<>(read);
        new Thread(reading, "reading").start();
        try (var screen = answer.isText() && !log.isDebug() ? Screen.open() : null) {
            if (screen == null) {
                printLines(reading, answer);
            } else {
                stdout.atEnd(screen::close);
                log.to(dashboard::say);
                show(reading, screen);
            }
        } finally {
            log.to(null);
            reading.cancel(true);
        }
    }

    private void show(Future<?> reading, Screen screen) throws IOException, InterruptedException, ExecutionException {
        int key;
        do {
            if (reading.isDone()) {
                reading.get();
                return;
            }
            var size = screen.size();
            screen.show(dashboard.lines(size.getColumns(), size.getRows()));
            key = screen.key(POLL_INTERVAL);
        } while (dashboard.press(key));
    }

    private void printLines(Future<?> reading, AnswerPrinter answer) throws IOException, InterruptedException, ExecutionException {
        var started = System.nanoTime();
        var next = started;
        while (true) {
            next = Math.max(next, System.nanoTime() - interval.toNanos()) + interval.toNanos();
            try {
                reading.get(next - System.nanoTime(), TimeUnit.NANOSECONDS);
                return;
            } catch (TimeoutException e) {
                var rows = dashboard.rows().stream().filter(Row::isOpen).toList();
                if (rows.stream().allMatch(Row::isKnown) || System.nanoTime() - started > FIRST_REPLIES.toNanos()) {
                    print(answer, rows);
                }
            }
        }
    }

    private static void print(AnswerPrinter answer, List<Row> rows) throws IOException {
        var total = Dashboard.total(rows);
        var most = rows.stream().filter(Row::isKnown).max(Comparator.comparing(Row::load)).orElse(null);
        var silent = rows.stream().filter(row -> !row.isKnown()).count();
        answer.print("%s  %s records/s  %s/s  shards: %d open, %d hot%s%s".formatted(Dashboard.now(),
                total == null ? "-" : total.showRecords(), total == null ? "-" : total.showBytes(),
                rows.size(), rows.stream().filter(Row::isHot).count(), silent == 0 ? "" : ", " + silent + " unknown",
                most == null ? "" : "; most: " + most.tip().rate().showLoad() + " in " + most.shardId()), json -> {
            json.writeStringField("time", Dashboard.now().toString());
            if (total != null) {
                total.write(json);
            }
            json.writeArrayFieldStart("shards");
            for (var row : rows) {
                json.writeStartObject();
                json.writeStringField("shardId", row.shardId());
                row.tip().write(json);
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }
}
