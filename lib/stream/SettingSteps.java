package lib.stream;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import lib.kinesis.StreamRef;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.AddTagsToStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DecreaseStreamRetentionPeriodRequest;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.awssdk.services.kinesis.model.IncreaseStreamRetentionPeriodRequest;
import software.amazon.awssdk.services.kinesis.model.KinesisRequest;
import software.amazon.awssdk.services.kinesis.model.RecordDistributionStrategy;
import software.amazon.awssdk.services.kinesis.model.RemoveTagsFromStreamRequest;
import software.amazon.awssdk.services.kinesis.model.StartStreamEncryptionRequest;
import software.amazon.awssdk.services.kinesis.model.StopStreamEncryptionRequest;
import software.amazon.awssdk.services.kinesis.model.StreamMode;
import software.amazon.awssdk.services.kinesis.model.UpdateMaxRecordSizeRequest;
import software.amazon.awssdk.services.kinesis.model.UpdateStreamModeRequest;
import software.amazon.awssdk.services.kinesis.model.UpdateStreamRecordDistributionStrategyRequest;
import software.amazon.awssdk.services.kinesis.model.UpdateStreamWarmThroughputRequest;

/** Collects the steps to other settings of a stream: one for each setting that differs, in the order in which they are asked for. */
public final class SettingSteps {
    private static final String NO_KEY = "none";
    private static final String UNKNOWN_KEY = "KMS";

    private final StreamState stream;
    private final StreamRef ref;
    private final String arn;
    private final List<Step> steps = new ArrayList<>();
    private final List<String> same = new ArrayList<>();

    /** @param stream exists */
    public SettingSteps(StreamState stream) {
        this.stream = stream;
        this.ref = stream.ref();
        this.arn = stream.summary().streamARN(); // some calls take no name
    }

    public List<Step> steps() {
        return steps;
    }

    /** Returns the settings that are so already. */
    public List<String> same() {
        return same;
    }

    public void mode(StreamMode mode) {
        var request = UpdateStreamModeRequest.builder().streamARN(arn).streamModeDetails(details -> details.streamMode(mode)).build();
        add("mode ", "", mode, SettingSteps::mode, request, KinesisClient::updateStreamMode);
    }

    private static StreamMode mode(StreamState state) {
        return state.isOnDemand() ? StreamMode.ON_DEMAND : StreamMode.PROVISIONED;
    }

    public void distribution(RecordDistributionStrategy strategy) {
        var request = UpdateStreamRecordDistributionStrategyRequest.builder().streamARN(arn).recordDistributionStrategy(strategy).build();
        add("record distribution ", "", strategy, state -> Objects.requireNonNullElse(state.summary().recordDistributionStrategy(),
                RecordDistributionStrategy.USER_PARTITION_KEY), request, KinesisClient::updateStreamRecordDistributionStrategy);
    }

    public void warmThroughput(int mibPerSecond) {
        var request = UpdateStreamWarmThroughputRequest.builder().streamName(ref.name()).streamARN(arn).warmThroughputMiBps(mibPerSecond)
                .build();
        add("warm throughput ", " MiB/s", mibPerSecond, state -> {
            var throughput = state.summary().warmThroughput();
            return throughput == null ? null : throughput.targetMiBps();
        }, request, KinesisClient::updateStreamWarmThroughput);
    }

    public void retention(int hours) {
        Function<StreamState, Integer> now = state -> state.summary().retentionPeriodHours();
        if (hours >= now.apply(stream)) {
            add("retention ", "h", hours, now, increase(ref, hours), KinesisClient::increaseStreamRetentionPeriod);
        } else {
            var request = DecreaseStreamRetentionPeriodRequest.builder().streamName(ref.name()).streamARN(ref.arn())
                    .retentionPeriodHours(hours).build();
            add("retention ", "h", hours, now, request, KinesisClient::decreaseStreamRetentionPeriod);
        }
    }

    public void maxRecordSize(int kib) {
        var request = UpdateMaxRecordSizeRequest.builder().streamARN(arn).maxRecordSizeInKiB(kib).build();
        add("largest record ", " KiB", kib, state -> state.summary().maxRecordSizeInKiB(), request, KinesisClient::updateMaxRecordSize);
    }

