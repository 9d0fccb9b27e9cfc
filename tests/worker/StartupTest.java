package lib.worker;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.FakeKinesis;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import lib.cli.Durations;
import lib.cli.Failure;
import lib.cli.Log;
import lib.leases.ApplicationStart;
import lib.leases.LeaseTable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.kinesis.model.Shard;

class StartupTest {
    private static final Instant NOON = Instant.parse("2026-11-27T12:00:00Z");
    private static final ApplicationStart NOW = new ApplicationStart("arn", "2026-11-01T00:00:00Z", NOON, false);
    private static final String MIDDLE = "170141183460469231731687303715884105728";
    private static final String LAST = "340282366920938463463374607431768211455";

    private final FakeTable table = new FakeTable();
    private final FakeKinesis kinesis = new FakeKinesis();
    private final List<String> lines = new ArrayList<>();
    private final Log log = new Log();

    StartupTest() {
        log.to(lines::add);
        kinesis.shards = List.of(shard("a", "0", "170141183460469231731687303715884105727"), shard("b", MIDDLE, LAST));
    }

    private static Shard shard(String shardId, String first, String last, String... parents) {
        return Shard.builder().shardId(shardId).hashKeyRange(range -> range.startingHashKey(first).endingHashKey(last))
                .sequenceNumberRange(range -> range.startingSequenceNumber("1").endingSequenceNumber(shardId.equals("closed") ? "9" : null))
                .parentShardId(parents.length == 0 ? null : parents[0]).build();
    }

    private static Shard closed(String shardId, String first, String last, String... parents) {
        return shard(shardId, first, last, parents).toBuilder()
                .sequenceNumberRange(range -> range.startingSequenceNumber("1").endingSequenceNumber("9")).build();
    }

    private ApplicationStart start(ApplicationStart now, String... options) throws Exception {
        var application = new WorkerOptions();
        var line = new CommandLine(application).registerConverter(Duration.class, Durations::parse);
        line.parseArgs(Stream.concat(Stream.of("--app", "app"), Stream.of(options)).toArray(String[]::new));
        return new Startup(kinesis, application, new LeaseTable("app", table, Duration.ZERO, log), log).run(now);
    }

    private static Map<String, AttributeValue> lease(String shardId) {
        return new HashMap<>(Map.of("leaseKey", AttributeValue.fromS(shardId), "checkpoint", AttributeValue.fromS("TRIM_HORIZON")));
    }

    private Set<String> leases() {
        var leases = new TreeSet<>(table.items.keySet());
        leases.remove("Origin");
        return leases;
    }

    private boolean isPending() {
        return table.items.get("Origin").containsKey(ApplicationStart.PENDING);
    }

    @Test
    void aNewApplication_getsItsLeases_fromTheOrigin() throws Exception {
        assertEquals(NOW.pending(), start(NOW));
        assertEquals(Set.of("a", "b"), leases());
        assertEquals("AT_TIMESTAMP", table.items.get("a").get("checkpoint").s());
        assertEquals("0", table.items.get("a").get("startingHashKey").s());
        assertFalse(isPending());
        assertEquals(List.of("application app is new: DynamoDB creates its lease table, which can take a minute",
                "shards are read from 2026-11-27T12:00:00Z on"), lines);
    }

    @Test
    void aWorkerThatIsKilled_afterAnyOfItsCalls_leavesAStart_thatAnotherWorkerFinishes() throws Exception {
        for (int last = 0; last < 100; last++) {
            var round = new StartupTest();
            round.table.lastCall = last;
            var ended = false;
            try {
                round.start(NOW);
                ended = true;
            } catch (FakeTable.Killed e) {
                round.table.lastCall = Integer.MAX_VALUE;
                var later = new ApplicationStart("arn", "2026-11-01T00:00:00Z", NOON.plusSeconds(60), false);
                var begin = round.start(later).begin();
                assertTrue(begin.equals(NOON) || begin.equals(later.begin()), "began at " + begin);
                assertEquals(begin.toString(), round.table.items.get("Origin").get("begin").s());
            }
            assertEquals(Set.of("a", "b"), round.leases(), "after call " + last);
            assertFalse(round.isPending(), "after call " + last);
            if (ended) {
                assertTrue(last > 8, "a start of " + last + " calls");
                return;
            }
        }
        throw new AssertionError("the start does not end");
    }

    @Test
    void aLaterWorker_begins_whereTheFirstOneDid_andMakesNoLeaseAgain() throws Exception {
        start(NOW);
        table.items.remove("a"); // as the library does when the shard has ended and its child is read
        table.items.put("c", lease("c"));
        kinesis.shards = List.of(closed("a", "0", MIDDLE), shard("b", MIDDLE, LAST), shard("c", "0", MIDDLE, "a"));
        var later = new ApplicationStart("arn", "2026-11-01T00:00:00Z", NOON.plusSeconds(60), false);
        assertEquals(NOON, start(later, "--from", "-1h").begin());
        assertEquals(Set.of("b", "c"), leases());
        assertEquals("application app exists and began at 2026-11-27T12:00:00Z; --from is ignored", lines.get(lines.size() - 1));
    }

