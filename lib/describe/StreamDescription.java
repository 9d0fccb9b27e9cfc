package lib.describe;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import lib.cli.AnswerPrinter;
import lib.cli.Durations;
import lib.cli.Failure;
import lib.cli.JsonLines;
import lib.cli.Log;
import lib.kinesis.Backoff;
import lib.kinesis.Pages;
import lib.kinesis.Shards;
import lib.kinesis.StreamRef;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ListTagsForStreamResponse;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.kinesis.model.Tag;

/**
 * What there is to know of a stream, but its consumers and shards.
 *
 * @param described when, by the service's clock, or up to a second less
 * @param tags      null when they were not asked for
 */
public record StreamDescription(StreamDescriptionSummary summary, Instant described, Map<String, String> tags) {
    /**
     * Describes the stream without its tags.
     *
     * @param kinesis does not try again by itself: that is done here
     * @throws Failure when there is no such stream, or the user may not see it
     */
    public static StreamDescription of(KinesisClient kinesis, StreamRef stream, Log log) throws InterruptedException {
        return of(kinesis, stream, Backoff.startup(stream, log));
    }

    /** @param backoff says for how long the call is retried */
    public static StreamDescription of(KinesisClient kinesis, StreamRef stream, Backoff backoff) throws InterruptedException {
        var reply = backoff.call(() -> kinesis.describeStreamSummary(request -> request.streamName(stream.name()).streamARN(stream.arn())));
        return new StreamDescription(reply.streamDescriptionSummary(), Shards.time(reply), null);
    }

    /**
     * The same with the tags.
     *
     * @param stream as the user names it: some emulators refuse a call with an ARN alone
     */
    public StreamDescription withTags(KinesisClient kinesis, StreamRef stream, Log log) throws InterruptedException {
        var all = new TreeMap<String, String>();
        var pages = new Pages<>("ListTagsForStream", Tag::key);
        ListTagsForStreamResponse page;
        do {
            page = Backoff.startup(stream, log).call(() -> kinesis.listTagsForStream(request -> request
                    .streamName(stream.name()).streamARN(stream.arn()).exclusiveStartTagKey(all.isEmpty() ? null : all.lastKey())));
            page.tags().forEach(tag -> all.put(tag.key(), Objects.toString(tag.value(), "")));
        } while (pages.add(page.tags(), page.hasMoreTags()));
        return new StreamDescription(summary, described, all);
    }

    /** Its name and ARN. */
    StreamRef stream() {
        return new StreamRef(summary.streamName(), summary.streamARN());
    }

    /** PROVISIONED or ON_DEMAND; null when the service does not tell. */
    String mode() {
        return summary.streamModeDetails() == null ? null : summary.streamModeDetails().streamModeAsString();
    }

    /** How long ago the service says that it was. */
    String age(Instant time) {
        return Durations.show(Duration.between(time, described));
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
                encryption, show(summary.openShardCount()), show(summary.consumerCount()), show(summary.recordDistributionStrategyAsString())), this::write);
        if (tags != null) {
            answer.text("tags         " + (tags.isEmpty() ? "-" : tags.entrySet().stream().map(Object::toString).collect(Collectors.joining(", "))));
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
        if (tags != null) {
            json.writeObjectFieldStart("tags");
            for (var tag : tags.entrySet()) {
                json.writeStringField(tag.getKey(), tag.getValue());
            }
            json.writeEndObject();
        }
    }
}