    /** @param key as the service names it: an id, an ARN or an alias */
    public void encryption(String key) {
        var before = key(stream, key);
        if (before.equals(key)) {
            same.add("encryption " + key);
            return;
        }
        // the service can show an alias as the ARN of its key, and a new alias can name the same key
        steps.add(Step.of(encrypt(ref, key), KinesisClient::startStreamEncryption, "encryption " + key, before, state ->
                !key(state, key).equals(NO_KEY) && (key.contains("alias/") || !key(state, key).equals(before))));
    }

    public void noEncryption() {
        var request = StopStreamEncryptionRequest.builder().streamName(ref.name()).streamARN(ref.arn()).encryptionType(EncryptionType.KMS)
                .keyId(stream.summary().keyId()).build();
        add("encryption ", "", NO_KEY, state -> key(state, NO_KEY), request, KinesisClient::stopStreamEncryption);
    }

    /** Returns the key; the wanted one, if it is that as an id or an ARN. */
    private static String key(StreamState state, String wanted) {
        if (state.summary().encryptionType() != EncryptionType.KMS) {
            return NO_KEY;
        }
        var key = state.summary().keyId();
        if (key == null) { // encrypted by a key that the engine does not tell
            return UNKNOWN_KEY;
        }
        return id(key).equals(id(wanted)) ? wanted : key;
    }

    /** Returns an ARN without what comes before the id of the key, or before its alias. */
    private static String id(String key) {
        return key.replaceFirst("^arn:.*?:(key/|(?=alias/))", "");
    }

    /** Adds the tags that the stream does not have with these values. */
    public void tags(Map<String, String> tags) throws InterruptedException {
        var now = tags.isEmpty() ? Map.<String, String>of() : stream.tags();
        var others = new TreeMap<>(tags);
        others.entrySet().removeIf(tag -> tag.getValue().equals(now.get(tag.getKey())));
        if (others.isEmpty()) {
            tags.forEach((key, value) -> same.add("tag " + key + "=" + value));
            return;
        }
        var request = AddTagsToStreamRequest.builder().streamName(ref.name()).streamARN(ref.arn()).tags(others).build();
        var before = new TreeMap<>(now);
        before.keySet().retainAll(others.keySet());
        steps.add(Step.of(request, KinesisClient::addTagsToStream, "tags " + list(others), before.isEmpty() ? null : list(before),
                state -> state.tags().entrySet().containsAll(others.entrySet())));
    }

    static String list(Map<String, String> tags) {
        return tags.entrySet().stream().map(Object::toString).collect(Collectors.joining(", "));
    }

    /** Removes the tags with these keys that the stream has. */
    public void noTags(Collection<String> keys) throws InterruptedException {
        var now = keys.isEmpty() ? Map.<String, String>of() : stream.tags();
        var there = keys.stream().distinct().filter(now::containsKey).toList();
        keys.stream().filter(key -> !now.containsKey(key)).forEach(key -> same.add("no tag " + key));
        if (!there.isEmpty()) {
            var request = RemoveTagsFromStreamRequest.builder().streamName(ref.name()).streamARN(ref.arn()).tagKeys(there).build();
            steps.add(Step.of(request, KinesisClient::removeTagsFromStream, "tags removed: " + String.join(", ", there), null,
                    state -> there.stream().noneMatch(state.tags()::containsKey)));
        }
    }

    static IncreaseStreamRetentionPeriodRequest increase(StreamRef ref, int hours) {
        return IncreaseStreamRetentionPeriodRequest.builder().streamName(ref.name()).streamARN(ref.arn()).retentionPeriodHours(hours)
                .build();
    }

    static StartStreamEncryptionRequest encrypt(StreamRef ref, String key) {
        return StartStreamEncryptionRequest.builder().streamName(ref.name()).streamARN(ref.arn()).encryptionType(EncryptionType.KMS)
                .keyId(key).build();
    }

    /**
     * Adds a step unless the setting is as wanted.
     *
     * @param now reads the value of a stream; null when the service does not tell it
     */
    private <T, R extends KinesisRequest> void add(String name, String unit, T wanted, Function<StreamState, T> now, R request,
            BiConsumer<KinesisClient, R> call) {
        var before = now.apply(stream);
        if (wanted.equals(before)) {
            same.add(name + wanted + unit);
        } else {
            steps.add(Step.of(request, call, name + wanted + unit, before == null ? null : before + unit,
                    state -> wanted.equals(now.apply(state))));
        }
    }
}
