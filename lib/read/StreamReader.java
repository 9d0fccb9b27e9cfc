package lib.read;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import lib.cli.Failure;
import lib.cli.Stdout;
import lib.kinesis.Quotas;
import lib.kinesis.Shards;
import lib.positions.Checkpoint;
import lib.positions.ShardPosition;
import lib.read.ShardReader.Where;
import software.amazon.awssdk.services.kinesis.model.ChildShard;
import software.amazon.awssdk.services.kinesis.model.Shard;

/**
 * Reads the shards of a stream, all at once: a {@link ShardReader} and a thread for each, and when one has ended, for those
 * that it was split or merged into.
 */
public final class StreamReader {
    /** How long the end waits for the batch under way. */
    private static final int BATCH_SECONDS = 1;

    /** Longer than {@link Stdout} waits for its reader: after this, whoever reads stderr stands still, too. */
    private static final int STOP_SECONDS = 4;

    private static final Duration SAVE_INTERVAL = Duration.ofSeconds(1);

    private final ShardReader.Settings settings;
    private final Predicate<Shard> wanted;
    private final Checkpoint checkpoint;
    private final Retention retention;
    private final ShardOrder order = new ShardOrder();
    private final FetchLimit fetches = FetchLimit.ofHeap();
    private final ShardListing listing;
    private final ReentrantLock handingOn = new ReentrantLock(true);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ExecutorCompletionService<Ended> readers = new ExecutorCompletionService<>(threads);
    private final Deque<Shard> waiting = new ArrayDeque<>(); // to begin
    private int reading;
    private ShardListing.Listed added;
    private boolean stopped; // guarded by handingOn
    private volatile boolean enough;
    private volatile long active; // by System.nanoTime

    /** @param listed null when that does not matter */
    private record Ended(ShardReader reader, String shardId, ShardReader.End end, ShardListing.Listed listed) {}

    /**
     * @param wanted     the shards that are read
     * @param checkpoint where each begins, which is kept up to date
     */
    public StreamReader(ShardReader.Settings settings, Predicate<Shard> wanted, Checkpoint checkpoint) {
        this.settings = settings;
        this.retention = new Retention(settings.stream(), settings.giveUp(), settings.log());
        this.listing = new ShardListing(settings);
        this.wanted = wanted;
        this.checkpoint = checkpoint;
    }

    /**
     * Reads until every shard has ended, the sink has enough, or time is up, and returns false when that was the idle time.
     *
     * @param sink gets a batch at a time, and none after this method has returned
     * @param time after which to end; null is never
     * @param idle how long to wait for records the sink has a use for, once all that there were are read; null is for ever
     * @throws ExecutionException the error of the first shard that fails, which ends the others: its cause is a {@link Failure}
     *                            that names the shard, or what the sink threw
     */
    public boolean read(Shards shards, ShardReader.Sink sink, Duration time, Duration idle)
            throws InterruptedException, ExecutionException {
        var started = System.nanoTime();
        try {
            add(shards.all());
            checkpoint.shardIds().stream().filter(shardId -> checkpoint.get(shardId).hasEnded()).forEach(order::end);
            begin();
            var saved = started;
            active = started;
            while (reading + waiting.size() > 0 && !enough) {
                if (left(started, time) == 0) {
                    return true;
                }
                var begins = !waiting.isEmpty(); // one in each round, so that --for ends in time
                if (begins) {
                    read(waiting.remove(), sink);
                }
                var ended = readers.poll(begins ? 0 : Math.min(SAVE_INTERVAL.toNanos(), Math.min(left(started, time), left(active, idle))),
                        TimeUnit.NANOSECONDS);
                if (ended != null) {
                    follow(ended.get(), sink);
                } else if (begins || handingOn.isLocked()) { // perhaps for long, by a reader of the pipe that stands still
                    active = System.nanoTime();
                } else if (left(active, idle) == 0) {
                    return false;
                }
                if (left(saved, SAVE_INTERVAL) == 0) {
                    checkpoint.save();
                    saved = System.nanoTime();
                }
            }
            return true;
        } finally {
            stop(sink);
        }
    }

    /** Adds those that are wanted and new. What a split or merge brings while the stream is read is read from its beginning. */
    private void add(List<Shard> shards) {
        var added = shards.stream().filter(wanted).filter(shard -> !order.knows(shard.shardId())).toList();
        for (var shard : added) {
            if (checkpoint.get(shard.shardId()) == null) {
                checkpoint.set(shard.shardId(), ShardPosition.trimHorizon());
            }
        }
        order.add(added);
    }

