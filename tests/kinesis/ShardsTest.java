package lib.kinesis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.FakeKinesis;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import lib.cli.Failure;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.Shard;

class ShardsTest {
    private static final String ARN = "arn:aws:kinesis:us-east-1:123456789012:stream/s1";

    @Test
    void anId_canBeTheNumberThatDescribeShows() {
        var ids = new Shards.IdConverter();
        assertEquals("shardId-000000000000", ids.convert("0"));
        assertEquals("shardId-000000000012", ids.convert("12"));
        assertEquals("shardId-000000000001", ids.convert("shardId-000000000001"));
        assertEquals("other", ids.convert("other"));
    }

    @Test
    void list_readsEveryPage_andSendsTheTokenAlone() {
        var kinesis = new FakeKinesis();
        kinesis.shardPages.add(page("t1", "a", "b"));
        kinesis.shardPages.add(page("t2", "c"));
        kinesis.shardPages.add(page(null, "d"));
        assertEquals(List.of("a", "b", "c", "d"), Shards.list(kinesis, StreamRef.parse(ARN)).all().stream().map(Shard::shardId).toList());
        assertEquals(List.of(
                ListShardsRequest.builder().streamName("s1").streamARN(ARN).build(),
                ListShardsRequest.builder().nextToken("t1").build(),
                ListShardsRequest.builder().nextToken("t2").build()), kinesis.requests);
    }

    @Test
    void list_endsAtPagesWithoutAnythingNew_andTakesAnEmptyOneAsAnEngineMaySend() {
        assertEquals(List.of("a", "b"), list(page("t1", "a"), page("t2"), page(null, "b")));
        for (var again : List.of(page("t"), page("t", "a"))) { // no shards, and the same ones
            assertEquals("the endpoint's answer makes no sense: 10 pages of ListShards in a row bring nothing new, and the last is not the end;"
                    + " check --endpoint-url", assertThrows(Failure.class, () -> list(Stream.concat(Stream.of(page("t", "a")),
                            Stream.generate(() -> again).limit(20)).toArray(ListShardsResponse[]::new))).getMessage());
        }
    }

    @Test
    void list_endsAtMorePages_orMoreShards_thanAnyStreamHas() {
        var number = new AtomicInteger();
        var one = Stream.generate(() -> page("t", "s" + number.getAndIncrement())).limit(Pages.MAX_PAGES + 1).toArray(ListShardsResponse[]::new);
        assertTrue(assertThrows(Failure.class, () -> list(one)).getMessage().contains("ListShards has brought 1,000 items in 1,000 pages, and does not end"));
        var many = IntStream.rangeClosed(0, Pages.MAX_ITEMS).mapToObj(n -> "s" + n).toArray(String[]::new);
        assertTrue(assertThrows(Failure.class, () -> list(page(null, many))).getMessage().contains("200,001 items in 1 pages"));
    }

    private static List<String> list(ListShardsResponse... pages) {
        var kinesis = new FakeKinesis();
        kinesis.shardPages.addAll(List.of(pages));
        return Shards.list(kinesis, StreamRef.parse("s1")).all().stream().map(Shard::shardId).toList();
    }

    @Test
    void list_isAsOfTheServicesClock() {
        var kinesis = new FakeKinesis();
        kinesis.shardPages.add((ListShardsResponse) page(null, "a").toBuilder().sdkHttpResponse(
                SdkHttpResponse.builder().putHeader("Date", "Tue, 24 Nov 2026 17:02:26 GMT").build()).build());
        assertEquals(Instant.parse("2026-11-24T17:02:26Z"), Shards.list(kinesis, StreamRef.parse("s1")).listed());
    }

    @Test
    void list_refusesADateThatIsNone() {
        var page = (ListShardsResponse) page(null, "a").toBuilder().sdkHttpResponse(SdkHttpResponse.builder().putHeader("Date", "today").build()).build();
        assertEquals("the endpoint's answer makes no sense: the Date header 'today'; check --endpoint-url",
                assertThrows(Failure.class, () -> list(page)).getMessage());
    }

    @Test
    void holds_goesByTheMd5OfTheKey() {
        var half = "170141183460469231731687303715884105728"; // 2^127; the MD5 of "b" is 92eb..., of "a" 0cc1...
        var low = Shard.builder().hashKeyRange(r -> r.startingHashKey("0").endingHashKey("170141183460469231731687303715884105727")).build();
        var high = Shard.builder().hashKeyRange(r -> r.startingHashKey(half).endingHashKey("340282366920938463463374607431768211455")).build();
        assertTrue(Shards.holds(low, "a") && !Shards.holds(high, "a"));
        assertTrue(Shards.holds(high, "b") && !Shards.holds(low, "b"));
    }

    @Test
    void isOpen_whenThereIsNoEndingSequenceNumber() {
        assertTrue(Shards.isOpen(Shard.builder().sequenceNumberRange(r -> r.startingSequenceNumber("1")).build()));
        assertFalse(Shards.isOpen(Shard.builder().sequenceNumberRange(r -> r.startingSequenceNumber("1").endingSequenceNumber("2")).build()));
    }

    @Test
    void hashKeyPercent_countsBothEndsOfTheRange() {
        assertEquals(100, percent("0", "340282366920938463463374607431768211455"));
        assertEquals(25, percent("85070591730234615865843651857942052864", "170141183460469231731687303715884105727"));
    }

    private static double percent(String first, String last) {
        return Shards.hashKeyPercent(Shard.builder().hashKeyRange(r -> r.startingHashKey(first).endingHashKey(last)).build());
    }

    private static ListShardsResponse page(String nextToken, String... shardIds) {
        return ListShardsResponse.builder().nextToken(nextToken)
                .shards(List.of(shardIds).stream().map(id -> Shard.builder().shardId(id).build()).toList()).build();
    }
}
