package lib.worker;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import lib.cli.ErrorLine;
import lib.cli.Failure;
import lib.cli.Log;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;

/**
 * Touches the file of {@code --alive} every second while a worker makes progress: stdout takes the records of the batch that is printed,
 * each other shard gets batches, and the Kinesis Client Library calls DynamoDB. A service that throttles or fails does not count as a
 * standstill: the worker waits for it, or ends after {@code --give-up}, and a restart would not help.
 */
final class LivenessFile implements ExecutionInterceptor {
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** The longest that a batch may be printed while stdout takes nothing. */
    static final Duration LONGEST_WRITE = Duration.ofSeconds(10);

    /** Longer than any call takes before it fails, which is 20 s. */
    static final Duration LONGEST_CALL = Duration.ofSeconds(30);

    private final Path file;
    private final Duration longestPause;
    private final Duration longestWithoutCall;
    private final Supplier<Duration> sinceTaken;
    private final LongSupplier nanoTime;
    private final Log log;
    private final Map<String, Progress> shards = new ConcurrentHashMap<>();
    private volatile Long calledAt; // DynamoDB, which has answered or failed; null before the library starts
    private volatile Long failedAt; // Kinesis; null for never
    private boolean failed;

    private record Progress(boolean isPrinting, long at) {}

    /**
     * @param file       null for none
     * @param sinceTaken the time since stdout last took something
     */
    LivenessFile(Path file, Duration pollInterval, Duration takeover, Supplier<Duration> sinceTaken, LongSupplier nanoTime, Log log) {
        this.file = file;
        this.longestPause = pollInterval.plus(LONGEST_CALL);
        this.longestWithoutCall = takeover.plus(LONGEST_CALL); // leases are renewed three times in --takeover
        this.sinceTaken = sinceTaken;
        this.nanoTime = nanoTime;
        this.log = log;
    }

    /**
     * Touches the file from now on, if there is one.
     *
     * @throws Failure when it cannot be touched
     */
    void start() {
        if (file == null) {
            return;
        }
        try {
            touch();
        } catch (IOException e) {
            throw new Failure("--alive: cannot touch " + file + ": " + ErrorLine.ofWriting(e), e);
        }
        var thread = new Thread(this::run, "alive");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        while (true) {
            LockSupport.parkNanos(INTERVAL.toNanos());
            if (isAlive()) {
                touchAgain();
            }
        }
    }

    private void touchAgain() {
        try {
            touch();
            failed = false;
        } catch (IOException e) {
            if (!failed) {
                log.warn("--alive: cannot touch %s: %s; retrying", file, ErrorLine.ofWriting(e));
            }
            failed = true;
        }
    }

    private void touch() throws IOException {
        if (!Files.exists(file)) {
            Files.createFile(file);
        }
        if (!Files.isRegularFile(file)) {
            var reason = Files.isDirectory(file) ? "it is a directory" : "it is not a regular file";
            throw new FileSystemException(file.toString(), null, reason);
        }
        Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
    }

    /** Notes that the library starts. The worker has no shard then. */
    void libraryStarts() {
        shards.clear();
        calledAt = nanoTime.getAsLong();
    }

    /** Notes that the shard waits for its next batch. */
    void awaitsBatch(String shardId) {
        shards.put(shardId, new Progress(false, nanoTime.getAsLong()));
    }

    /** Notes that a batch of the shard is printed, or waits while another shard prints a batch. */
    void prints(String shardId) {
        shards.put(shardId, new Progress(true, nanoTime.getAsLong()));
    }

    /** Notes that this worker no longer reads the shard. */
    void ends(String shardId) {
        shards.remove(shardId);
    }

    @Override
    public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
        if (isOf("DynamoDb", attributes)) {
            calledAt = nanoTime.getAsLong();
        }
    }

    @Override
    public void onExecutionFailure(Context.FailedExecution context, ExecutionAttributes attributes) {
        if (isOf("DynamoDb", attributes)) {
            calledAt = nanoTime.getAsLong();
        } else if (isOf("Kinesis", attributes)) {
            failedAt = nanoTime.getAsLong();
        }
    }

    private static boolean isOf(String service, ExecutionAttributes attributes) {
        return service.equalsIgnoreCase(attributes.getAttribute(SdkExecutionAttribute.SERVICE_NAME));
    }

    boolean isAlive() {
        return (calledAt == null || isWithin(longestWithoutCall, calledAt)) && shards.values().stream().allMatch(this::isAlive);
    }

    private boolean isAlive(Progress shard) {
        if (shard.isPrinting()) {
            return isWithin(LONGEST_WRITE, shard.at()) || sinceTaken.get().compareTo(LONGEST_WRITE) <= 0;
        }
        return isWithin(longestPause, shard.at()) || failedAt != null && isWithin(longestPause, failedAt);
    }

    private boolean isWithin(Duration longest, long time) {
        return nanoTime.getAsLong() - time <= longest.toNanos();
    }
}