    /** Queues the shards whose turn it is. */
    private void begin() {
        waiting.addAll(order.begin());
    }

    private void read(Shard shard, ShardReader.Sink sink) {
        var shardId = shard.shardId();
        var start = checkpoint.get(shardId).start();
        var retained = retention.reader(shardId, start, checkpoint.isResumed(shardId));
        submit(new ShardReader(settings, shardId, start, retained, !Shards.isOpen(shard), fetches), shardId, Duration.ZERO, sink);
    }

    private void submit(ShardReader reader, String shardId, Duration delay, ShardReader.Sink sink) {
        reading++;
        readers.submit(() -> {
            Thread.sleep(delay.toMillis());
            var end = reader.read(batch -> handOn(batch, sink));
            return new Ended(reader, shardId, end, listed(shardId, end));
        });
    }

    /** Lists the shards that may follow the shard. The children that the service names are not enough: another parent may be new, too. */
    private ShardListing.Listed listed(String shardId, ShardReader.End end) throws InterruptedException {
        return switch (end.where()) {
            case WITHIN -> null;
            case TIP -> listing.of(shardId, settings.until().overSince()); // children that are made later hold only later records
            case SHARD_END -> listing.of(shardId, System.nanoTime());
        };
    }

    private ShardReader.Taken handOn(ShardReader.Batch batch, ShardReader.Sink sink) throws IOException {
        handingOn.lock();
        try {
            if (stopped || enough) {
                return ShardReader.Taken.ENOUGH;
            }
            stopped = true; // when it fails
            var taken = sink.accept(batch);
            stopped = false;
            if (taken == ShardReader.Taken.ENOUGH) {
                enough = true;
            }
            if (taken == ShardReader.Taken.SOME || batch.isBehind()) {
                active = System.nanoTime();
            }
            return taken;
        } finally {
            handingOn.unlock();
        }
    }

    /** Goes on with the children of a shard that has ended. */
    private void follow(Ended ended, ShardReader.Sink sink) {
        reading--;
        var shardId = ended.shardId();
        var end = ended.end();
        if (end.where() == Where.WITHIN) { // and so its children would be beyond
            return;
        }
        add(end.children().stream().map(StreamReader::shard).toList());
        if (ended.listed() != added) {
            added = ended.listed();
            add(added.shards());
        }
        if (end.where() == Where.TIP) {
            if (ended.listed().isClosed(shardId)) { // its children may hold what comes before the end
                ended.reader().goToShardEnd();
                submit(ended.reader(), shardId, Quotas.MIN_POLL_INTERVAL, sink);
            }
        } else if (end.children().isEmpty() && ended.listed().isOpen(shardId)) {
            settings.log().verbose("shard %s: the response has no next iterator, but the shard is open; reading continues", shardId);
            submit(ended.reader(), shardId, settings.polling().caughtUp(), sink);
        } else {
            settings.log().info("shard %s ended", shardId);
            checkpoint.set(shardId, ShardPosition.shardEnd());
            order.end(shardId);
            begin();
        }
    }

    private static Shard shard(ChildShard child) {
        var parents = child.parentShards();
        return Shard.builder().shardId(child.shardId()).hashKeyRange(child.hashKeyRange()).sequenceNumberRange(open -> {})
                .parentShardId(parents.get(0)).adjacentParentShardId(parents.size() > 1 ? parents.get(1) : null).build();
    }

    /** Ends all threads: after the batch under way, or within it when the sink stands still. */
    private void stop(ShardReader.Sink sink) {
        enough = true;
        try {
            if (!handingOn.tryLock(BATCH_SECONDS, TimeUnit.SECONDS)) {
                sink.stop();
                if (!handingOn.tryLock(STOP_SECONDS, TimeUnit.SECONDS)) {
                    return;
                }
            }
            stopped = true;
            handingOn.unlock();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            threads.shutdownNow();
        }
    }

    /** The nanoseconds until so long after then; many when that is null. */
    private static long left(long then, Duration duration) {
        return duration == null ? Long.MAX_VALUE : Math.max(0, duration.toNanos() - (System.nanoTime() - then));
    }
}
