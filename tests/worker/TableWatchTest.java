package lib.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import fake.FakeKinesis;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import lib.cli.Durations;
import lib.cli.Failure;
import lib.cli.Log;
import lib.leases.ApplicationStart;
import lib.leases.LeaseTable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class TableWatchTest {
    private static final String GONE = " while workers were running: the checkpoints are lost. Restart %sto begin at --from;"
            + " 'latest' skips the records that arrive before the restart";

    private final FakeTable table = new FakeTable();
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Log log = new Log();
    private final AtomicLong time = new AtomicLong();
    private final Semaphore looks = new Semaphore(0);
    private volatile boolean hasShards;
    private volatile boolean isLeaving;
    private volatile String notStarted;
    private Thread thread;

    TableWatchTest() {
        log.to(lines::add);
        table.createTable(request -> {});
        table.items.put("Origin", new ApplicationStart("arn", "2026-11-01T00:00:00Z", null, false).item());
    }

    @AfterEach
    void end() {
        if (thread != null) {
            thread.interrupt();
        }
    }

    private TableWatch watch() {
        var application = new WorkerOptions();
        new CommandLine(application).registerConverter(Duration.class, Durations::parse).parseArgs("--app", "app", "--worker-id", "me");
        var leases = new LeaseTable("app", table, Duration.ZERO, new Log());
        var watch = new TableWatch(leases, application, this::hasShards, () -> isLeaving, () -> notStarted, time::get, log);
        watch.lost(); // looks at the table at once
        return watch;
    }

    /** Lets the time pass after which a worker without shards says what it waits for. */
    private void pass(TableWatch watch) {
        time.addAndGet(Duration.ofSeconds(15).toNanos());
        watch.lost();
    }

    private boolean hasShards() {
        var answer = hasShards;
        looks.release();
        return answer;
    }

    /** Runs the watch until it has looked once, and a worker without shards may say what it waits for. */
    private void run(TableWatch watch) throws InterruptedException {
        run(watch, InterruptedException.class);
    }

    private <T extends Throwable> CompletableFuture<String> run(TableWatch watch, Class<T> end) throws InterruptedException {
        var message = new CompletableFuture<String>();
        thread = new Thread(() -> message.complete(assertThrows(end, watch::run).getMessage()));
        thread.setDaemon(true);
        thread.start();
        looks.acquire();
        pass(watch);
        return message;
    }

    private void lease(String shardId, String owner) {
        var lease = new HashMap<>(Map.of("leaseKey", AttributeValue.fromS(shardId), "checkpoint", AttributeValue.fromS("TRIM_HORIZON")));
        if (owner != null) {
            lease.put("leaseOwner", AttributeValue.fromS(owner));
        }
        table.items.put(shardId, lease);
    }

    private static String waitsFor(String owners) {
        return "worker me waits: other workers have all shards (" + owners
                + "); this worker gets shards when another worker ends or renews no lease for 10s";
    }

    @Test
    void aWorkerThatHasHadNoShard_saysWhatItWaitsFor() throws Exception {
        lease("a", "host-1");
        lease("b", "host-2");
        run(watch());
        assertEquals(waitsFor("host-1, host-2"), lines.poll(30, TimeUnit.SECONDS));
    }

    @Test
    void aWorkerThatHasNoShardAnyMore_saysAgainWhatItWaitsFor() throws Exception {
        lease("a", "host-1");
        var watch = watch();
        run(watch);
        assertEquals(waitsFor("host-1"), lines.poll(30, TimeUnit.SECONDS));
        hasShards = true;
        looks.drainPermits();
        watch.lost();
        looks.acquire(2); // a look asks twice
        hasShards = false;
        watch.lost();
        looks.acquire(); // the next look: the one before has noted the time
        pass(watch);
        assertEquals(waitsFor("host-1"), lines.poll(30, TimeUnit.SECONDS));
    }

    @Test
    void shardsWithoutAnOwner_andParentsThatAreNotRead_areToldOnce_untilItIsAnotherReason() throws Exception {
        lease("a", "host-1");
        lease("b", null);
        var watch = watch();
        run(watch);
        assertEquals("worker me waits: 1 of 2 shards have no owner yet; the leading worker assigns these"
                + " shards", lines.poll(30, TimeUnit.SECONDS));
        watch.lost();
        watch.lost();
        lease("b", "me");
        watch.lost();
        assertEquals("worker me waits: its shards begin when the library finds them and all parents are drained",
                lines.poll(30, TimeUnit.SECONDS));
    }

    @Test
    void aLibraryThatDoesNotStart_isTold() throws Exception {
        notStarted = "the Kinesis Client Library has not started: no reason";
        lease("a", "host-1");
        run(watch());
        assertEquals("worker me waits: the Kinesis Client Library has not started: no reason", lines.poll(30, TimeUnit.SECONDS));
    }

    @Test
    void aStartThatDoesNotComeAbout_endsTheWorker_afterGiveUp() throws Exception {
        lease("a", null);
        var watch = watch();
        var end = run(watch, Failure.class);
        var why = "1 of 1 shards have no owner yet; the leading worker assigns these shards";
        assertEquals("worker me waits: " + why, lines.poll(30, TimeUnit.SECONDS));
        time.addAndGet(Duration.ofSeconds(121).toNanos());
        watch.lost();
        assertEquals("worker me has had no shard for 2m0s: " + why, end.get(30, TimeUnit.SECONDS));
    }

    @Test
    void aTableThatIsEmptied_orDeleted_endsTheWorker() {
        var watch = watch();
        var emptied = "the lease table app was emptied" + GONE.formatted("with --new ");
        hasShards = true;
        assertEquals(emptied, assertThrows(Failure.class, watch::run).getMessage());
        table.items.clear();
        watch.lost();
        assertEquals(emptied, assertThrows(Failure.class, watch::run).getMessage());
    }

    @Test
    void aCallThatTellsThatTheTableIsDeleted_saysWhatThatMeans() {
        var refusal = new Failure("DynamoDB Query: no", FakeKinesis.refusal("ResourceNotFoundException"));
        assertEquals("the lease table app was deleted" + GONE.formatted(""), watch().orDeleted(refusal).getMessage());
        var other = new Failure("DynamoDB Query: no", FakeKinesis.refusal("AccessDeniedException"));
        assertEquals(other, watch().orDeleted(other));
        assertEquals(List.of(), List.copyOf(lines));
    }
}
