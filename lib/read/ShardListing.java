package lib.read;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import lib.cli.Failure;
import lib.kinesis.Shards;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** Shares one ListShards result among all shards that end. */
final class ShardListing {
    private final ShardReader.Settings settings;
    private final ReentrantLock listing = new ReentrantLock();
    private Listed last; // guarded by listing

    ShardListing(ShardReader.Settings settings) {
        this.settings = settings;
    }

    /**
     * The shards of a stream.
     *
     * @param began when ListShards was called, by {@link System#nanoTime}
     */
    record Listed(long began, List<Shard> shards, Map<String, Shard> byId) {
        boolean isOpen(String shardId) {
            return byId.containsKey(shardId) && Shards.isOpen(byId.get(shardId));
        }

        boolean isClosed(String shardId) {
            return byId.containsKey(shardId) && !Shards.isOpen(byId.get(shardId));
        }
    }

    /**
     * Returns the last listing when it shows the shard as closed, so also its children, or began late enough; else a new one.
     *
     * @param since the earliest begin, by {@link System#nanoTime}
     * @throws Failure when the shards cannot be listed
     */
    Listed of(String shardId, long since) throws InterruptedException {
        listing.lockInterruptibly();
        try {
            if (last == null || last.began() - since < 0 && !last.isClosed(shardId)) {
                last = list();
            }
            return last;
        } finally {
            listing.unlock();
        }
    }

    private Listed list() throws InterruptedException {
        var began = System.nanoTime();
        var shards = settings.stream().shards(settings.giveUp(), settings.log()).all();
        var byId = new HashMap<String, Shard>();
        shards.forEach(shard -> byId.put(shard.shardId(), shard));
        return new Listed(began, shards, byId);
    }
}
