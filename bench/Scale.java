package bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Many shards with nothing in them: until each was asked once, while nothing comes, and until each has ended. */
public final class Scale {
    private static final List<Integer> SHARDS = List.of(10, 100, 1_000, 5_000);
    private static final int FAR_MILLIS = 20;
    private static final int WARM_UP_POLLS = 24_000; // of all shards, until what they run is compiled
    private static final int MIN_WARM_UP_SECONDS = 60;
    private static final int MAX_WARM_UP_SECONDS = 240;
    private static final int IDLE_SECONDS = 30;
    private static final String SMALL_HEAP = "-Xmx1g";
    private static final int TICKS_A_SECOND = 100; // USER_HZ, see proc(5)

    private Scale() {}

    /**
     * What a run has shown.
     *
     * @param polled how long after ListShards each shard was asked for records, in seconds
     * @param polls  of each shard in a second, while nothing comes
     * @param cpu    of a core, in percent, while nothing comes and all is compiled
     * @param memory in MB
     */
    private record Figures(double polled, double polls, double cpu, double memory, double threads) {}

    public static void run(Bench bench) throws IOException, InterruptedException {
        System.out.printf("%nscale, a stream without records whose server answers at once%n");
        System.out.printf("  %8s %14s %16s %16s %15s %8s %8s%n",
                "shards", "all polled s", "min .. max", "polls/s a shard", "CPU of a core", "MB", "threads");
        for (var shards : SHARDS) {
            var polled = polled(bench, bench.server(), shards);
            var idle = run(bench, bench.server(), shards, "idle", true);
            System.out.printf("%s %16.2f %14.1f%% %8.0f %8.0f%n",
                    line(shards, polled), idle.polls(), idle.cpu(), idle.memory(), idle.threads());
            bench.results().add(Map.of("title", "scale, " + shards + " shards", "polled", polled, "idle", idle));
        }
        System.out.printf("%nscale, the same whose server answers after %d ms%n", FAR_MILLIS);
        System.out.printf("  %8s %14s %16s%n", "shards", "all polled s", "min .. max");
        try (var far = Server.start(FAR_MILLIS)) {
            for (var shards : SHARDS) {
                var polled = polled(bench, far, shards);
                System.out.println(line(shards, polled));
                bench.results().add(Map.of("title", "scale, " + shards + " shards, " + FAR_MILLIS + " ms away", "polled", polled));
            }
        }
        System.out.printf("%nscale, consume -e of the same stream with %s, whose server answers at once%n", SMALL_HEAP);
        System.out.printf("  %8s %14s %16s %12s%n", "shards", "all ended s", "min .. max", "ListShards");
        for (var shards : SHARDS) {
            var ended = new ArrayList<Double>();
            for (int round = 1; round <= bench.runs(); round++) {
                ended.add(exitAtEnd(bench, shards, round));
            }
            var lists = bench.server().seen(streamToEnd(shards, bench.runs())).get("lists");
            System.out.println(line(shards, ended) + " %12s".formatted(lists));
            bench.results().add(Map.of("title", "scale, " + shards + " shards, -e", "ended", ended, "lists", lists));
        }
    }

    /** Returns the seconds from start to end. */
    private static double exitAtEnd(Bench bench, int shards, int round) throws IOException, InterruptedException {
        var consume = new ProcessBuilder(Bench.scriptAt(bench.server().url(), "consume", streamToEnd(shards, round), "-e", "-q"))
                .redirectError(ProcessBuilder.Redirect.DISCARD); // the JVM says that it has taken the option
        consume.environment().put("JAVA_TOOL_OPTIONS", SMALL_HEAP);
        var started = System.nanoTime();
        var exitCode = consume.start().waitFor();
        if (exitCode != 0) {
            throw new IllegalStateException("consume -e of " + shards + " shards has ended with " + exitCode);
        }
        return (System.nanoTime() - started) / 1e9;
    }

    private static String streamToEnd(int shards, int round) {
        return shards + "x0x0-end" + round;
    }

    private static List<Double> polled(Bench bench, Server server, int shards) throws IOException, InterruptedException {
        var polled = new ArrayList<Double>();
        for (int round = 1; round <= bench.runs(); round++) {
            polled.add(run(bench, server, shards, "" + round, false).polled());
        }
        return polled;
    }

    private static String line(int shards, List<Double> polled) {
        var all = polled.stream().mapToDouble(seconds -> seconds).summaryStatistics();
        return "  %,8d %14.2f %16s".formatted(shards, Bench.median(polled), "%.2f .. %.2f".formatted(all.getMin(), all.getMax()));
    }

    private static Figures run(Bench bench, Server server, int shards, String round, boolean idle)
            throws IOException, InterruptedException {
        var stream = shards + "x0x0-" + round;
        var process = new ProcessBuilder(Bench.scriptAt(server.url(), "consume", stream, "-q")).inheritIO().start();
        try {
            while ((int) server.seen(stream).get("shardsPolled") < shards) {
                if (!process.isAlive()) {
                    throw new IllegalStateException("consume has ended");
                }
                Thread.sleep(20);
            }
            var polled = ((Number) server.seen(stream).get("allPolledMillis")).doubleValue() / 1_000;
            if (!idle) {
                return new Figures(polled, 0, 0, 0, 0);
            }
            Thread.sleep(1_000 / bench.less() * Math.max(MIN_WARM_UP_SECONDS, Math.min(MAX_WARM_UP_SECONDS, WARM_UP_POLLS / shards)));
            var start = System.nanoTime();
            var cpu = ticks(process.pid());
            var polls = polls(server, stream);
            Thread.sleep(1_000 / bench.less() * IDLE_SECONDS);
            cpu = ticks(process.pid()) - cpu;
            polls = polls(server, stream) - polls;
            var seconds = (System.nanoTime() - start) / 1e9;
            return new Figures(polled, polls / seconds / shards, 100.0 * cpu / TICKS_A_SECOND / seconds,
                    status(process.pid(), "VmHWM") * 1024 / 1e6, status(process.pid(), "Threads"));
        } finally {
            process.destroy();
            process.waitFor();
        }
    }

    private static long polls(Server server, String stream) throws IOException {
        return ((Number) server.seen(stream).get("polls")).longValue();
    }

    /** The processor time of the process, see proc(5). */
    private static long ticks(long pid) throws IOException {
        var fields = Files.readString(Path.of("/proc/" + pid + "/stat")).replaceFirst(".*\\) ", "").split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    private static double status(long pid, String name) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream().filter(line -> line.startsWith(name + ":"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", ""))).sum();
    }
}
