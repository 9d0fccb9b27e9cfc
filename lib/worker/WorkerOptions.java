package lib.worker;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import lib.aws.Aws;
import lib.cli.UsageException;
import lib.kinesis.Quotas;
import lib.positions.Position;
import picocli.CommandLine.Option;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;

/** The options that say which application of the Kinesis Client Library a worker is of, and how it takes part in it. */
public final class WorkerOptions {
    private static final Duration MIN_TAKEOVER = Duration.ofSeconds(2); // its parts are hundreds of milliseconds then
    private static final Duration MAX_TAKEOVER = Duration.ofMinutes(10);
    private static final Duration MIN_CALL = Duration.ofSeconds(5); // the first one of a process on a busy machine takes a second or two
    private static final Duration MAX_POLL_INTERVAL = Duration.ofSeconds(30); // after a minute without a reply the library would begin anew
    private static final Duration MIN_GRACE = Duration.ofSeconds(1); // an end without trouble takes about as long
    private static final Duration MAX_GRACE = Duration.ofMinutes(10);
    private static final Duration MIN_CHECKPOINT = Duration.ofMillis(100);

    @Option(names = "--app", paramLabel = "NAME", required = true,
            description = "Name of the application, whose workers share the stream, and of its lease table in DynamoDB: 3 to 255 characters"
                    + " of a-z A-Z 0-9 _ . -")
    String name;

    @Option(names = "--from", paramLabel = "POSITION", converter = Position.Converter.class, defaultValue = "latest",
            description = "Where a new application starts reading: latest, earliest, a time, or -1h (default: ${DEFAULT-VALUE}). The first"
                    + " worker stores the position for all workers.")
    private Position from;

    @Option(names = "--new", description = "Start at --from when the lease table has lost its leases. Without --new, the worker fails,"
            + " because the checkpoints are lost, too.")
    boolean isNew;

    @Option(names = "--worker-id", paramLabel = "ID",
            description = "Name of this worker; must be unique (default: the host name and a random suffix).")
    private String workerId;

    @Option(names = "--checkpoint-every", paramLabel = "TIME", defaultValue = "5s",
            description = "Checkpoint each shard every TIME, and more often in the first seconds (default: ${DEFAULT-VALUE}). After a"
                    + " crash, the records since the last checkpoint are printed again.")
    Duration checkpointEvery;

    @Option(names = "--takeover", paramLabel = "TIME", defaultValue = "10s",
            description = "Take over the shards of a worker that has been silent for TIME, 2s to 10m (default: ${DEFAULT-VALUE}).")
    Duration takeover;

    @Option(names = "--max-leases", paramLabel = "N",
            description = "Read at most N shards (default: no limit). Shards for which no worker has room are not read.")
    Integer maxLeases;

    @Option(names = "--shutdown-grace", paramLabel = "TIME", defaultValue = "7s",
            description = "Spend at most TIME on handing over the shards at the end, 1s to 10m (default: ${DEFAULT-VALUE}). A write in"
                    + " progress can take up to 3s before.")
    Duration shutdownGrace;

    @Option(names = "--efo",
            description = "Receive records by enhanced fan-out, as a registered consumer with the name of the application.")
    boolean isEnhancedFanOut;

    @Option(names = "--poll-interval", paramLabel = "TIME", defaultValue = "1s",
            description = "Without --efo: poll each shard every TIME, 200ms to 30s (default: ${DEFAULT-VALUE}).")
    Duration pollInterval;

    @Option(names = "--metrics",
            description = "Send the metrics of the Kinesis Client Library to CloudWatch, in a namespace with the name of the application.")
    boolean hasMetrics;

    @Option(names = "--give-up", paramLabel = "TIME", defaultValue = "2m",
            description = "Fail when Kinesis or DynamoDB has failed for TIME, or the worker has not started within TIME"
                    + " (default: ${DEFAULT-VALUE}). Throttled calls are retried without a deadline.")
    Duration giveUp;

    @Option(names = "--alive", paramLabel = "FILE",
            description = "Touch FILE every second while each shard makes progress, for a liveness probe. FILE is not touched while stdout"
                    + " or the library is stuck.")
    Path alive;

    @Option(names = "--status", description = "Print only the owner, lag and checkpoint of each shard, without starting a worker.")
    private boolean status;

    @Option(names = "--max-lag", paramLabel = "TIME",
            description = "With --status: end with exit code 1 if the lag of a shard exceeds TIME.")
    private Duration maxLag;

    /** Whether it is only asked about. */
    public boolean isStatus() {
        return status;
    }

    /** Null when none is too long. */
    Duration maxLag() {
        return maxLag;
    }

    /** @throws UsageException when the options are wrong */
    public void check() {
        if (!name.matches("[A-Za-z0-9_.-]{3,255}")) { // API reference of DynamoDB, CreateTable
            throw new UsageException("--app must have 3 to 255 of a-z A-Z 0-9 _ . -");
        }
        if (from instanceof Position.Later || from instanceof Position.After) {
            throw new UsageException("--from takes earliest, latest, a time, or -DURATION");
        }
        if (from instanceof Position.At at && at.time().isAfter(Instant.now())) {
            throw new UsageException("--from is in the future; write latest, or an earlier time");
        }
        if (workerId != null && workerId.isBlank()) {
            throw new UsageException("--worker-id must not be empty");
        }
        if (checkpointEvery.compareTo(MIN_CHECKPOINT) < 0) {
            throw new UsageException("--checkpoint-every must be at least 100ms: each checkpoint is a write to DynamoDB for each shard");
        }
        if (takeover.compareTo(MIN_TAKEOVER) < 0 || takeover.compareTo(MAX_TAKEOVER) > 0) {
            throw new UsageException("--takeover must be from 2s to 10m");
        }
        if (maxLeases != null && maxLeases < 1) {
            throw new UsageException("--max-leases must be at least 1");
        }
        if (shutdownGrace.compareTo(MIN_GRACE) < 0 || shutdownGrace.compareTo(MAX_GRACE) > 0) {
            throw new UsageException("--shutdown-grace must be from 1s to 10m");
        }
        if (pollInterval.compareTo(Quotas.MIN_POLL_INTERVAL) < 0 || pollInterval.compareTo(MAX_POLL_INTERVAL) > 0) {
            throw new UsageException("--poll-interval must be from 200ms to 30s: a shard takes 5 GetRecords a second");
        }
        if (maxLag != null && !status) {
            throw new UsageException("--max-lag needs --status");
        }
    }

    /**
     * Where a new application begins.
     *
     * @param now by the service's clock
     * @return null for the oldest record
     */
    Instant begin(Instant now) {
        return from.time(now);
    }

    /** Returns whether --from was given a value other than latest. */
    boolean hasBegin() {
        return !from.equals(Position.LATEST);
    }

    /** A call to DynamoDB that takes longer is of no use: leases expire. */
    Duration longestCall() {
        var half = takeover.dividedBy(2);
        return half.compareTo(MIN_CALL) > 0 ? half : MIN_CALL;
    }

    Consumer<ClientOverrideConfiguration.Builder> dynamoDbCalls() {
        return Aws.calls(3, longestCall().dividedBy(2), longestCall());
    }

    /** Another for each worker. */
    String workerId() {
        if (workerId == null) {
            workerId = hostName() + "-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        }
        return workerId;
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "worker";
        }
    }
}
