package lib.stream;

import java.util.ArrayList;
import java.util.List;
import lib.cli.Failure;
import lib.cli.Log;
import lib.kinesis.StreamRef;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.CreateStreamRequest;
import software.amazon.awssdk.services.kinesis.model.StreamMode;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/**
 * A stream to make.
 *
 * @param shards   null when the user gives none: 1, or on demand what Kinesis chooses
 * @param settings checked
 */
public record Creation(StreamRef ref, Integer shards, boolean onDemand, StreamSettings settings) {
    /**
     * Returns the steps that make the stream; none when it exists as asked for.
     *
     * @param ifMissing whether a stream of this name may exist
     * @throws Failure when it exists, and may not, or has other settings: names each
     */
    public List<Step> steps(Change change, boolean ifMissing) throws InterruptedException {
        var state = change.notDeleting();
        if (!state.exists() || state.is(StreamStatus.DELETING)) {
            change.checkLimit(shardCount());
            return steps();
        }
        if (!ifMissing) {
            throw new Failure("stream " + ref.name() + " already exists; 'stream set' changes its settings,"
                    + " and --if-missing accepts an existing stream");
        }
        var differences = differences(change.active());
        if (!differences.isEmpty()) {
            throw new Failure("stream " + ref.name() + " already exists, but not with " + String.join(", ", differences)
                    + "; 'stream set' and 'stream scale' change an existing stream");
        }
        change.log().info("stream %s already exists", ref.name());
        return List.of();
    }

    /** Returns CreateStream, and a step for each setting that CreateStream does not take. */
    List<Step> steps() {
        var request = CreateStreamRequest.builder().streamName(ref.name());
        settings.addTo(request);
        var steps = new ArrayList<Step>();
        if (onDemand) {
            request.streamModeDetails(details -> details.streamMode(StreamMode.ON_DEMAND));
            steps.add(Step.creating(request.build(), KinesisClient::createStream, "a new stream, ON_DEMAND" + settings.ofNewStream(),
                    state -> state.isOnDemand() && settings.areOf(state)));
        } else {
            var count = shardCount();
            steps.add(Step.creating(request.shardCount(count).build(), KinesisClient::createStream,
                    "a new stream of " + Log.count(count, "shard") + settings.ofNewStream(),
                    state -> state.hasOpenShards(count) && settings.areOf(state)));
        }
        settings.addLater(ref, steps);
        return steps;
    }

    /** Returns how many shards of the account's limit the stream takes; 0 on demand, since that has a limit of its own. */
    private int shardCount() {
        if (onDemand) {
            return 0;
        }
        return shards == null ? 1 : shards;
    }

    /** Returns what the user asks for and the existing stream does not have, with what it has. */
    private List<String> differences(StreamState existing) throws InterruptedException {
        var differences = new ArrayList<String>();
        var steps = new SettingSteps(existing);
        if (onDemand || shards != null) {
            steps.mode(onDemand ? StreamMode.ON_DEMAND : StreamMode.PROVISIONED);
        }
        settings.addTo(steps);
        var open = shards == null ? 0 : existing.openShards().size();
        if (shards != null && open != shards) {
            differences.add("%s (it has %,d)".formatted(Log.count(shards, "shard"), open));
        }
        steps.steps().forEach(step -> differences.add(step.result() + (step.before() == null ? "" : " (it has " + step.before() + ")")));
        return differences;
    }
}
