package lib.worker;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import lib.aws.Aws;
import lib.cli.AnswerPrinter;
import lib.cli.Failure;
import lib.cli.Log;
import lib.kinesis.KinesisStream;
import lib.leases.ApplicationProgress;
import lib.leases.ApplicationStart;
import lib.leases.LeaseTable;
import lib.read.LagTable;

/** What the workers of an application have read. */
public final class WorkerStatus {
    private static final Duration GIVE_UP = Duration.ofSeconds(10); // somebody waits for it

    private WorkerStatus() {}

    /**
     * Prints the shards that are not read to their end, with the worker that has each.
     *
     * @return false when one is further behind than --max-lag
     * @throws Failure            when there is no such application, or its leases are lost
     * @throws ExecutionException its cause is the {@link Failure} of a shard
     */
    public static boolean print(AnswerPrinter answer, KinesisStream stream, WorkerOptions application, Aws aws, Log log)
            throws Exception {
        var table = LeaseTable.of(application.name, application.dynamoDbCalls(), aws, GIVE_UP, log);
        if (!table.isReady()) {
            throw new Failure("application " + application.name
                    + " does not exist: DynamoDB has no table of this name; check --app and the region");
        }
        var summary = stream.summary(log);
        var now = ApplicationStart.of(summary, application.begin(summary.time()));
        var reading = ApplicationProgress.of(table, application.name, now, () -> stream.shards(log), log);
        if (reading.isLost()) {
            throw new Failure(reading.loss(application.name));
        }
        return new LagTable(stream, reading.checkpoint(), reading.shards().clock(), GIVE_UP, log)
                .print(answer, application.maxLag(), reading::owner);
    }
}