    @Test
    void aWorkerThatIsLate_bringsBackNoLease_thatTheLibraryHasDeleted() throws Exception {
        table.lastCall = 6; // the first worker has kept the origin, and made no lease
        assertThrows(FakeTable.Killed.class, () -> start(NOW));
        table.lastCall = Integer.MAX_VALUE;
        assertTrue(isPending());
        assertEquals(Set.of(), leases());
        table.duringScan = () -> { // another worker makes the leases, and shard a is read to its end
            table.duringScan = () -> {};
            assertDoesNotThrow(() -> start(NOW));
            table.items.remove("a");
        };
        start(NOW);
        assertEquals(Set.of("b"), leases());
    }

    @Test
    void shardsWhoseParentsWereTrimmed_whileNoWorkerRan_getLeases() throws Exception {
        start(NOW);
        table.items.get("a").put("checkpoint", AttributeValue.fromS("7"));
        table.items.get("b").put("checkpoint", AttributeValue.fromS("SHARD_END"));
        kinesis.shards = List.of(closed("c", "0", MIDDLE, "a"), shard("d", "0", MIDDLE, "c"), shard("e", MIDDLE, LAST, "b"));
        start(NOW);
        assertEquals(Set.of("a", "b", "c", "d", "e"), leases());
        assertEquals("TRIM_HORIZON", table.items.get("d").get("checkpoint").s());
        assertEquals("shard c has no lease, and its parents are gone: reading the shard from its oldest"
                + " record", lines.get(lines.size() - 3));
    }

    @Test
    void shardsThatTheLibraryWillBegin_orThatWereRead_getNoLeases() throws Exception {
        start(NOW);
        table.items.get("a").put("checkpoint", AttributeValue.fromS("7"));
        table.items.remove("b"); // read to its end, as z was before the application began
        table.items.put("e", lease("e"));
        kinesis.shards = List.of(closed("a", "0", MIDDLE, "Z"), closed("b", MIDDLE, LAST, "Z"), shard("c", "0", "8", "a"),
                shard("d", "9", MIDDLE, "a"), shard("e", MIDDLE, LAST, "b"), closed("Z", "0", LAST));
        start(NOW);
        assertEquals(Set.of("a", "e"), leases());
    }

    @Test
    void aTableOfAnotherProgram_ofWhoseShardsTheStreamHasNone_isRefused() throws Exception {
        start(NOW);
        table.items.remove("Origin");
        kinesis.shards = List.of(shard("c", "0", LAST));
        assertEquals("application app belongs to another stream: none of its leases is for a shard of this stream; use another --app",
                assertThrows(Failure.class, () -> start(NOW)).getMessage());
        assertEquals(Set.of("a", "b"), leases());
    }

    @Test
    void aStreamWithoutShards_isNoNewApplication() {
        kinesis.shards = List.of();
        assertEquals("the endpoint sent an invalid response: ListShards has no shard of stream s1; check --endpoint-url",
                assertThrows(Failure.class, () -> start(NOW)).getMessage());
        assertTrue(isPending());
    }

    @Test
    void aTableThatIsEmptiedDuringTheStart_isNamed() throws Exception {
        start(NOW);
        var settling = new LeaseTable("app", table, Duration.ZERO, log);
        table.items.clear();
        assertEquals("the lease table app was emptied while the application started; start the worker again",
                assertThrows(Failure.class, settling::settle).getMessage());
    }

    @Test
    void aTableThatWasEmptied_isRefused_unlessTheUserBeginsAnew() throws Exception {
        start(NOW);
        table.items.keySet().removeIf(key -> !key.equals("Origin"));
        var later = new ApplicationStart("arn", "2026-11-01T00:00:00Z", NOON.plusSeconds(60), false);
        assertEquals("the lease table app has no leases: the checkpoints are lost; the application began at 2026-11-27T12:00:00Z;"
                + " restart with --new to begin at --from", assertThrows(Failure.class, () -> start(later)).getMessage());
        assertEquals(later.begin(), start(later, "--new").begin());
        assertEquals(Set.of("a", "b"), leases());

        table.items.clear();
        assertEquals("the lease table app has no leases: the checkpoints are lost, or the table was never used;"
                + " restart with --new to begin at --from", assertThrows(Failure.class, () -> start(NOW)).getMessage());
        assertEquals(NOON, start(NOW, "--new").begin());
        assertEquals(Set.of("a", "b"), leases());
        assertEquals(NOON, start(later, "--new").begin(), "--new counts only when the leases are lost");
    }

    @Test
    void anEngineThatDoesNotKnowTheFilter_givesLeasesToAllShards_childrenAfterTheirParents() throws Exception {
        kinesis.shards = List.of(shard("closed", "0", LAST), shard("a", "0", "170141183460469231731687303715884105727", "closed"),
                shard("b", MIDDLE, LAST, "closed"));
        start(new ApplicationStart("arn", "2026-11-01T00:00:00Z", null, false));
        assertEquals(Set.of("closed", "a", "b"), leases());
        assertEquals(List.of("closed"), table.items.get("a").get("parentShardId").ss());
        assertEquals("TRIM_HORIZON", table.items.get("b").get("checkpoint").s());
    }

    @Test
    void anEngineThatKnowsTheFilter_givesLeasesToTheShardsOfThatTime() throws Exception {
        kinesis.filteredShards = List.of(shard("closed", "0", LAST));
        start(NOW);
        assertEquals(Set.of("closed"), leases());
    }

    @Test
    void aTableAndAnIndexThatAnotherWorkerHasMadeSinceThisOneLooked_areThoseOfBoth() throws Exception {
        table.othersAreFaster = true;
        start(NOW);
        assertEquals(Set.of("a", "b"), leases());
    }
}
