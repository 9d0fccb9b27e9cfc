package lib.kinesis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.model.Shard;

class ShardsTest {
    @Test
    void anId_canBeTheNumberThatDescribeShows() {
        var ids = new Shards.IdConverter();
        assertEquals("shardId-000000000000", ids.convert("0"));
        assertEquals("shardId-000000000012", ids.convert("12"));
        assertEquals("shardId-000000000001", ids.convert("shardId-000000000001"));
        assertEquals("other", ids.convert("other"));
    }

    @Test
    void isOpen_whenThereIsNoEndingSequenceNumber() {
        assertTrue(Shards.isOpen(shard("1", null)));
        assertFalse(Shards.isOpen(shard("1", "2")));
    }

    private static Shard shard(String first, String last) {
        return Shard.builder().sequenceNumberRange(range -> range.startingSequenceNumber(first).endingSequenceNumber(last)).build();
    }
}
