package bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Commands that do the same, run in turn, so that what else the machine does hits all of them. The first is ours. */
final class Comparison {
    private final String title;
    private final Run.Stdout stdout;
    private final Map<String, List<String>> commands = new LinkedHashMap<>();
    private final Map<String, List<Run>> runs = new LinkedHashMap<>();
    private long lines = -1;

    /** @param stdout read for the time of the first byte */
    Comparison(String title, Run.Stdout stdout) {
        this.title = title;
        this.stdout = stdout;
    }

    /** @param command null when this machine does not have it */
    Comparison of(String name, List<String> command) {
        if (command != null) {
            commands.put(name, command);
        }
        return this;
    }

    /** Each command must print so many in its first run, which does not count. */
    Comparison lines(long lines) {
        this.lines = lines;
        return this;
    }

    Comparison run(int rounds) throws IOException, InterruptedException {
        System.out.printf("%n%s%n", title);
        for (var command : commands.entrySet()) {
            var warmUp = Run.of(command.getValue(), lines < 0 ? stdout : Run.Stdout.READ);
            if (lines >= 0 && warmUp.lines() != lines) {
                throw new IllegalStateException(command + " printed " + warmUp.lines() + " lines and not " + lines);
            }
            runs.put(command.getKey(), new ArrayList<>());
        }
        for (int round = 0; round < rounds; round++) {
            for (var command : commands.entrySet()) {
                runs.get(command.getKey()).add(Run.of(command.getValue(), stdout));
            }
        }
        print();
        return this;
    }

    /** How many runs there were, with those that do not count. */
    long count() {
        return runs.values().stream().mapToLong(of -> of.size() + 1).sum();
    }

    private void print() {
        var first = runs.values().iterator().next();
        var isRead = stdout == Run.Stdout.READ;
        System.out.printf("  %-32s %8s  %-17s %s%8s %7s   %s%n",
                "", "wall s", "min .. max", isRead ? "1st byte " : "", "CPU s", "MB", "first : this, wall and CPU");
        runs.forEach((name, of) -> {
            var wall = of.stream().mapToDouble(Run::wall).summaryStatistics();
            System.out.printf("  %-32s %8.3f  %-17s %s%8.2f %7.0f   %s%n", name, median(of, Run::wall),
                    "%.3f .. %.3f".formatted(wall.getMin(), wall.getMax()),
                    isRead ? "%8.3f ".formatted(median(of, Run::firstByte)) : "", median(of, Run::cpu), median(of, Run::memory),
                    of == first ? "" : "%.2f  %.2f".formatted(ratio(first, of, Run::wall), ratio(first, of, Run::cpu)));
        });
    }

    /** For a reader that is a program. */
    Map<String, Object> json() {
        return Map.of("title", title, "runs", runs);
    }

    /** Round by round, since the machine's speed changes. */
    private static double ratio(List<Run> these, List<Run> those, ToDoubleFunction<Run> figure) {
        var ratios = new ArrayList<Double>();
        for (int n = 0; n < these.size(); n++) {
            ratios.add(figure.applyAsDouble(these.get(n)) / figure.applyAsDouble(those.get(n)));
        }
        return Bench.median(ratios);
    }

    private static double median(List<Run> runs, ToDoubleFunction<Run> figure) {
        return Bench.median(runs.stream().mapToDouble(figure).boxed().toList());
    }
}
