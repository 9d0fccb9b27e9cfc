package lib;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.Shard;

class ShardsTest {
    private static final String ARN = "arn:aws:kinesis:us-east-1:123456789012:stream/s1";

    @Test
    void list_readsEveryPage_andSendsTheTokenAlone() {
        var kinesis = new FakeKinesis();
        kinesis.shardPages.add(page("t1", "a", "b"));
        kinesis.shardPages.add(page("t2", "c"));
        kinesis.shardPages.add(page(null, "d"));
        assertEquals(List.of("a", "b", "c", "d"), Shards.list(kinesis, StreamRef.parse(ARN)).stream().map(Shard::shardId).toList());
        assertEquals(List.of(
                ListShardsRequest.builder().streamName("s1").streamARN(ARN).build(),
                ListShardsRequest.builder().nextToken("t1").build(),
                ListShardsRequest.builder().nextToken("t2").build()), kinesis.requests);
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
