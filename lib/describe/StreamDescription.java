package lib.describe;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import lib.cli.AnswerPrinter;
import lib.cli.Durations;
import lib.cli.JsonLines;
import lib.cli.Log;
import lib.kinesis.Backoff;
import lib.kinesis.KinesisStream;
import lib.kinesis.StreamSummary;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;

/**
 * What there is to know of a stream, but its consumers and shards.
 *
 * @param summary what the service tells of the stream
 * @param time    by the service's clock when the stream was described, or up to a second less
 * @param tags    null when they were not asked for
 */
public record StreamDescription(StreamDescriptionSummary summary, Instant time, Map<String, String> tags) {
    /** Describes the stream without its tags. */
    public StreamDescription(StreamSummary summary) {
        this(summary.description(), summary.time(), null);
    }

    /** Returns the same description with the tags of the stream. */
    public StreamDescription withTags(KinesisStream stream, Log log) throws InterruptedException {
        return new StreamDescription(summary, time, stream.tags(stream.backoff(Backoff.STARTUP, log)::call));
    }

    /**
     * Prints all that there is to know of a stream: its settings, its consumers and its shards.
     *
     * @param tags  whether to print its tags, too
     * @param which shards to print
     * @param tree  whether to print each shard beneath its parents
     */
    public static void print(AnswerPrinter answer, KinesisStream stream, boolean tags, Predicate<Shard> which, boolean tree, Log log)
            throws IOException, InterruptedException {
        var shards = stream.shards(log).all().stream().filter(which).toList();
        var description = new StreamDescription(stream.summary(log));
        var consumers = ConsumerTable.list(stream, description, log);
        (tags ? description.withTags(stream, log) : description).print(answer);
        consumers.print(answer);
        ShardTable.print(answer, shards, tree);
    }

    /** PROVISIONED or ON_DEMAND; null when the service does not tell. */
    String mode() {
        return summary.streamModeDetails() == null ? null : summary.streamModeDetails().streamModeAsString();
    }

    /** Returns how long before the description a time was. */
    String age(Instant past) {
        return Durations.show(Duration.between(past, time));
    }

    static String show(Object value) {
        return Objects.toString(value, "-");
    }

    public void print(AnswerPrinter answer) throws IOException {
        var encryption = show(summary.encryptionTypeAsString()) + (summary.keyId() == null ? "" : " " + summary.keyId());
        answer.print("""
                name         %s
                ARN          %s
                status       %s
                mode         %s
                created      %s, %s ago
                retention    %d hours
                encryption   %s
                open shards  %s
                consumers    %s
                distribution %s""".formatted(summary.streamName(), summary.streamARN(), summary.streamStatusAsString(), show(mode()),
                summary.streamCreationTimestamp(), age(summary.streamCreationTimestamp()), summary.retentionPeriodHours(),
                encryption, show(summary.openShardCount()), show(summary.consumerCount()),
                show(summary.recordDistributionStrategyAsString())), this::write);
        if (summary.maxRecordSizeInKiB() != null) {
            answer.text("max record   " + summary.maxRecordSizeInKiB() + " KiB");
        }
        if (summary.warmThroughput() != null) {
            answer.text("warm         %s MiB/s, target %s MiB/s".formatted(show(summary.warmThroughput().currentMiBps()),
                    show(summary.warmThroughput().targetMiBps())));
        }
        if (tags != null) {
            var list = tags.entrySet().stream().map(Object::toString).collect(Collectors.joining(", "));
            answer.text("tags         " + (list.isEmpty() ? "-" : list));
        }
    }

    /** Writes the fields that have a value. */
    void write(JsonGenerator json) throws IOException {
        json.writeStringField("streamName", summary.streamName());
        json.writeStringField("streamARN", summary.streamARN());
        json.writeStringField("streamStatus", summary.streamStatusAsString());
        JsonLines.writeIfPresent(json, "streamMode", mode());
        json.writeStringField("streamCreationTimestamp", summary.streamCreationTimestamp().toString());
        json.writeNumberField("retentionPeriodHours", summary.retentionPeriodHours());
        JsonLines.writeIfPresent(json, "encryptionType", summary.encryptionTypeAsString());
        JsonLines.writeIfPresent(json, "keyId", summary.keyId());
        JsonLines.writeIfPresent(json, "openShardCount", summary.openShardCount());
        JsonLines.writeIfPresent(json, "consumerCount", summary.consumerCount());
        JsonLines.writeIfPresent(json, "recordDistributionStrategy", summary.recordDistributionStrategyAsString());
        JsonLines.writeIfPresent(json, "maxRecordSizeInKiB", summary.maxRecordSizeInKiB());
        if (summary.warmThroughput() != null) {
            json.writeObjectFieldStart("warmThroughput");
            JsonLines.writeIfPresent(json, "targetMiBps", summary.warmThroughput().targetMiBps());
            JsonLines.writeIfPresent(json, "currentMiBps", summary.warmThroughput().currentMiBps());
            json.writeEndObject();
        }
        if (tags != null) {
            json.writeObjectFieldStart("tags");
            for (var tag : tags.entrySet()) {
                json.writeStringField(tag.getKey(), tag.getValue());
            }
            json.writeEndObject();
        }
    }
}
