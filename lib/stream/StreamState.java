package lib.stream;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import lib.cli.Failure;
import lib.cli.Log;
import lib.kinesis.KinesisStream;
import lib.kinesis.Shards;
import lib.kinesis.StreamRef;
import software.amazon.awssdk.services.kinesis.model.Consumer;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.kinesis.model.StreamMode;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** A stream as the service shows it at one moment, or that there is none. Lists shards, tags and consumers when they are asked for. */
public final class StreamState {
    /** How long a call may fail: a change that goes on is worth some patience. */
    static final Duration GIVE_UP = Duration.ofMinutes(1);

    private final KinesisStream stream;
    private final StreamDescriptionSummary summary; // null when there is no such stream
    private final Log log;

    private StreamState(KinesisStream stream, StreamDescriptionSummary summary, Log log) {
        this.stream = stream;
        this.summary = summary;
        this.log = log;
    }

    /**
     * Describes the stream.
     *
     * @throws Failure when the call fails for another reason than that there is no such stream
     */
    public static StreamState of(KinesisStream stream, Log log) throws InterruptedException {
        try {
            return new StreamState(stream, stream.summary(GIVE_UP, log).description(), log);
        } catch (Failure e) {
            if (e.isRefusal("ResourceNotFoundException")) {
                return new StreamState(stream, null, log);
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
    public StreamDescriptionSummary summary() {
        return summary;
    }

    public boolean is(StreamStatus status) {
        return summary != null && summary.streamStatus() == status;
    }

    /**
     * Returns whether the stream takes changes.
     *
     * @throws Failure when it never will: there is no such stream, or it is being deleted
     */
    public boolean isActive() {
        if (!exists()) {
            throw new Failure("stream " + name() + " not found; 'describe' lists the streams of the region, and 'stream create " + name()
                    + "' makes it");
        }
        if (is(StreamStatus.DELETING)) {
            throw new Failure("stream " + name() + " is being deleted");
        }
        return is(StreamStatus.ACTIVE);
    }

    /** Returns the status as the service names it, or that there is no such stream. */
    public String status() {
        return summary == null ? "not there" : summary.streamStatusAsString();
    }

    /** Returns whether Kinesis scales the stream. An engine that tells no mode has only provisioned streams. */
    public boolean isOnDemand() {
        return summary.streamModeDetails() != null && summary.streamModeDetails().streamMode() == StreamMode.ON_DEMAND;
    }

    /** Lists all shards, closed ones too. */
    public List<Shard> shards() throws InterruptedException {
        return stream.shards(GIVE_UP, log).all();
    }

    public List<Shard> openShards() throws InterruptedException {
        return shards().stream().filter(Shards::isOpen).toList();
    }

    public Map<String, String> tags() throws InterruptedException {
        return stream.tags(log);
    }

    /** Lists the consumers with enhanced fan-out: a page has 100, and a stream 50 at most (API reference, RegisterStreamConsumer). */
    public List<Consumer> consumers() throws InterruptedException {
        return stream.atStart(() -> stream.listConsumers(summary.streamARN(), null), log).consumers();
    }
}
