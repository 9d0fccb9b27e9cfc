package lib.describe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.FakeKinesis;
import fake.Printed;
import fake.StreamStub;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import lib.cli.Failure;
import lib.cli.Log;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.model.Consumer;
import software.amazon.awssdk.services.kinesis.model.ListStreamConsumersResponse;
import software.amazon.awssdk.services.kinesis.model.ListTagsForStreamResponse;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.kinesis.model.Tag;

class StreamDescriptionTest {
    private static final StreamDescriptionSummary SUMMARY = StreamDescriptionSummary.builder().streamName("s1").streamARN("arn:s1")
            .streamStatus("ACTIVE").retentionPeriodHours(24).consumerCount(2).streamCreationTimestamp(Instant.EPOCH).build();

    private final FakeConsumers stream = new FakeConsumers();

    /** Answers with a page or an exception a call, and notes what it was asked. */
    private static final class FakeConsumers extends StreamStub {
        final List<String> asked = new ArrayList<>();
        final Deque<Object> pages = new ArrayDeque<>();

        @Override
        public ListStreamConsumersResponse listConsumers(String streamARN, String nextToken) {
            asked.add(streamARN + " " + nextToken);
            return next(ListStreamConsumersResponse.class);
        }

        @Override
        public ListTagsForStreamResponse listTags(String exclusiveStartTagKey) {
            asked.add(exclusiveStartTagKey);
            return next(ListTagsForStreamResponse.class);
        }

        private <T> T next(Class<T> type) {
            var page = pages.size() > 1 ? pages.remove() : pages.element(); // the last one for ever
            if (page instanceof RuntimeException e) {
                throw e;
            }
            return type.cast(page);
        }
    }

    @Test
    void everyPageOfConsumers_isRead_andOneThatFailsIsRetriedByItself() throws Exception {
        stream.pages.addAll(List.of(page("more", "a"), FakeKinesis.refusal("LimitExceededException"), page(null, "b")));
        assertEquals(List.of("a", "b"), names(consumers(SUMMARY)));
        assertEquals(List.of("arn:s1 null", "arn:s1 more", "arn:s1 more"), stream.asked);
    }

    @Test
    void consumersOfThePagesBeforeARefusal_areKept() throws Exception {
        stream.pages.addAll(List.of(page("more", "a"), FakeKinesis.refusal("AccessDeniedException")));
        assertEquals(List.of("a"), names(consumers(SUMMARY)));
    }

    @Test
    void everyPageOfTags_isRead_andOneThatFailsIsRetriedByItself() throws Exception {
        stream.pages.addAll(List.of(tags(true, tag("k", "v")), FakeKinesis.refusal("LimitExceededException"), tags(false, tag("m", null))));
        assertEquals(Map.of("k", "v", "m", ""), describe(SUMMARY).withTags(stream, new Log()).tags());
        assertEquals(Arrays.asList(null, "k", "k"), stream.asked);
    }

    @Test
    void pagesOfTagsAndConsumersThatNeverEnd_endTheList() {
        stream.pages.add(tags(true, tag("k", "v")));
        var ofTags = assertThrows(Failure.class, () -> describe(SUMMARY).withTags(stream, new Log())).getMessage();
        assertTrue(ofTags.contains("10 pages of ListTagsForStream in a row have no new items"), ofTags);
        stream.pages.clear();
        stream.pages.add(page("more", "a"));
        var ofConsumers = assertThrows(Failure.class, () -> consumers(SUMMARY)).getMessage();
        assertTrue(ofConsumers.contains("10 pages of ListStreamConsumers in a row have no new items"), ofConsumers);
    }

    @Test
    void withoutConsumers_theyAreNotAskedFor() throws Exception {
        assertEquals(List.of(), consumers(SUMMARY.toBuilder().consumerCount(0).build()).all());
        assertEquals(List.of(), stream.asked);
    }

    @Test
    void consumersThatMayNotBeSeen_areLeftOut_andWhatTheServiceDoesNotTellIsADash() throws Exception {
        stream.pages.add(FakeKinesis.refusal("AccessDeniedException"));
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

    @Test
    void largestRecord_andWarmThroughput_areShown_whenTheServiceTells() throws Exception {
        var printed = new Printed();
        var summary = SUMMARY.toBuilder().maxRecordSizeInKiB(2048).warmThroughput(warm -> warm.currentMiBps(100).targetMiBps(200)).build();
        describe(summary).print(printed.text(80));
        describe(summary).print(printed.json());
        assertTrue(printed.toString().contains("\nmax record   2048 KiB\nwarm         100 MiB/s, target 200 MiB/s\n"), printed::toString);
        assertTrue(printed.toString().endsWith(
                ",\"maxRecordSizeInKiB\":2048,\"warmThroughput\":{\"targetMiBps\":200,\"currentMiBps\":100}}\n"), printed::toString);
    }

    @Test
    void tags_areShown_whenTheyWereAskedFor() throws Exception {
        var printed = new Printed();
        var time = Instant.EPOCH.plusSeconds(172_800);
        var tagged = new StreamDescription(SUMMARY, time, new TreeMap<>(Map.of("k", "v", "l", "")));
        tagged.print(printed.text(80));
        new StreamDescription(SUMMARY, time, Map.of()).print(printed.text(80));
        tagged.print(printed.json());
        var tags = printed.toString().lines().filter(line -> line.startsWith("tags")).toList();
        assertEquals(List.of("tags         k=v, l=", "tags         -"), tags);
        assertTrue(printed.toString().endsWith(",\"tags\":{\"k\":\"v\",\"l\":\"\"}}\n"), printed::toString);
    }

    private static StreamDescription describe(StreamDescriptionSummary summary) {
        return new StreamDescription(summary, Instant.EPOCH.plusSeconds(172_800), null);
    }

    private ConsumerTable consumers(StreamDescriptionSummary summary) throws InterruptedException {
        return ConsumerTable.list(stream, describe(summary), new Log());
    }

    private static List<String> names(ConsumerTable consumers) {
        return consumers.all().stream().map(Consumer::consumerName).toList();
    }

    private static ListStreamConsumersResponse page(String nextToken, String name) {
        return ListStreamConsumersResponse.builder().nextToken(nextToken).consumers(Consumer.builder().consumerName(name).build()).build();
    }

    private static ListTagsForStreamResponse tags(boolean hasMore, Tag tag) {
        return ListTagsForStreamResponse.builder().hasMoreTags(hasMore).tags(tag).build();
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }
}
