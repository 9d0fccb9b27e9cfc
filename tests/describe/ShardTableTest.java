package lib.describe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.FakeClient;
import fake.Printed;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import lib.cli.Failure;
import lib.kinesis.Distribution;
import lib.kinesis.KinesisStream;
import lib.kinesis.StreamRef;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.Shard;

class ShardTableTest {
    private static final BigInteger QUARTER = BigInteger.TWO.pow(126);

    /** Two shards, of which the first was split, and its second child merged with the other one. */
    private static final List<Shard> SHARDS = List.of(shard(0, 0, 2, false), shard(1, 2, 4, false), shard(2, 0, 1, true, 0),
            shard(3, 1, 2, false, 0), shard(4, 1, 4, true, 3, 1));

    private final Printed printed = new Printed();

    @Test
    void at80Columns() throws Exception {
        ShardTable.print(printed.text(80), SHARDS, false);
        assertEquals("""
                SHARD                 STATE    HASHES                PARENTS
                shardId-000000000000  CLOSED   50.00%  ██████······  -
                shardId-000000000001  CLOSED   50.00%  ······██████  -
                shardId-000000000002  OPEN     25.00%  ███·········  0
                shardId-000000000003  CLOSED   25.00%  ···███······  0
                shardId-000000000004  OPEN     75.00%  ···█████████  3,1
                """, printed.toString());
    }

    @Test
    void at160Columns_hasTheStartingHashKey_andTheFirstSequenceNumber() throws Exception {
        ShardTable.print(printed.text(160), SHARDS, false);
        assertEquals("""
                SHARD                 STATE    HASHES                PARENTS                        STARTING HASH KEY                                     FIRST SEQUENCE NUMBER
                shardId-000000000000  CLOSED   50.00%  ██████······  -                                              0  49680561458435242775820764278815178844750726442623434750
                shardId-000000000001  CLOSED   50.00%  ······██████  -        170141183460469231731687303715884105728  49680561458435242775820764278815178844750726442623434751
                shardId-000000000002  OPEN     25.00%  ███·········  0                                              0  49680561458435242775820764278815178844750726442623434752
                shardId-000000000003  CLOSED   25.00%  ···███······  0         85070591730234615865843651857942052864  49680561458435242775820764278815178844750726442623434753
                shardId-000000000004  OPEN     75.00%  ···█████████  3,1       85070591730234615865843651857942052864  49680561458435242775820764278815178844750726442623434754
                """, printed.toString());
        assertEquals(159, printed.toString().lines().mapToInt(String::length).max().orElseThrow());
    }

    @Test
    void aTree_hasAMergedShardBeneathItsLowerParent() throws Exception {
        ShardTable.print(printed.text(80), SHARDS, true);
        assertEquals("""
                SHARD                     STATE    HASHES                PARENTS
                shardId-000000000000      CLOSED   50.00%  ██████······  -
                ├─shardId-000000000002    OPEN     25.00%  ███·········  0
                └─shardId-000000000003    CLOSED   25.00%  ···███······  0
                  └─shardId-000000000004  below
                shardId-000000000001      CLOSED   50.00%  ······██████  -
                └─shardId-000000000004    OPEN     75.00%  ···█████████  3,1
                """, printed.toString());
    }

    @Test
    void aTree_hasItsColumnsWhereTheHeaderIs_alsoOfAShardThatComesFurtherDown() throws Exception {
        var shards = new ArrayList<>(SHARDS);
        shards.add(shard(5, 1, 4, false, 4));
        shards.add(shard(6, 1, 4, true, 5));
        ShardTable.print(printed.text(80), shards, true);
        var lines = printed.toString().lines().toList();
        for (var line : lines) {
            assertTrue(line.substring(lines.get(0).indexOf("STATE")).matches("(STATE|OPEN|CLOSED|below).*"), printed.toString());
        }
    }

    @Test
    void anIdWithControlCharacters_isEscapedOnATerminal_andKeepsTheColumns() throws Exception {
        var shards = SHARDS.subList(0, 2).stream()
                .map(shard -> shard.toBuilder().shardId(shard.shardId() + "\u001b[2J\u202e\n").build()).toList();
        var open = SHARDS.get(4).toBuilder().shardId("\u009b\t").parentShardId("\u0007").adjacentParentShardId(null).build();
        ShardTable.print(printed.terminal(100), List.of(shards.get(0), shards.get(1), open), false);
        assertEquals("""
                SHARD                                STATE    HASHES                PARENTS
                <shardId-000000000000\\x1b[2J\\u202e\\n  CLOSED   50.00%  ██████······  -
                ><shardId-000000000001\\x1b[2J\\u202e\\n  CLOSED   50.00%  ······██████  -
                >\\u009b\\t                             OPEN     75.00%  ···█████████  \\x07
                """, printed.toString().replace("\u001b[2m", "<").replace("\u001b[22m", ">"));
    }

