package lib.describe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.FakeKinesis;
import fake.Printed;
import fake.StreamStub;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import lib.cli.Log;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.model.Consumer;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;

class StreamDescriptionTest {
    private static final StreamDescriptionSummary SUMMARY = StreamDescriptionSummary.builder().streamName("s1").streamARN("arn:s1")
            .streamStatus("ACTIVE").retentionPeriodHours(24).consumerCount(2).streamCreationTimestamp(Instant.EPOCH).build();

    private final FakeConsumers stream = new FakeConsumers();

    private static final class FakeConsumers extends StreamStub {
        final List<String> asked = new ArrayList<>();
        List<Consumer> consumers; // null when the user may not see them

        @Override
        public List<Consumer> listConsumers(String streamARN) {
            asked.add(streamARN);
            if (consumers == null) {
                throw FakeKinesis.refusal("AccessDeniedException");
            }
            return consumers;
        }
    }

    @Test
    void consumers_areAskedForByTheArn() throws Exception {
        stream.consumers = List.of(consumer("a"), consumer("b"));
        assertEquals(stream.consumers, consumers(SUMMARY).all());
        assertEquals(List.of("arn:s1"), stream.asked);
    }

    @Test
    void withoutConsumers_theyAreNotAskedFor() throws Exception {
        assertEquals(List.of(), consumers(SUMMARY.toBuilder().consumerCount(0).build()).all());
        assertEquals(List.of(), stream.asked);
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

    private static Consumer consumer(String name) {
        return Consumer.builder().consumerName(name).build();
    }
}
