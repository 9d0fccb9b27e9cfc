package lib.describe;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import lib.cli.AnswerPrinter;
import lib.cli.Failure;
import lib.cli.Log;
import lib.cli.Table.Column;
import lib.kinesis.Backoff;
import lib.kinesis.KinesisStream;
import lib.kinesis.Pages;
import lib.kinesis.Quotas;
import lib.kinesis.StreamRef;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** The streams of the region, a line each. */
public final class StreamTable {
    // four fifths of what the account has: others may want some
    private static final long LIST_INTERVAL = TimeUnit.SECONDS.toNanos(5) / (4 * Quotas.LIST_STREAMS_A_SECOND);
    private static final long DESCRIBE_INTERVAL = TimeUnit.SECONDS.toNanos(5) / (4 * Quotas.DESCRIBE_STREAM_SUMMARY_A_SECOND);

    private final KinesisClient kinesis;
    private final Log log;
    private long nextList = System.nanoTime();

    /** @param kinesis does not try again by itself: that is done here */
    public StreamTable(KinesisClient kinesis, Log log) {
        this.kinesis = kinesis;
        this.log = log;
    }

    /** Prints just their names. */
    public void printNames(AnswerPrinter answer) throws IOException, InterruptedException {
        for (var name : names()) {
            answer.print(name, json -> json.writeStringField("streamName", name));
        }
    }

    /** Prints a line of each as soon as it is known, and returns false when some may not be described. */
    public boolean print(AnswerPrinter answer) throws IOException, InterruptedException {
        var names = names();
        var rows = answer.table(Column.left("STREAM", names.stream()),
                Column.left("STATUS", "UPDATING".length()), Column.left("MODE", "PROVISIONED".length()),
                Column.right("SHARDS", 0), Column.right("RETENTION", 0), Column.right("AGE", "23h59m".length()));
        var complete = true;
        for (var name : names) {
            var next = System.nanoTime() + DESCRIBE_INTERVAL;
            try {
                var stream = new StreamDescription(KinesisStream.of(kinesis, new StreamRef(name, null)).summary(log));
                var summary = stream.summary();
                rows.print(stream::write, name, summary.streamStatusAsString(), stream.mode(),
                        StreamDescription.show(summary.openShardCount()), summary.retentionPeriodHours() + "h",
                        stream.age(summary.streamCreationTimestamp()));
            } catch (Failure e) {
                if (e.isRefusal("AccessDeniedException")) {
                    complete = false;
                    log.warn("%s", e.getMessage());
                    rows.print(json -> json.writeStringField("streamName", name), name, null, null, null, null, null);
                } else if (!e.isRefusal("ResourceNotFoundException")) { // which is deleted by now
                    throw e;
                }
            }
            TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
        }
        return complete;
    }

    private List<String> names() throws InterruptedException {
        var names = new Pages<String>("ListStreams", name -> name);
        String last = null;
        var backoff = new Backoff("list of streams", Backoff.STARTUP, log);
        while (true) {
            TimeUnit.NANOSECONDS.sleep(nextList - System.nanoTime());
            // not by NextToken: kinesis-mock, and so LocalStack, does not know it and never ends
            var start = last;
            var page = backoff.call(() -> kinesis.listStreams(request -> request.exclusiveStartStreamName(start)));
            nextList = System.nanoTime() + LIST_INTERVAL; // after the reply: the service gets a slow call late
            if (!names.add(page.streamNames(), page.hasMoreStreams())) {
                var all = names.all();
                if (all.isEmpty()) {
                    log.info("no streams in region %s", kinesis.serviceClientConfiguration().region());
                }
                return all;
            }
            last = page.streamNames().isEmpty() ? last : page.streamNames().get(page.streamNames().size() - 1);
        }
    }
}