    @Test
    void anIdWithControlCharacters_isUnchangedOnAPipe() throws Exception {
        ShardTable.print(printed.text(40), List.of(SHARDS.get(0).toBuilder().shardId("\u001b[2J").build()), false);
        assertTrue(printed.toString().contains("\n\u001b[2J  "), printed.toString());
    }

    @Test
    void closedShards_areDimmedOnATerminal() throws Exception {
        ShardTable.print(printed.terminal(20), SHARDS.subList(1, 3), false);
        assertEquals("""
                SHARD
                \u001b[2mshardId-000000000001
                \u001b[22mshardId-000000000002
                """, printed.toString());
    }

    @Test
    void json_hasAnObjectForEachShard_inTheOrderOfTheTree() throws Exception {
        ShardTable.print(printed.json(), SHARDS, true);
        assertEquals(List.of("0", "2", "3", "1", "4"), printed.toString().lines().map(line -> line.substring(31, 32)).toList());
        assertEquals("""
                {"shardId":"shardId-000000000004","state":"OPEN","parentShardId":"shardId-000000000003",\
                "adjacentParentShardId":"shardId-000000000001","hashKeyRange":{"startingHashKey":"85070591730234615865843651857942052864",\
                "endingHashKey":"340282366920938463463374607431768211455"},"hashKeyPercent":75.0,"sequenceNumberRange":\
                {"startingSequenceNumber":"49680561458435242775820764278815178844750726442623434754"}}""",
                printed.toString().lines().toList().get(4));
    }

    @Test
    void theShardOfAKey_isTheOpenOne() throws Exception {
        ShardTable.printShardOf(printed.text(80), "a", Distribution.BY_KEY, SHARDS); // its MD5 is 0cc1...
        ShardTable.printShardOf(printed.json(), "b", Distribution.UNKNOWN, SHARDS); // 92eb...
        assertEquals("""
                key       a
                hash key  16955237001963240173058271559858726497
                shard     shardId-000000000002
                {"partitionKey":"b","hashKey":"195289424170611159128911017612795795343","shardId":"shardId-000000000004"}
                """, printed.toString());
        assertThrows(Failure.class, () -> ShardTable.printShardOf(printed.text(80), "a", Distribution.BY_KEY, SHARDS.subList(0, 2)));
    }

    @Test
    void theShardOfAKey_isAny_withRecordDistributionAuto() throws Exception {
        ShardTable.printShardOf(printed.text(80), "a", Distribution.AUTO, SHARDS);
        ShardTable.printShardOf(printed.json(), "b", Distribution.AUTO, SHARDS);
        assertEquals("""
                key       a
                hash key  16955237001963240173058271559858726497
                shard     any, since the record distribution of the stream is AUTO
                {"partitionKey":"b","hashKey":"195289424170611159128911017612795795343","recordDistributionStrategy":"AUTO"}
                """, printed.toString());
    }

    @Test
    void twoThousandShards_inPages_areListedWithinSeconds() throws Exception {
        var stream = KinesisStream.of(new FakeClient(page(0, 1000, "more"), page(1000, 2000, null)), StreamRef.parse("s1"));
        assertTimeout(Duration.ofSeconds(10), () -> ShardTable.print(printed.text(160), stream.listShards().all(), true));
        assertEquals(2001, printed.toString().lines().count());
    }

    private static ListShardsResponse page(int first, int end, String nextToken) {
        return ListShardsResponse.builder().nextToken(nextToken)
                .shards(IntStream.range(first, end).mapToObj(number -> shard(number, 0, 1, true)).toList()).build();
    }

    /** @param begin of its hash keys, in quarters of all */
    private static Shard shard(int number, int begin, int end, boolean open, int... parents) {
        var ids = new ArrayList<String>();
        IntStream.of(parents).forEach(parent -> ids.add("shardId-%012d".formatted(parent)));
        return Shard.builder().shardId("shardId-%012d".formatted(number))
                .parentShardId(ids.isEmpty() ? null : ids.get(0)).adjacentParentShardId(ids.size() < 2 ? null : ids.get(1))
                .hashKeyRange(range -> range.startingHashKey(QUARTER.multiply(BigInteger.valueOf(begin)).toString())
                        .endingHashKey(QUARTER.multiply(BigInteger.valueOf(end)).subtract(BigInteger.ONE).toString()))
                .sequenceNumberRange(range -> range
                        .startingSequenceNumber("4968056145843524277582076427881517884475072644262343475" + number % 10)
                        .endingSequenceNumber(open ? null : "4968056145843524277582076427881517884475072644262343476" + number)).build();
    }
}
