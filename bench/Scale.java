package bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Many shards with nothing in them: until each was asked once, and while nothing comes. */
public final class Scale {
    private static final List<Integer> SHARDS = List.of(10, 100, 1_000, 5_000);
    private static final int FAR_MILLIS = 20;
    private static final int WARM_UP_SECONDS = 60; // until what runs often is compiled
    private static final int IDLE_SECONDS = 30;
    private static final int TICKS_A_SECOND = 100; // USER_HZ, see proc(5)

    private Scale() {}

    /**
     * What a run has shown.
     *
     * @param polled how long after ListShards each shard was asked for records, in seconds
     * @param polls  of each shard in a second, while nothing comes
     * @param cpu    of a core, in percent, while nothing comes
     * @param memory in MB
     */
    private record Figures(double polled, double polls, double cpu, double memory, double threads) {}

    public static void run(Bench bench) throws IOException, InterruptedException {
        run(bench, bench.server(), "whose server answers at once");
        try (var far = Server.start(FAR_MILLIS)) {
            run(bench, far, "whose server answers after " + FAR_MILLIS + " ms");
        }
    }

    private static void run(Bench bench, Server server, String which) throws IOException, InterruptedException {
        System.out.printf("%nscale, a stream without records %s%n", which);
        System.out.printf("  %8s %14s %16s %16s %15s %8s %8s%n", "shards", "all polled s", "min .. max", "polls/s a shard", "CPU of a core", "MB", "threads");
        for (var shards : SHARDS) {
            var polled = new ArrayList<Double>();
            for (int round = 1; round < bench.runs(); round++) {
                polled.add(run(server, shards, shards + "x0x0-" + round, false).polled());
            }
            var idle = run(server, shards, shards + "x0x0-idle", true);
            polled.add(idle.polled());
            var all = polled.stream().mapToDouble(seconds -> seconds).summaryStatistics();
            System.out.printf("  %,8d %14.2f %16s %16.2f %14.1f%% %8.0f %8.0f%n", shards, Bench.median(polled),
                    "%.2f .. %.2f".formatted(all.getMin(), all.getMax()), idle.polls(), idle.cpu(), idle.memory(), idle.threads());
            bench.results().add(Map.of("title", "scale, " + shards + " shards " + which, "polled", polled, "idle", idle));
        }
    }

    private static Figures run(Server server, int shards, String stream, boolean idle) throws IOException, InterruptedException {
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
            Thread.sleep(WARM_UP_SECONDS * 1_000);
            var start = System.nanoTime();
            var cpu = ticks(process.pid());
            var polls = polls(server, stream);
            Thread.sleep(IDLE_SECONDS * 1_000);
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
