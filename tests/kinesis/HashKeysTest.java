package lib.kinesis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.model.Shard;

class HashKeysTest {
    private static final String LAST = "340282366920938463463374607431768211455"; // 2^128-1

    @Test
    void holds_goesByTheMd5OfTheKey() { // of "a" 0cc1..., of "b" 92eb...
        var low = shard("0", "170141183460469231731687303715884105727");
        var high = shard("170141183460469231731687303715884105728", LAST); // from 2^127 on
        assertTrue(HashKeys.holds(low, "a") && !HashKeys.holds(high, "a"));
        assertTrue(HashKeys.holds(high, "b") && !HashKeys.holds(low, "b"));
    }

    @Test
    void percent_countsBothEndsOfTheRange() {
        assertEquals(100, HashKeys.percent(shard("0", LAST)));
        assertEquals(25, HashKeys.percent(shard("85070591730234615865843651857942052864", "170141183460469231731687303715884105727")));
    }

    private static Shard shard(String first, String last) {
        return Shard.builder().hashKeyRange(range -> range.startingHashKey(first).endingHashKey(last)).build();
    }
}
