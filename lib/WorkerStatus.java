package lib;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import software.amazon.awssdk.services.kinesis.KinesisClient;

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
    public static boolean print(Answer answer, StreamRef stream, Application application, Aws aws, KinesisClient kinesis, Log log)
            throws Exception {
        var table = LeaseTable.of(application, aws, GIVE_UP, log);
        if (!table.isReady()) {
            throw new Failure("there is no application " + application.name + ": DynamoDB has no table of that name; its first worker makes it");
        }
        var described = StreamDescription.of(kinesis, stream, log);
        var reading = Reading.of(table, application.name, Origin.of(described.summary(), application.begin(described.described())),
                () -> Backoff.startup(stream, log).call(() -> Shards.list(kinesis, stream)), log);
        if (reading.isLost()) {
            throw new Failure(reading.loss(application.name));
        }
        return new LagTable(kinesis, stream, reading.checkpoint(), reading.shards().clock(), GIVE_UP, log)
                .print(answer, application.maxLag(), reading::owner);
    }
}
