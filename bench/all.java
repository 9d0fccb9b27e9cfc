///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Measure the scripts beside the programs that people would use instead
//JAVA 17+
//DEPS software.amazon.awssdk:kinesis:2.57.8
//DEPS info.picocli:picocli:4.7.7
//DEPS com.fasterxml.jackson.jr:jackson-jr-objects:2.21.8
//SOURCES Bench.java Comparison.java Drain.java Fill.java Latency.java Peers.java Run.java Scale.java Server.java Start.java
//SOURCES ../lib/local/package-info.java ../lib/aws/package-info.java ../lib/cli/package-info.java
//COMPILE_OPTIONS -encoding UTF-8
//RUNTIME_OPTIONS -Dorg.slf4j.simpleLogger.defaultLogLevel=off

import bench.Bench;
import bench.Drain;
import bench.Fill;
import bench.Latency;
import bench.Peers;
import bench.Scale;
import bench.Server;
import bench.Start;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "all", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Measure the scripts and the programs that people would use instead, in turn, on this machine. See"
                + " bench/README.md.")
class all implements Callable<Integer> {
    enum Part { start, drain, fill, scale, latency }

    @Parameters(paramLabel = "PART", description = "Parts to run (default: all): ${COMPLETION-CANDIDATES}.")
    Set<Part> parts = new LinkedHashSet<>(List.of(Part.values()));

    @Option(names = "--runs", paramLabel = "N",
            description = "Run each measurement N times, and report the median (default: ${DEFAULT-VALUE}).")
    int runs = 5;

    @Option(names = "--quick", description = "Run once with a hundredth of the records, to test the setup.")
    boolean quick;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures of each run to FILE (default: ${DEFAULT-VALUE}).")
    Path json = Path.of("bench.json");

    @Override
    public Integer call() throws Exception {
        try (var peers = Peers.find(); var server = Server.start(0)) {
            var bench = new Bench(peers, server, quick ? 1 : runs, quick ? 100 : 1);
            for (var part : parts) {
                switch (part) {
                    case start -> Start.run(bench);
                    case drain -> Drain.run(bench);
                    case fill -> Fill.run(bench);
                    case scale -> Scale.run(bench);
                    case latency -> Latency.run(bench);
                }
            }
            bench.save(json);
        }
        return 0;
    }

    public static void main(String... args) {
        System.exit(new CommandLine(new all()).execute(args));
    }
}
