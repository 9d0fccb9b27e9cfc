import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.OnKinesis;
import fake.Script;
import fake.TestKinesis;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;

/** KILL_ROUNDS=30 makes it long. */
@OnKinesis
class KillTest {
    private static final int ROUNDS = Integer.parseInt(System.getenv().getOrDefault("KILL_ROUNDS", "4"));
    private static final int KEYS = 8;

    @TempDir Path folder;

    @Test
    void killedAtRandom_andStartedAgain_losesNothing_andKeepsTheOrderOfEachKey() throws Exception {
        var stream = TestKinesis.stream(2);
        var random = new Random();
        var written = new AtomicInteger();
        var done = new AtomicBoolean();
        var writer = new Thread(() -> {
            while (!done.get()) {
                var n = written.get();
                TestKinesis.client().putRecord(request -> request.streamName(stream).partitionKey("key" + n % KEYS)
                        .data(SdkBytes.fromUtf8String(n + " " + n % KEYS)));
                written.set(n + 1);
            }
        });
        var lines = new ArrayList<String>();
        writer.start();
        try {
            for (int round = 0; round < ROUNDS; round++) {
                if (round == ROUNDS / 4) {
                    TestKinesis.split(stream, "shardId-000000000000");
                }
                if (round == ROUNDS / 2) {
                    TestKinesis.merge(stream, "shardId-000000000002", "shardId-000000000003");
                }
                try (var consume = consume(stream).start()) {
                    consume.awaitStderr(err -> err.contains("located"));
                    Thread.sleep(random.nextInt(3000)); // the moment of the kill
                    consume.signal("KILL").awaitExit(137);
                    add(consume.stdout(), lines);
                }
            }
        } finally {
            done.set(true);
            writer.join();
        }
        add(consume(stream, "-e").run(0).stdout(), lines);

        var all = IntStream.range(0, written.get()).mapToObj(n -> n + " " + n % KEYS).collect(Collectors.toSet());
        var missing = new TreeSet<>(all);
        missing.removeAll(new HashSet<>(lines));
        assertEquals(Set.of(), missing);
        // what is read again after a kill comes in order again, from the last checkpoint on: a key's first copies are in order
        var last = new HashMap<String, BigInteger>();
        for (var line : new LinkedHashSet<>(lines)) {
            var number = new BigInteger(line.split(" ")[0]);
            var before = last.put(line.split(" ")[1], number);
            assertTrue(before == null || before.compareTo(number) < 0, "key " + line.split(" ")[1] + ": " + number + " after " + before);
        }
        System.out.printf("%d kills: %d records, %d duplicates%n", ROUNDS, written.get(), lines.size() - all.size());
    }

    /** Adds the lines; the last one may be cut by the kill, and comes again then. */
    private static void add(String stdout, List<String> lines) {
        lines.addAll(stdout.substring(0, stdout.lastIndexOf('\n') + 1).lines().toList());
    }

    private Script.Builder consume(String stream, String... options) {
        return Script.kinesis("consume", stream, "-o", "raw", "--from", "earliest", "--poll-interval", "200ms",
                "--checkpoint", folder.resolve("checkpoint").toString()).and(options);
    }
}
