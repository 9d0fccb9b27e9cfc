import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.Difference;
import fake.OnKinesis;
import fake.Script;
import fake.TestKinesis;
import fake.Torment;
import fake.WorkerTeam;
import fake.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Workers that are killed, frozen and cut off, while shards are split and merged: a minute in the suite, WORKER_TORTURE=10m with the
 * workers' default options when that is set. WORKER_TORTURE_SEED repeats the plan of a run.
 */
@OnKinesis
@Tag("worker")
class WorkerTortureTest {
    private static final String TIME = System.getenv("WORKER_TORTURE");
    private static final boolean IS_LONG = TIME != null;
    private static final String SEED = Objects.requireNonNullElse(System.getenv("WORKER_TORTURE_SEED"),
            IS_LONG ? String.valueOf(ThreadLocalRandom.current().nextInt()) : "1"); // the suite does not fail on one machine only

    /** In percent of the records, with the default options. */
    private static final double MOST_AGAIN = 5;

    /** In seconds, of a worker that has no shard. */
    private static final double LONGEST_SILENCE = 40;
    private static final Duration BALANCE = Duration.ofSeconds(IS_LONG ? 60 : 20);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(2); // a start on a loaded machine takes one

    @TempDir Path folder;

    @Test
    void whateverDies_everythingArrives_inTheOrderOfEachKey() throws Exception {
        Difference.NO_CHILD_SHARDS.skipIfHere();
        var plan = IS_LONG ? Torment.plan(Long.parseLong(SEED), Duration.parse("PT" + TIME).toSeconds(), 1, 10)
                : Torment.plan(Long.parseLong(SEED), 60, 2.5, 3);
        String[] options = IS_LONG ? new String[0]
                : new String[] {"--takeover", "3s", "--poll-interval", "200ms", "--checkpoint-every", "1s"};
        System.out.printf("WORKER_TORTURE_SEED=%s, %d events%n", SEED, plan.size());
        var stream = TestKinesis.stream(6);
        var out = Files.createFile(folder.resolve("out"));
        try (var writer = new Writer(stream); var team = new WorkerTeam(out, stream, options)) {
            Script.await(team::hasShards, team);
            team.run(plan);
            writer.close();
            awaitAll(writer.written(), out, team);
            team.shrink(3);
            var shares = team.awaitBalance(BALANCE);
            var lines = Files.readAllLines(out);
            report(team, lines, shares);
            writer.check(lines);
            assertEquals(List.of(), team.endedByThemselves, team::toString);
            if (IS_LONG) { // in the suite, other tests load the machine
                assertTrue(again(lines) < MOST_AGAIN, team::toString);
                assertTrue(team.longestSilence < LONGEST_SILENCE, team::toString);
                assertTrue(Collections.max(shares) <= team.evenShare() + 1, team::toString);
            }
        }
    }

    /** Waits until so many records are in the file, or none has come for long. */
    private static void awaitAll(int records, Path out, WorkerTeam team) throws Exception {
        var last = System.nanoTime();
        for (int before = 0; before < records && System.nanoTime() - last < LONGEST_PAUSE.toNanos(); Thread.sleep(100)) {
            team.watch();
            var now = new HashSet<>(Files.readAllLines(out)).size();
            last = now > before ? System.nanoTime() : last;
            before = now;
        }
    }

    private static void report(WorkerTeam team, List<String> lines, List<Integer> shares) {
        if (IS_LONG) { // a failure shows it, too
            team.history.forEach(System.out::println);
        }
        var starts = team.starts.stream().sorted().toList();
        System.out.printf("%d lines, %.1f%% of the records again; %d workers had their first shard after %.0f s (median) to %.0f s;"
                + " without one, %.0f s at most without a line; %d ended by themselves; at the end %s open shards%n",
                lines.size(), again(lines), starts.size(), starts.get(starts.size() / 2), starts.get(starts.size() - 1),
                team.longestSilence, team.endedByThemselves.size(), shares);
    }

    /** Returns how many lines there are besides the first copies, in percent of these. */
    private static double again(List<String> lines) {
        var records = new HashSet<>(lines).size();
        return 100.0 * (lines.size() - records) / records;
    }
}
