package lib.stream;

import java.util.List;
import java.util.Map;
import lib.cli.Failure;
import lib.kinesis.KinesisStream;
import lib.kinesis.Shards;
import lib.kinesis.StreamRef;
import software.amazon.awssdk.services.kinesis.model.Consumer;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.kinesis.model.StreamMode;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/**
 * A stream as the service shows it at one moment, or that there is none. Lists shards, tags and consumers when they are asked for, and
 * once.
 */
public final class StreamState {
    private final KinesisStream stream;
    private final StreamDescriptionSummary summary; // null when there is no such stream
    private final Waiting waiting;
    private List<Shard> shards; // null when not listed, as the two below
    private Map<String, String> tags;
    private List<Consumer> consumers;

    private StreamState(KinesisStream stream, StreamDescriptionSummary summary, Waiting waiting) {
        this.stream = stream;
        this.summary = summary;
        this.waiting = waiting;
    }

    /**
     * Describes the stream.
     *
     * @param waiting retries the calls
     * @throws Failure when the call fails for another reason than that there is no such stream
     */
    static StreamState of(KinesisStream stream, Waiting waiting) throws InterruptedException {
        try {
            return new StreamState(stream, waiting.call(stream::describe).description(), waiting);
        } catch (Failure e) {
            if (e.isRefusal("ResourceNotFoundException")) {
                return new StreamState(stream, null, waiting);
            }
            throw e;
        }
    }

    public StreamRef ref() {
        return stream.ref();
    }

    public String name() {
        return stream.name();
    }

    public boolean exists() {
        return summary != null;
    }

    /** Returns the description; null when there is no such stream. */
    StreamDescriptionSummary summary() {
        return summary;
    }

    boolean is(StreamStatus status) {
        return summary != null && summary.streamStatus() == status;
    }

    /** @throws Failure when there is no such stream */
    void checkExists() {
        if (!exists()) {
            throw new Waiting.Gone("stream " + name() + " not found; 'describe' lists the streams of the region, and 'stream create "
                    + name() + "' creates the stream");
        }
    }

    /**
     * Returns whether the stream takes changes now.
     *
     * @throws Failure when it never will: there is no such stream, or it is being deleted
     */
    boolean checkActive() {
        checkExists();
        if (is(StreamStatus.DELETING)) {
            throw new Waiting.Gone("stream " + name() + " is being deleted");
        }
        return is(StreamStatus.ACTIVE);
    }

    /** Returns the status as the service names it, or that there is no such stream. */
    String status() {
        return summary == null ? "not there" : summary.streamStatusAsString();
    }

    /** Returns whether Kinesis scales the stream. An engine that tells no mode has only provisioned streams. */
    public boolean isOnDemand() {
        return summary.streamModeDetails() != null && summary.streamModeDetails().streamMode() == StreamMode.ON_DEMAND;
    }

    /** Returns all shards, closed ones too. */
    List<Shard> shards() throws InterruptedException {
        shards = shards == null ? waiting.call(stream::listShards).all() : shards;
        return shards;
    }

    List<Shard> openShards() throws InterruptedException {
        return shards().stream().filter(Shards::isOpen).toList();
    }

    /** Returns whether the stream has so many open shards, in its description and in the list, if the user may see that. */
    boolean hasOpenShards(int count) throws InterruptedException {
        var counted = summary.openShardCount();
        if (counted != null && counted != count) {
            return false;
        }
        try {
            return openShards().size() == count;
        } catch (Failure e) {
            if (counted == null || !e.isRefusal("AccessDeniedException")) {
                throw e;
            }
            return true;
        }
    }

    Map<String, String> tags() throws InterruptedException {
        tags = tags == null ? stream.tags(waiting::call) : tags;
        return tags;
    }

    /** Returns the consumers with enhanced fan-out: a page has 100, and a stream 50 at most (API reference, RegisterStreamConsumer). */
    List<Consumer> consumers() throws InterruptedException {
        consumers = consumers == null ? waiting.call(() -> stream.listConsumers(summary.streamARN(), null)).consumers() : consumers;
        return consumers;
    }
}
