import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.OnKinesis;
import fake.Script;
import fake.TestKinesis;
import fake.TestWorkers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/** The first workers of an application start at once, and one of them dies: 2 rounds in the suite, WORKER_FIRST_STARTS when that is set. */
@OnKinesis
@Tag("worker")
class WorkerFirstStartTest {
    private static final String ROUNDS = System.getenv("WORKER_FIRST_STARTS");

    /** As many as two cores can start. */
    private static final int ROUNDS_AT_ONCE = 2;

    private static final int SHARDS = 4;

    /** The goal is 40 s; on a loaded machine, and for each second that the shortest run of the script takes, more. */
    private static final int LONGEST_SECONDS = 60;
    private static final int LONGER = 10;

    @Test
    void firstStart_ofANewApplication_whoeverDies_bringsAShardWithin40s() throws Exception {
        var random = new Random(ROUNDS == null ? 1 : System.nanoTime());
        var rounds = new ArrayList<Callable<Double>>();
        for (int n = 0; n < (ROUNDS == null ? 2 : Integer.parseInt(ROUNDS)); n++) {
            var number = n;
            var seed = random.nextLong();
            rounds.add(() -> round(number, new Random(seed)));
        }
        var shortest = shortestRun();
        var pool = Executors.newFixedThreadPool(ROUNDS_AT_ONCE);
        var firsts = new ArrayList<Double>();
        try {
            for (var round : pool.invokeAll(rounds)) {
                firsts.add(round.get());
            }
        } finally {
            pool.shutdownNow();
        }
        firsts.sort(null);
        var longest = firsts.get(firsts.size() - 1);
        System.out.printf("first record %.0f s (median) to %.0f s after the kill%n", firsts.get(firsts.size() / 2), longest);
        assertTrue(longest < LONGEST_SECONDS + LONGER * Math.max(shortest, shortestRun()), firsts::toString);
    }

    /** Returns how many seconds the script takes for its version. */
    private static double shortestRun() throws Exception {
        var version = Script.jbang("worker", "--version"); // which is built by then
        var began = System.nanoTime();
        version.run(0);
        return (System.nanoTime() - began) / 1e9;
    }

    /**
     * In every other round the leader is killed, within 6 s after it has become that; in the others any worker, within 15 s.
     *
     * @return how many seconds later a worker that lives on has printed a record; about 0 when one had before
     */
    private static double round(int number, Random random) throws Exception {
        var stream = TestKinesis.stream(SHARDS);
        var application = TestWorkers.application();
        putInEachShard(stream, "before");
        var workers = new ArrayList<Script>();
        try {
            var began = System.nanoTime();
            for (int n = 2 + random.nextInt(2); n > 0; n--) {
                Thread.sleep(random.nextInt(500));
                workers.add(TestWorkers.at(Script.kinesis("worker", stream, "--app", application, "--worker-id", "w" + workers.size(),
                        "--from", "earliest", "-o", "raw")).start());
            }
            var isLeader = number % 2 == 0;
            var victim = workers.get(isLeader ? awaitLeader(application, workers) : random.nextInt(workers.size()));
            Thread.sleep(random.nextInt(isLeader ? 6_000 : 15_000));
            victim.signal("KILL").awaitExit(137);
            var died = System.nanoTime();
            putInEachShard(stream, "after");

            var others = workers.stream().filter(worker -> worker != victim).toList();
            var first = await(() -> !printed(others).isEmpty(), died, others);
            var all = await(() -> printed(others).stream().filter(line -> line.startsWith("after")).count() == SHARDS, died, others);
            System.out.printf("round %d: %d workers, %s killed after %.1f s: a record %.1f s later, records of all shards %.1f s later%n",
                    number, workers.size(), isLeader ? "the leader" : "one", (died - began) / 1e9, first, all);
            return first;
        } finally {
            workers.forEach(Script::close);
        }
    }

    /** Waits until it holds, and returns how many seconds that is after the time. */
    private static double await(Script.Condition condition, long time, List<Script> workers) throws Exception {
        Script.await(() -> {
            workers.forEach(worker -> worker.check("ended by itself", worker.process().isAlive()));
            return condition.holds();
        }, workers);
        return (System.nanoTime() - time) / 1e9;
    }

    private static void putInEachShard(String stream, String data) throws Exception {
        for (var shard : TestKinesis.shards(stream)) {
            TestKinesis.client().putRecord(request -> request.streamName(stream).partitionKey("key")
                    .explicitHashKey(shard.hashKeyRange().startingHashKey()).data(SdkBytes.fromUtf8String(data + " " + shard.shardId())));
        }
    }

    private static Set<String> printed(List<Script> workers) {
        return workers.stream().flatMap(worker -> worker.stdout().lines()).collect(Collectors.toSet());
    }

    /** Waits until a worker holds the lock by which the Kinesis Client Library makes one the leader, and returns its number. */
    private static int awaitLeader(String application, List<Script> workers) throws Exception {
        var key = Map.of("leaseKey", AttributeValue.fromS("Leader"));
        var leader = new ArrayList<String>();
        Script.await(() -> {
            try {
                var owner = TestWorkers.client().getItem(request -> request.tableName(application).key(key).consistentRead(true))
                        .item().get("ownerName");
                return owner != null && leader.add(owner.s());
            } catch (ResourceNotFoundException e) {
                return false;
            }
        }, workers);
        return Integer.parseInt(leader.get(0).substring(1));
    }
}
