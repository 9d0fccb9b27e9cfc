package lib.describe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.FakeKinesis;
import fake.Printed;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import lib.cli.Failure;
import lib.cli.Log;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.KinesisServiceClientConfiguration;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryResponse;
import software.amazon.awssdk.services.kinesis.model.ListStreamsRequest;
import software.amazon.awssdk.services.kinesis.model.ListStreamsResponse;

class StreamTableTest {
    private final Account account = new Account();
    private final Printed printed = new Printed();

    /** Streams, by pages of two; a name may have an error code instead of a description, for once. */
    private static final class Account implements KinesisClient {
        final List<String> names = new ArrayList<>();
        final Map<String, String> errors = new HashMap<>();
        final List<Long> listed = new ArrayList<>(); // when the service gets the call, and not when a slow one begins
        final List<Long> described = new ArrayList<>();
        final Deque<Runnable> beforeListed = new ArrayDeque<>();

        volatile boolean isEndless;

        @Override
        public ListStreamsResponse listStreams(ListStreamsRequest request) {
            try {
                Objects.requireNonNullElse(beforeListed.poll(), () -> {}).run();
            } finally {
                listed.add(System.nanoTime());
            }
            var from = names.indexOf(request.exclusiveStartStreamName()) + 1;
            var to = Math.min(names.size(), from + 2);
            var hasMore = isEndless || to < names.size();
            return ListStreamsResponse.builder().streamNames(names.subList(from, to)).hasMoreStreams(hasMore).build();
        }

        @Override
        public DescribeStreamSummaryResponse describeStreamSummary(DescribeStreamSummaryRequest request) {
            described.add(System.nanoTime());
            var error = errors.remove(request.streamName());
            if (error != null) {
                throw FakeKinesis.refusal(error);
            }
            return DescribeStreamSummaryResponse.builder().streamDescriptionSummary(stream -> stream.streamName(request.streamName())
                    .streamARN("arn:" + request.streamName()).streamStatus("ACTIVE").streamModeDetails(mode -> mode.streamMode("ON_DEMAND"))
                    .retentionPeriodHours(168).openShardCount(4).encryptionType("KMS").keyId("alias/k").consumerCount(1)
                    .streamCreationTimestamp(Instant.now().minusSeconds(90_000))).build();
        }

        @Override
        public KinesisServiceClientConfiguration serviceClientConfiguration() {
            return KinesisServiceClientConfiguration.builder().region(Region.EU_WEST_1).build();
        }

        @Override
        public String serviceName() {
            return "fake";
        }

        @Override
        public void close() {}
    }

    @Test
    void everyPage_isListed() throws Exception {
        account.names.addAll(List.of("a", "b", "c"));
        streams().printNames(printed.text(80));
        streams().printNames(printed.json());
        assertEquals("""
                a
                b
                c
                {"streamName":"a"}
                {"streamName":"b"}
                {"streamName":"c"}
                """, printed.toString());
        assertEquals(0, account.described.size());
    }

    @Test
    void pagesThatNeverEnd_endTheList() {
        account.names.addAll(List.of("a", "b"));
        account.isEndless = true;
        var failure = assertThrows(Failure.class, () -> streams().printNames(printed.text(80)));
        assertEquals("the endpoint sent an invalid response: 10 pages of ListStreams in a row have no new items,"
                + " and more pages follow; check --endpoint-url", failure.getMessage());
    }

    @Test
    void anEmptyRegion_hasJustTheHeader() throws Exception {
        assertTrue(streams().print(printed.text(80)));
        assertEquals("STREAM  STATUS    MODE         SHARDS  RETENTION     AGE\n", printed.toString());
    }

    @Test
    void eachIsDescribed() throws Exception {
        account.names.addAll(List.of("orders", "audit"));
        assertTrue(streams().print(printed.text(80)));
        assertTrue(streams().print(printed.json()));
        var lines = printed.toString().lines().limit(4).map(line -> line.replaceAll("\\d{4}-[^\"]*", "TIME") + "\n");
        assertEquals("""
                STREAM  STATUS    MODE         SHARDS  RETENTION     AGE
                orders  ACTIVE    ON_DEMAND         4       168h    1d1h
                audit   ACTIVE    ON_DEMAND         4       168h    1d1h
                {"streamName":"orders","streamARN":"arn:orders","streamStatus":"ACTIVE","streamMode":"ON_DEMAND","streamCreationTimestamp":"TIME",\
                "retentionPeriodHours":168,"encryptionType":"KMS","keyId":"alias/k","openShardCount":4,"consumerCount":1}
                """, lines.reduce("", String::concat));
    }

    @Test
    void oneThatMayNotBeSeen_isNamed_andOneThatIsDeletedByThenIsNot_andThrottlingIsWaitedOut() throws Exception {
        account.names.addAll(List.of("a", "b", "c"));
        account.errors.putAll(Map.of("a", "AccessDeniedException", "b", "ResourceNotFoundException", "c", "LimitExceededException"));
        assertFalse(streams().print(printed.text(80)));
        assertEquals("""
                STREAM  STATUS    MODE         SHARDS  RETENTION     AGE
                a       -         -                 -          -       -
                c       ACTIVE    ON_DEMAND         4       168h    1d1h
                """, printed.toString());
    }

    @Test
    void noMoreThanTwentyASecond_areDescribed() throws Exception {
        IntStream.range(0, 31).forEach(i -> account.names.add("stream-" + i));
        streams().print(printed.text(80));
        for (int i = 20; i < 31; i++) {
            assertTrue(account.described.get(i) - account.described.get(i - 20) >= 1_000_000_000, "21 in a second");
        }
    }

    @Test
    void noMoreThanFourASecond_listStreams_alsoWhenACallIsSlow_orThrottled_orOfTheNextListing() throws Exception {
        IntStream.range(0, 9).forEach(i -> account.names.add("stream-" + i));
        Runnable slow = () -> LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300));
        Runnable throttled = () -> {
            throw FakeKinesis.refusal("LimitExceededException");
        };
        account.beforeListed.addAll(List.of(slow, () -> {}, throttled, slow));
        var streams = streams();
        streams.printNames(printed.text(80));
        streams.print(printed.text(80));
        assertEquals(5 + 1 + 5, account.listed.size());
        for (int i = 1; i < account.listed.size(); i++) {
            var millis = TimeUnit.NANOSECONDS.toMillis(account.listed.get(i) - account.listed.get(i - 1));
            assertTrue(millis >= 250, "call " + i + " comes after " + millis + " ms");
        }
    }

    private StreamTable streams() {
        return new StreamTable(account, new Log());
    }
}
