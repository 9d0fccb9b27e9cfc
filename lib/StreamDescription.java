package lib;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import lib.Table.Column;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Consumer;
import software.amazon.awssdk.services.kinesis.model.ListStreamConsumersResponse;
import software.amazon.awssdk.services.kinesis.model.ListTagsForStreamResponse;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;

/**
 * What there is to know of a stream, but its shards.
 *
 * @param described when, by the service's clock, or up to a second less
 * @param tags      null when they were not asked for
 * @param consumers those with enhanced fan-out; empty when they were not asked for
 */
public record StreamDescription(StreamDescriptionSummary summary, Instant described, Map<String, String> tags, List<Consumer> consumers) {
    /**
     * Describes the stream without tags and consumers.
     *
     * @param kinesis does not try again by itself: that is done here
     * @throws Failure when there is no such stream, or the user may not see it
     */
    public static StreamDescription of(KinesisClient kinesis, StreamRef stream, Log log) throws InterruptedException {
        var reply = Backoff.startup(stream, log).call(() -> kinesis.describeStreamSummary(
                request -> request.streamName(stream.name()).streamARN(stream.arn())));
        return new StreamDescription(reply.streamDescriptionSummary(), Shards.time(reply), null, List.of());
    }

    /**
     * The same with the consumers, unless the user may not see them, which is said then.
     *
     * @param withTags and with the tags
     */
    public StreamDescription withDetails(KinesisClient kinesis, boolean withTags, Log log) throws InterruptedException {
        return new StreamDescription(summary, described, withTags ? tags(kinesis, log) : null, consumers(kinesis, log));
    }

    private Map<String, String> tags(KinesisClient kinesis, Log log) throws InterruptedException {
        var tags = new TreeMap<String, String>();
        ListTagsForStreamResponse page;
        do {
            page = Backoff.startup(stream(), log).call(() -> kinesis.listTagsForStream(request -> request
                    .streamARN(summary.streamARN()).exclusiveStartTagKey(tags.isEmpty() ? null : tags.lastKey())));
            page.tags().forEach(tag -> tags.put(tag.key(), tag.value()));
        } while (page.hasMoreTags());
        return tags;
    }

    private List<Consumer> consumers(KinesisClient kinesis, Log log) throws InterruptedException {
        var consumers = new ArrayList<Consumer>();
        if (summary.consumerCount() != null && summary.consumerCount() == 0) {
            return consumers;
        }
        try {
            String token = null;
            do {
                var next = token;
                ListStreamConsumersResponse page = Backoff.startup(stream(), log).call(() -> kinesis.listStreamConsumers(
                        request -> request.streamARN(summary.streamARN()).nextToken(next)));
                consumers.addAll(page.consumers());
                token = page.nextToken();
            } while (token != null);
        } catch (Failure e) {
            if (!e.isRefusal("AccessDeniedException")) {
                throw e;
            }
            log.warn("%s", e.getMessage());
        }
        return consumers;
    }

    private StreamRef stream() {
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

    /** Prints all of it. */
    public void print(Answer answer) throws IOException {
        var encryption = show(summary.encryptionType()) + (summary.keyId() == null ? "" : " " + summary.keyId());
        answer.print("""
                name         %s
                ARN          %s
                status       %s
                mode         %s
                created      %s, %s ago
                retention    %d hours
                encryption   %s
                open shards  %s
                consumers    %s""".formatted(summary.streamName(), summary.streamARN(), summary.streamStatusAsString(), show(mode()),
                summary.streamCreationTimestamp(), age(summary.streamCreationTimestamp()), summary.retentionPeriodHours(),
                encryption, show(summary.openShardCount()), show(summary.consumerCount())), this::write);
        if (tags != null) {
            answer.text("tags         " + (tags.isEmpty() ? "-" : tags.entrySet().stream().map(Object::toString).collect(Collectors.joining(", "))));
        }
        if (consumers.isEmpty()) {
            return;
        }
        var rows = answer.table(Column.left("CONSUMER", consumers.stream().mapToInt(consumer -> consumer.consumerName().length()).max().orElse(0)),
                Column.left("STATUS", "CREATING".length()), Column.right("AGE", "23h59m".length()));
        for (var consumer : consumers) {
            rows.print(json -> {
                json.writeStringField("consumerName", consumer.consumerName());
                json.writeStringField("consumerARN", consumer.consumerARN());
                json.writeStringField("consumerStatus", consumer.consumerStatusAsString());
                json.writeStringField("consumerCreationTimestamp", consumer.consumerCreationTimestamp().toString());
            }, consumer.consumerName(), consumer.consumerStatusAsString(), age(consumer.consumerCreationTimestamp()));
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
        if (tags != null) {
            json.writeObjectFieldStart("tags");
            for (var tag : tags.entrySet()) {
                json.writeStringField(tag.getKey(), tag.getValue());
            }
            json.writeEndObject();
        }
    }
}
