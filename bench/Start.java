package bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A short run, from warm caches. */
public final class Start {
    private static final int MORE = 4; // of short runs, as many times the runs of others

    private Start() {}

    public static void run(Bench bench) throws IOException, InterruptedException {
        var url = bench.server().url();
        var describe = new String[] {"s1"};
        results(bench, new Comparison("start, a stream's shards", Run.Stdout.READ)
                .of("./jbang describe s1", bench.script("describe", describe))
                .of("its JVM", jvm(bench, "describe", describe))
                .of("java -jar of export fatjar", exported(bench, "fatjar", "describe", "-XX:TieredStopAtLevel=1", describe))
                .of("aws kinesis list-shards", bench.peers().awsListShards("s1", url)));
        var stream = "4x1x500";
        var consume = new String[] {stream, "--from", "earliest", "-e", "-q", "-o", "raw"};
        results(bench, new Comparison("start, a record of each shard", Run.Stdout.READ)
                .of("./jbang consume s1 -e", bench.script("consume", consume))
                .of("its JVM", jvm(bench, "consume", consume))
                .of("java -jar of export portable", exported(bench, "portable", "consume", "-Xshare:auto", consume))
                .of("bare loop", bench.peers().bareDrain(stream, url))
                .of("boto3 loop", bench.peers().boto3(stream, url))
                .of("Go program", bench.peers().goDrain(stream, url)));
        countClasses(bench, "describe", describe);
        countClasses(bench, "consume", consume);
    }

    private static void results(Bench bench, Comparison comparison) throws IOException, InterruptedException {
        bench.results().add(comparison.run(bench.runs() * MORE).json());
    }

    /** The command that ./jbang keeps, without it. */
    private static List<String> jvm(Bench bench, String alias, String... arguments) throws IOException, InterruptedException {
        for (int n = 0; n < 3; n++) { // builds it, archives its classes, keeps the command
            Run.of(bench.script(alias, arguments), Run.Stdout.DISCARD);
        }
        return shell(kept(alias), bench.script(alias, arguments));
    }

    private static List<String> shell(String command, List<String> script) {
        return Stream.concat(Stream.of("sh", "-c", "exec " + command + " \"$@\"", "sh"), script.stream().skip(2)).toList();
    }

    private static String kept(String alias) throws IOException {
        var jbang = System.getenv("JBANG_DIR");
        var folder = (jbang == null ? Path.of(System.getProperty("user.home"), ".jbang") : Path.of(jbang)).resolve("cache/commands");
        try (var files = Files.list(folder)) {
            var commands = new ArrayList<Path>();
            for (var file : files.toList()) {
                if (Files.readString(file).endsWith(" " + alias + "\n")) {
                    commands.add(file);
                }
            }
            return Files.readString(commands.stream().max(Comparator.comparing(file -> file.toFile().lastModified()))
                    .orElseThrow(() -> new IllegalStateException("./jbang keeps no command where another jbang is on PATH"))).strip();
        }
    }

    private static List<String> exported(Bench bench, String kind, String alias, String option, String... arguments)
            throws IOException, InterruptedException {
        var jar = bench.peers().temp().resolve(alias + ".jar");
        var archive = bench.peers().temp().resolve(alias + ".jsa");
        Run.of(List.of("./jbang", "export", kind, "-O", jar.toString(), alias + ".java"), Run.Stdout.DISCARD);
        var run = "java -XX:+UseSerialGC " + option + " -XX:%s=" + archive + " -jar " + jar;
        Run.of(shell(run.formatted("ArchiveClassesAtExit"), bench.script(alias, arguments)), Run.Stdout.DISCARD);
        return shell(run.formatted("SharedArchiveFile"), bench.script(alias, arguments));
    }

    private static void countClasses(Bench bench, String alias, String... arguments) throws IOException, InterruptedException {
        var log = bench.peers().temp().resolve("classes");
        var command = kept(alias).replaceFirst(" -Xlog:disable ", "$0-Xlog:class+load:file=" + log + " ");
        Run.of(shell(command, bench.script(alias, arguments)), Run.Stdout.DISCARD);
        var lines = Files.readAllLines(log);
        System.out.printf("  %s loads %,d classes, %,d of them from its archive; %d of Jackson's own, which are for JSON%n",
                alias, lines.size(), lines.stream().filter(line -> line.contains("shared objects file")).count(),
                lines.stream().filter(line -> line.contains(" com.fasterxml.")).count());
    }
}
