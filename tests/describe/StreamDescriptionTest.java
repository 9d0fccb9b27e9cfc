package lib.describe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.FakeKinesis;
import fake.Printed;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import lib.cli.Failure;
import lib.cli.Log;
import lib.kinesis.StreamRef;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Consumer;
import software.amazon.awssdk.services.kinesis.model.ListStreamConsumersRequest;
import software.amazon.awssdk.services.kinesis.model.ListStreamConsumersResponse;
import software.amazon.awssdk.services.kinesis.model.ListTagsForStreamRequest;
import software.amazon.awssdk.services.kinesis.model.ListTagsForStreamResponse;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.kinesis.model.Tag;

class StreamDescriptionTest {
    private static final StreamDescriptionSummary SUMMARY = StreamDescriptionSummary.builder().streamName("s1").streamARN("arn:s1")
            .streamStatus("ACTIVE").retentionPeriodHours(24).consumerCount(2).streamCreationTimestamp(Instant.EPOCH).build();

    private final FakeDetails kinesis = new FakeDetails();

    /** Tags and consumers by pages. */
    private static final class FakeDetails implements KinesisClient {
        final Deque<ListStreamConsumersResponse> consumers = new ArrayDeque<>();
        final Deque<ListTagsForStreamResponse> tags = new ArrayDeque<>();
        final Deque<String> asked = new ArrayDeque<>();

        @Override
        public ListStreamConsumersResponse listStreamConsumers(ListStreamConsumersRequest request) {
            asked.add("consumers after " + request.nextToken());
            if (consumers.isEmpty()) {
                throw FakeKinesis.refusal("AccessDeniedException");
            }
            return consumers.remove();
        }

        @Override
        public ListTagsForStreamResponse listTagsForStream(ListTagsForStreamRequest request) {
            asked.add("tags of " + request.streamName() + ", ARN " + request.streamARN() + ", after " + request.exclusiveStartTagKey());
            return tags.remove();
        }

        @Override
        public String serviceName() {
            return "fake";
        }

        @Override
        public void close() {}
    }

    @Test
    void everyPage_ofConsumersAndTags_isRead() throws Exception {
        kinesis.consumers.add(ListStreamConsumersResponse.builder().consumers(consumer("a")).nextToken("more").build());
        kinesis.consumers.add(ListStreamConsumersResponse.builder().consumers(consumer("b")).build());
        kinesis.tags.add(ListTagsForStreamResponse.builder().tags(tag("k")).hasMoreTags(true).build());
        kinesis.tags.add(ListTagsForStreamResponse.builder().tags(tag("l")).hasMoreTags(false).build());
        assertEquals("{k=v, l=v}", describe(SUMMARY).withTags(kinesis, StreamRef.parse("s1"), new Log()).tags().toString());
        assertEquals(List.of("a", "b"), consumers(SUMMARY).all().stream().map(Consumer::consumerName).toList());
        assertEquals(List.of("tags of s1, ARN null, after null", "tags of s1, ARN null, after k", "consumers after null", "consumers after more"), List.copyOf(kinesis.asked));
    }

    @Test
    void pagesOfTagsAndConsumersThatNeverEnd_endTheList() {
        for (int n = 0; n < 20; n++) {
            kinesis.tags.add(ListTagsForStreamResponse.builder().tags(tag("k")).hasMoreTags(true).build());
            kinesis.consumers.add(ListStreamConsumersResponse.builder().consumers(consumer("a")).nextToken("more").build());
        }
        var tags = assertThrows(Failure.class, () -> describe(SUMMARY).withTags(kinesis, StreamRef.parse("s1"), new Log())).getMessage();
        assertTrue(tags.contains("10 pages of ListTagsForStream in a row bring nothing new"), tags);
        var consumers = assertThrows(Failure.class, () -> consumers(SUMMARY)).getMessage();
        assertTrue(consumers.contains("10 pages of ListStreamConsumers in a row bring nothing new"), consumers);
    }

    @Test
    void withoutConsumers_theyAreNotAskedFor() throws Exception {
        assertEquals(List.of(), consumers(SUMMARY.toBuilder().consumerCount(0).build()).all());
        assertEquals(List.of(), List.copyOf(kinesis.asked));
    }

    @Test
    void consumersThatMayNotBeSeen_areLeftOut_andWhatTheServiceDoesNotTellIsADash() throws Exception {
        var printed = new Printed();
        describe(SUMMARY).print(printed.text(80));
        consumers(SUMMARY).print(printed.text(80));
        assertEquals("""
                name         s1
                ARN          arn:s1
                status       ACTIVE
                mode         -
                created      1970-01-01T00:00:00Z, 2d0h ago
                retention    24 hours
                encryption   -
                open shards  -
                consumers    2
                distribution -
                """, printed.toString());
        describe(SUMMARY).print(printed.json());
        consumers(SUMMARY).print(printed.json());
        assertEquals("""
                {"streamName":"s1","streamARN":"arn:s1","streamStatus":"ACTIVE","streamCreationTimestamp":"1970-01-01T00:00:00Z",\
                "retentionPeriodHours":24,"consumerCount":2}""", printed.toString().lines().skip(10).reduce("", String::concat));
    }

    @Test
    void recordDistribution_isShown_whenTheServiceTells() throws Exception {
        var printed = new Printed();
        describe(SUMMARY.toBuilder().recordDistributionStrategy("AUTO").build()).print(printed.text(80));
        describe(SUMMARY.toBuilder().recordDistributionStrategy("USER_PARTITION_KEY").build()).print(printed.json());
        assertTrue(printed.toString().contains("\ndistribution AUTO\n"), printed::toString);
        assertTrue(printed.toString().endsWith(",\"recordDistributionStrategy\":\"USER_PARTITION_KEY\"}\n"), printed::toString);
    }

    private static StreamDescription describe(StreamDescriptionSummary summary) {
        return new StreamDescription(summary, Instant.EPOCH.plusSeconds(172_800), null);
    }

    private ConsumerTable consumers(StreamDescriptionSummary summary) throws InterruptedException {
        return ConsumerTable.list(kinesis, describe(summary), new Log());
    }

    private static Consumer consumer(String name) {
        return Consumer.builder().consumerName(name).build();
    }

    private static Tag tag(String key) {
        return Tag.builder().key(key).value("v").build();
    }
}
