package lib.positions;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.jr.ob.JSON;
import com.fasterxml.jackson.jr.ob.JSON.Feature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import lib.cli.Failure;
import lib.kinesis.Shards;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;

/** How far each shard is written out; in a file, if there is one, from which another run goes on. */
public final class Checkpoint implements AutoCloseable {
    private static final int VERSION = 1;

    private static final int MAX_QUOTED = 250; // more than a stream's ARN has

    private final CheckpointFile file;
    private final Content identity;
    private final Set<String> resumed;
    private final Map<String, ShardPosition> shards = new ConcurrentHashMap<>();
    private final Map<String, ShardPosition> unlisted = new ConcurrentHashMap<>();
    private volatile boolean changed;

    /**
     * What is in the file.
     *
     * @param streamCreationTimestamp tells the stream from a later one of the same name; an ISO instant
     * @param partitionKey            the only key that is read; null when all are
     * @param shards                  by shard id
     */
    record Content(int version, String streamName, String streamARN, String streamCreationTimestamp, String partitionKey,
            Map<String, ShardPosition> shards) {

        private static final JSON FORMAT = JSON.std.with(Feature.PRETTY_PRINT_OUTPUT); // here, since most runs have no file
    }

    private Checkpoint(CheckpointFile file, Content identity, Map<String, ShardPosition> shards) {
        this.file = file;
        this.identity = identity;
        this.resumed = shards.keySet();
        this.shards.putAll(shards);
    }

    /** One that ends with the run. */
    public static Checkpoint inMemory() {
        return new Checkpoint(null, null, Map.of());
    }

    /**
     * One in the file, which need not exist, and which this process now has for itself.
     *
     * @param partitionKey see {@link Content}
     * @throws Failure when another run has it, it is damaged, or it is one of something else
     */
    public static Checkpoint open(Path path, StreamDescriptionSummary stream, String partitionKey) throws IOException {
        var identity = identity(stream, partitionKey);
        var file = CheckpointFile.lock(path);
        try {
            var bytes = file.read();
            if (bytes == null) {
                return new Checkpoint(file, identity, Map.of());
            }
            var read = parse(path, bytes);
            check(path, identity, read);
            return new Checkpoint(file, identity, read.shards());
        } catch (Throwable e) {
            file.close();
            throw e;
        }
    }

    /**
     * What a run has kept in the file, and may go on to: the file is neither locked nor written.
     *
     * @throws Failure when there is none, it is damaged, or it is one of something else
     */
    public static Checkpoint read(Path path, StreamDescriptionSummary stream) {
        var bytes = CheckpointFile.read(path);
        if (bytes == null) {
            throw new Failure("the checkpoint " + path + " does not exist; 'consume --checkpoint' creates the file");
        }
        var read = parse(path, bytes);
        var identity = identity(stream, read.partitionKey());
        check(path, identity, read);
        return new Checkpoint(null, identity, read.shards());
    }

    private static Content identity(StreamDescriptionSummary stream, String partitionKey) {
        return new Content(VERSION, stream.streamName(), stream.streamARN(), stream.streamCreationTimestamp().toString(), partitionKey,
                null);
    }

    private static Content parse(Path path, byte[] bytes) {
        try (var parser = Content.FORMAT.createParser(bytes)) {
            parser.nextToken();
            var content = Content.FORMAT.beanFrom(Content.class, parser);
            if (parser.nextToken() != null) {
                throw new IOException("something follows it");
            }
            content.shards().forEach((shardId, position) -> {
                if (!Shards.isShardId(shardId)) {
                    throw new IllegalArgumentException(shardId);
                }
                position.check();
            });
            return content;
        } catch (IOException | RuntimeException e) {
            throw new Failure("checkpoint " + path + " is damaged; restore the file from a copy, or delete it to begin at --from", e);
        }
    }

    private static void check(Path path, Content now, Content then) {
        if (then.version() != VERSION) {
            throw new Failure("checkpoint " + path + " has format " + then.version() + ", and this version reads only format "
                    + VERSION + "; use another file");
        }
        if (!now.streamARN().equals(then.streamARN())) {
            throw new Failure("checkpoint " + path + " belongs to another stream, " + quote(then.streamARN()) + "; use another file");
        }
        if (!now.streamCreationTimestamp().equals(then.streamCreationTimestamp())) {
            throw new Failure("checkpoint " + path + " belongs to an earlier stream of that name, created "
                    + quote(then.streamCreationTimestamp()) + "; delete the file to begin at --from");
        }
        if (!Objects.equals(now.partitionKey(), then.partitionKey())) {
            throw new Failure("checkpoint " + path + " belongs to a run " + (then.partitionKey() == null ? "without --key"
                    : "with --key " + quote(then.partitionKey())) + "; use another file");
        }
    }

    /** Returns text of the file on one line, cut to 250 characters. */
    private static String quote(String text) {
        var line = String.valueOf(text).replaceAll("\\R", " ");
        return line.length() > MAX_QUOTED ? line.substring(0, MAX_QUOTED) + "..." : line;
    }

    /** Returns whether an earlier run has left a position of the shard. */
    public boolean isResumed(String shardId) {
        return resumed.contains(shardId);
    }

    /** The shards that it has positions of. */
    public Set<String> shardIds() {
        return new TreeSet<>(shards.keySet());
    }

    /** The only key that is read; null when all are. */
    public String partitionKey() {
        return identity.partitionKey();
    }

    /** How many of its shards are not read to their end. */
    public long unfinished() {
        return shards.values().stream().filter(position -> !position.hasEnded()).count();
    }

    /** Returns the position of the shard, also when the shard was left out; null when the checkpoint has none. */
    public ShardPosition get(String shardId) {
        var position = shards.get(shardId);
        return position == null ? unlisted.get(shardId) : position;
    }

    public void set(String shardId, ShardPosition position) {
        shards.put(shardId, position);
        changed = true;
    }

    /** Leaves out a shard that the stream does not list. The file keeps its position: the list may be incomplete. */
    void leaveOut(String shardId) {
        unlisted.put(shardId, shards.remove(shardId));
    }

    void remove(String shardId) {
        shards.remove(shardId);
        changed = true;
    }

    /**
     * Brings the file up to date.
     *
     * @throws Failure when it cannot be written; then it is as it was
     */
    public synchronized void save() {
        if (file == null || !changed) {
            return;
        }
        changed = false; // before the positions are read: what comes in between is saved the next time
        var all = new TreeMap<>(unlisted);
        all.putAll(shards);
        try {
            file.replace((Content.FORMAT.asString(new Content(VERSION, identity.streamName(), identity.streamARN(),
                    identity.streamCreationTimestamp(), identity.partitionKey(), all)) + "\n").getBytes(UTF_8));
        } catch (Failure e) {
            changed = true;
            throw e;
        } catch (IOException e) {
            throw new IllegalStateException(e); // nothing is written in asString
        }
    }

    /** Saves it and gives the file free. */
    @Override
    public void close() throws IOException {
        if (file != null) {
            try (file) {
                save();
            }
        }
    }
}
