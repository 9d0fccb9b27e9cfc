package lib.write;

import static lib.records.UserRecords.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.Aggregate;
import fake.FakeKinesis;
import fake.FakeShards;
import fake.StreamStub;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import lib.cli.Failure;
import lib.cli.Log;
import lib.kinesis.KinesisStream;
import lib.kinesis.KinesisStream.PutEntry;
import lib.kinesis.KinesisStream.PutResult;
import lib.records.Deaggregator;
import lib.records.UserRecord;
import lib.records.UserRecords;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.kinesis.model.KinesisException;

class RecordWriterTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    /** What the writer says became of the records. */
    private static final class Told implements RecordWriter.Listener {
        final List<UserRecord> stored = new ArrayList<>();
        final List<UserRecord> undelivered = new ArrayList<>();
        final Set<String> why = new TreeSet<>();
        long retries;
        boolean ended;

        @Override
        public synchronized void stored(List<UserRecord> records) {
            stored.addAll(records);
        }

        void awaitStored(int count) throws InterruptedException {
            for (var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);; Thread.sleep(10)) {
                synchronized (this) {
                    if (stored.size() >= count) {
                        return;
                    }
                }
                assertTrue(System.nanoTime() < deadline, () -> "only " + stored.size() + " are stored");
            }
        }

        @Override
        public synchronized void retried(int records) {
            retries += records;
        }

        @Override
        public synchronized void undelivered(UserRecord record, String why) {
            undelivered.add(record);
            this.why.add(why);
        }

        @Override
        public synchronized void ended() {
            ended = true;
        }
    }

    private final Told told = new Told();

    @Test
    void everyRecord_isStoredOnce_whenEntriesFailAtRandom() throws Exception {
        var kinesis = new FakeShards(4).failing(0.3);
        put(kinesis, LONG, records(2_000, 2_000));
        var times = times(kinesis);
        assertEquals(2_000, times.size());
        assertTrue(times.values().stream().allMatch(n -> n == 1));
        assertEquals(2_000, told.stored.size());
        assertEquals(List.of(), told.undelivered);
        assertEquals(kinesis.calls.stream().mapToLong(List::size).sum() - 2_000, told.retries);
    }

    @Test
    void everyRecord_isStoredAtLeastOnce_whenAnswersAreLost() throws Exception {
        var kinesis = new FakeShards(4).failing(0.2).timingOut(0.2);
        put(kinesis, LONG, records(500, 500));
        assertEquals(500, times(kinesis).size());
        assertEquals(500, told.stored.size());
        assertEquals(List.of(), told.undelivered);
    }

    @Test
    void calls_areHalved_whenTheServiceHasTheFormerLimit() throws Exception {
        var withoutCode = KinesisException.builder().statusCode(413).build();
        for (var refusal : List.of(FakeKinesis.refusal("InvalidArgumentException"), withoutCode)) {
            var kinesis = new FakeShards(4).withFormerLimit(refusal);
            put(kinesis, LONG, large(100, 1 << 19));
            assertEquals(100, kinesis.stored().size());
            assertEquals(0, told.retries);
            assertEquals(List.of(), told.undelivered);
            var refused = kinesis.calls.stream().filter(call -> call.size() > 10).count();
            assertTrue(refused >= 1 && refused <= 4, refused + " calls, of which each thread learns at most once that they are too large");
        }
    }

    @Test
    void largeCall_thatIsRefusedForAnotherReason_endsTheRun() {
        var refusal = FakeKinesis.refusal("InvalidArgumentException");
        var kinesis = new FakeShards(4) {
            @Override
            public List<PutResult> putRecords(List<PutEntry> records) {
                throw refusal;
            }
        };
        assertThrows(Failure.class, () -> put(kinesis, LONG, large(10, 1 << 20)));
        assertEquals(10, told.undelivered.size());
    }

    @Test
    void recordsOfAKey_areInOrder() throws Exception {
        var kinesis = new FakeShards(4);
        put(kinesis, LONG, records(20_000, 7));
        var last = new HashMap<String, Integer>();
        for (var stored : kinesis.stored()) {
            assertTrue(last.getOrDefault(stored.partitionKey(), -1) < number(stored.data()), () -> "after " + last);
            last.put(stored.partitionKey(), number(stored.data()));
        }
    }

    @Test
    void recordsOfAKey_areInOrder_exceptThoseOfOneCall_whenSomeFail() throws Exception {
        var kinesis = new FakeShards(4).failing(0.2);
        put(kinesis, LONG, records(600, 7));
        var calls = new HashMap<Integer, Set<Integer>>(); // of each record
        for (int call = 0; call < kinesis.calls.size(); call++) {
            for (var entry : kinesis.calls.get(call)) {
                calls.computeIfAbsent(number(entry.data()), n -> new TreeSet<>()).add(call);
            }
        }
        var byKey = kinesis.stored().stream().collect(Collectors.groupingBy(FakeShards.Stored::partitionKey));
        byKey.values().forEach(stored -> {
            for (int n = 1; n < stored.size(); n++) {
                var before = number(stored.get(n - 1).data());
                var after = number(stored.get(n).data());
                assertTrue(before < after || !Collections.disjoint(calls.get(before), calls.get(after)), () -> after + " behind " + before);
            }
        });
    }

    @Test
    void call_hasWhatPutRecordsTakes() throws Exception {
        var kinesis = new FakeShards(1);
        var records = new ArrayList<>(records(3_000, 3_000));
        for (int n = 0; n < 40; n++) {
            records.add(n * 70, UserRecord.of(new UserRecord.Source("f", n), "big" + n, null, new byte[1 << 20]));
        }
        put(kinesis, LONG, records);
        assertEquals(3_040, kinesis.stored().size());
        for (var call : kinesis.calls) {
            assertTrue(call.size() <= 500, () -> call.size() + " records");
            var bytes = call.stream().mapToLong(entry -> entry.data().length + entry.partitionKey().length()).sum();
            assertTrue(bytes <= 10 << 20, () -> bytes + " bytes");
        }
    }

    @Test
    void record_isUndelivered_whenItFailsForTooLong() throws Exception {
        var kinesis = new FakeShards(1).failing(1);
        put(kinesis, Duration.ofMillis(500), records(10, 10));
        assertEquals(List.of(), told.stored);
        assertEquals(10, told.undelivered.size());
        assertTrue(told.retries >= 10);
    }

    private static KinesisStream answering(Supplier<List<PutResult>> answer) {
        return new StreamStub() {
            @Override
            public List<PutResult> putRecords(List<PutEntry> records) {
                return answer.get();
            }
        };
    }

    /** Each of them may have stored the records. */
    @Test
    void responsesThatCannotBeDecoded_endTheRun_afterFive() {
        var calls = new AtomicInteger();
        var kinesis = answering(() -> {
            calls.incrementAndGet();
            throw SdkClientException.create("Unable to unmarshall response (Unrecognized token 'html')");
        });
        var failure = assertThrows(Failure.class, () -> put(kinesis, LONG, records(3, 3)));
        assertTrue(failure.getMessage().startsWith("stream s1: the endpoint sent an invalid response: it cannot be decoded;"
                + " check --endpoint-url"), failure.getMessage());
        assertEquals(5, calls.get());
        assertEquals(3, told.undelivered.size());
    }

    @Test
    void anotherNumberOfResults_endsTheRun_andNoneIsDelivered() {
        var kinesis = answering(List::of);
        var failure = assertThrows(Failure.class, () -> put(kinesis, LONG, records(3, 3)));
        assertEquals("the endpoint sent an invalid response: PutRecords of 3 records has 0 results, so the stored records are unknown;"
                + " check --endpoint-url", failure.getMessage());
        assertEquals(3, told.undelivered.size());
        assertTrue(told.ended);
    }

    @Test
    void callThatFails_isNotPassedByLaterRecordsOfItsKeys_evenOfTheSameBatch() throws Exception {
        var kinesis = new FakeShards(600).failingCall(0);
        var records = new ArrayList<UserRecord>(); // that many shards' that the aggregates of the last come into two calls
        for (int n = 0; n < 499; n++) {
            var hashKey = kinesis.shards().get(n).hashKeyRange().startingHashKey();
            records.add(UserRecord.of(new UserRecord.Source("f", n), "key" + n, hashKey, utf8("line")));
        }
        for (int n = 0; n < 60; n++) {
            records.add(UserRecord.of(new UserRecord.Source("f", n), "hot", kinesis.shards().get(599).hashKeyRange().startingHashKey(),
                    utf8("line " + n + " ".repeat(2_000))));
        }
        write(kinesis, false, true, LONG, records);
        var hot = kinesis.stored().stream().filter(stored -> stored.partitionKey().equals("hot"))
                .flatMap(RecordWriterTest::userRecords).map(record -> number(record.data()));
        assertEquals(IntStream.range(0, 60).boxed().toList(), hot.toList());
    }

    @Test
    void recordsThatOneCallLeaves_goWithAnother_whileItIsUnderWay() throws Exception {
        var kinesis = new FakeShards(1);
        var settings = new RecordWriter.Settings(kinesis, false, false, 4, Duration.ofMillis(300), LONG, new Log());
        var writer = new RecordWriter(settings, told);
        for (int n = 0; n < 24; n++) { // the first until it reads enough ahead, then more than a call takes
            if (n == 12) {
                told.awaitStored(12);
                kinesis.hangNextCall();
            }
            writer.put(UserRecord.of(new UserRecord.Source("f", n), "key" + n, null, new byte[1 << 20]));
        }
        told.awaitStored(15);
        kinesis.goOn();
        writer.finish();
        assertEquals(24, told.stored.size());
    }

    @Test
    void throttling_turnsTheRateDown_toWhatTheShardTakes() throws Exception {
        var kinesis = new FakeShards(1).limited();
        put(kinesis, LONG, records(6_000, 6_000));
        assertEquals(6_000, kinesis.stored().size());
        var refused = kinesis.calls.stream().mapToLong(List::size).sum() - 6_000;
        assertTrue(refused < 6_000, refused + " records were refused"); // most of them at once, before it is known what the shard takes
    }

    @Test
    void ordered_isOneAfterTheOther_eachBehindTheLastOfItsKey() throws Exception {
        var kinesis = new FakeShards(2);
        write(kinesis, true, false, LONG, records(20, 2));
        assertEquals(IntStream.range(0, 20).boxed().toList(), kinesis.stored().stream().map(stored -> number(stored.data())).toList());
        for (int n = 0; n < 20; n++) {
            assertEquals(n < 2 ? null : Integer.toString(n - 1), kinesis.singleCalls.get(n).sequenceNumberForOrdering());
        }
    }

    @Test
    void aggregates_areReadByTheClientLibrary_inTheShardOfEachKey() throws Exception {
        var kinesis = new FakeShards(3);
        var records = new ArrayList<>(records(2_000, 2_000));
        records.add(UserRecord.of(new UserRecord.Source("f", 2_001), "key", "0", utf8("line 2000")));
        records.add(UserRecord.of(new UserRecord.Source("f", 2_002), "key", "170141183460469231731687303715884105728", utf8("line 2001")));
        records.add(UserRecord.of(new UserRecord.Source("f", 2_003), "key", null, new byte[200_000]));
        write(kinesis, false, true, LONG, records);
        assertEquals(2_003, told.stored.size());
        assertTrue(kinesis.stored().size() < 30, () -> kinesis.stored().size() + " Kinesis records");
        assertEquals(2_003, Aggregate.userRecords(kinesis).size());
    }

    @Test
    void aggregates_areMadeAgain_whenTheStreamWasResharded() throws Exception {
        var kinesis = new FakeShards(2);
        var settings = new RecordWriter.Settings(kinesis, false, true, 4, Duration.ofMillis(10), LONG, new Log());
        var writer = new RecordWriter(settings, told);
        kinesis.reshard(3);
        for (var record : records(1_000, 1_000)) {
            writer.put(record);
        }
        writer.finish();
        assertEquals(1_000, told.stored.size());
        assertEquals(1_000, Aggregate.userRecords(kinesis).size());
        assertTrue(copies(kinesis).values().stream().allMatch(n -> n <= 2), () -> "stored " + copies(kinesis));
    }

    @Test
    void aggregates_arePutAgainOnce_andByThemselves_whileTheListOfShardsIsOld() throws Exception {
        var kinesis = new FakeShards(2);
        kinesis.listNoMore();
        var settings = new RecordWriter.Settings(kinesis, false, true, 4, Duration.ofMillis(1), Duration.ofSeconds(3), new Log());
        var writer = new RecordWriter(settings, told);
        kinesis.reshard(3);
        var started = System.nanoTime();
        var records = records(1_000, 1_000);
        for (int n = 0; n < 1_000; n++) { // in a hundred calls
            writer.put(records.get(n));
            if (n % 10 == 9) {
                told.awaitStored(n + 1);
            }
        }
        writer.finish();
        var most = 2 + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started) / 100;
        assertTrue(kinesis.lists <= most, () -> kinesis.lists + " ListShards, and no more than " + most + " should be");
        assertEquals(List.of(), told.undelivered);
        assertEquals(1_000, told.stored.size());
        var copies = copies(kinesis);
        assertEquals(1_000, copies.size());
        assertTrue(copies.values().stream().allMatch(n -> n <= 2), () -> "stored " + copies);
        assertEquals(1_000, Aggregate.userRecords(kinesis).size());
    }

    @Test
    void aggregates_arePutByThemselves_whileTheShardsCannotBeListed() throws Exception {
        var kinesis = new FakeShards(2);
        var settings = new RecordWriter.Settings(kinesis, false, true, 4, Duration.ofMillis(10), Duration.ofMillis(1), new Log());
        var writer = new RecordWriter(settings, told);
        kinesis.listThrottled();
        kinesis.reshard(3);
        for (var record : records(1_000, 1_000)) {
            writer.put(record);
        }
        writer.finish();
        assertEquals(List.of(), told.undelivered);
        assertEquals(1_000, Aggregate.userRecords(kinesis).size());
    }

    @Test
    void aggregates_areStoredThreeTimesAtMost_whenTheStreamIsReshardedAgainAndAgain() throws Exception {
        var kinesis = new FakeShards(2).resharding();
        write(kinesis, false, true, LONG, records(1_000, 1_000));
        assertEquals(1_000, told.stored.size());
        var copies = copies(kinesis);
        assertEquals(1_000, copies.size());
        assertTrue(copies.values().stream().allMatch(n -> n <= 3), () -> "stored " + copies);
        assertTrue(copies.values().stream().anyMatch(n -> n == 3), () -> "stored " + copies);
    }

    @Test
    void aggregates_areNeverPutAgain_onceTheStreamHasRecordDistributionAuto() throws Exception {
        var kinesis = new FakeShards(32).switchingAtCall(1);
        var settings = new RecordWriter.Settings(kinesis, false, true, 4, Duration.ofMillis(10), LONG, new Log());
        var writer = new RecordWriter(settings, told);
        var records = records(2_000, 2_000);
        records.subList(0, 1_000).forEach(writer::put);
        told.awaitStored(1_000);
        records.subList(1_000, 2_000).forEach(writer::put);
        var failure = assertThrows(Failure.class, writer::finish);
        assertEquals("stream s1: the record distribution is AUTO now, which puts an aggregate into any shard,"
                + " where the Kinesis Client Library drops it; put the other records without --aggregate", failure.getMessage());
        var copies = copies(kinesis);
        assertTrue(copies.values().stream().allMatch(n -> n == 1), () -> "stored " + copies);
        assertEquals(2_000, told.stored.size() + told.undelivered.size());
        assertTrue(told.stored.size() >= 1_000, told.stored.size() + " stored");
        assertTrue(told.why.contains("the record is stored in an aggregate in a shard that does not hold its key,"
                + " where the Kinesis Client Library drops the record"), told.why::toString);
    }

    @Test
    void recordsWithoutAKey_doNotWaitForOneAnother() throws Exception {
        var kinesis = new FakeShards(4).auto();
        kinesis.hangNextCall();
        var writer = new RecordWriter(new RecordWriter.Settings(kinesis, false, false, 4, Duration.ofMillis(10), LONG, new Log()), told);
        writer.put(UserRecord.of(new UserRecord.Source("f", 0), null, null, utf8("line 0")));
        kinesis.awaitHanging();
        for (int n = 1; n < 20; n++) {
            writer.put(UserRecord.of(new UserRecord.Source("f", n), null, null, utf8("line " + n)));
        }
        told.awaitStored(19);
        kinesis.goOn();
        writer.finish();
        assertEquals(20, kinesis.stored().stream().filter(stored -> stored.partitionKey() == null).count());
    }

    @Test
    void recordsWithoutAKey_endTheRun_whenTheStreamNeedsOne() throws Exception {
        var kinesis = new FakeShards(4).auto().switchingAtCall(0);
        var records = IntStream.range(0, 3)
                .mapToObj(n -> UserRecord.of(new UserRecord.Source("f", n), null, null, utf8("line " + n))).toList();
        var failure = assertThrows(Failure.class, () -> put(kinesis, LONG, records));
        assertEquals("stream s1: a partition key is needed (InvalidArgumentException); check with 'describe' whether"
                + " the record distribution has changed", failure.getMessage());
        assertEquals(3, told.undelivered.size());
        assertEquals(List.of(), kinesis.stored());
    }

    @Test
    void ordered_endsTheRun_whenTheStreamNoLongerKeepsAnOrder() {
        var kinesis = new FakeShards(4).switchingAtCall(1);
        var failure = assertThrows(Failure.class, () -> write(kinesis, true, false, LONG, records(4, 1)));
        assertEquals("stream s1: SequenceNumberForOrdering must not be given (InvalidArgumentException);"
                + " check with 'describe' whether the record distribution has changed", failure.getMessage());
        assertEquals(1, told.stored.size());
        assertEquals(3, told.undelivered.size());
    }

    @Test
    void put_isRefused_onceTheRunHasEnded() throws Exception {
        var writer = new RecordWriter(new RecordWriter.Settings(new FakeShards(1), false, false, 1, LONG, LONG, new Log()), told);
        assertTrue(writer.put(records(1, 1).get(0)));
        writer.abandon("why not");
        assertFalse(writer.put(records(1, 1).get(0)));
        assertEquals(2, told.undelivered.size());
        writer.finish();
    }

    private void put(KinesisStream stream, Duration giveUp, List<UserRecord> records) throws Exception {
        write(stream, false, false, giveUp, records);
    }

    private void write(KinesisStream stream, boolean ordered, boolean aggregate, Duration giveUp, List<UserRecord> records)
            throws Exception {
        var settings = new RecordWriter.Settings(stream, ordered, aggregate, 4, Duration.ofMillis(100), giveUp, new Log());
        var writer = new RecordWriter(settings, told);
        for (var record : records) {
            writer.put(record);
        }
        writer.finish();
    }

    private static List<UserRecord> records(int count, int keys) {
        return IntStream.range(0, count).mapToObj(n ->
                UserRecord.of(new UserRecord.Source("f", n + 1), "key" + n % keys, null, utf8("line " + n))).toList();
    }

    /** Returns records of so many bytes, each with a partition key of its own. */
    private static List<UserRecord> large(int count, int bytes) {
        var data = new byte[bytes];
        return IntStream.range(0, count)
                .mapToObj(n -> UserRecord.of(new UserRecord.Source("f", n + 1), "key" + n, null, data)).toList();
    }

    private static int number(byte[] data) {
        return Integer.parseInt(new String(data).strip().substring("line ".length()));
    }

    /** How often each record is stored, in aggregates and by itself. */
    private static Map<String, Integer> copies(FakeShards kinesis) {
        return kinesis.stored().stream().flatMap(RecordWriterTest::userRecords)
                .collect(Collectors.toMap(record -> new String(record.data()), record -> 1, Integer::sum));
    }

    private static Stream<UserRecord> userRecords(FakeShards.Stored stored) {
        return UserRecords.of(new Deaggregator(new Log()).apply(UserRecords.record(stored.data()))).stream();
    }

    private static Map<String, Integer> times(FakeShards kinesis) {
        return kinesis.stored().stream().collect(Collectors.toMap(stored -> new String(stored.data()), stored -> 1, Integer::sum));
    }
}
