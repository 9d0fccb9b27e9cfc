package bench;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import lib.cli.Log;
import lib.local.LocalKinesis;

/** Reading all that a stream holds. */
public final class Drain {
    private Drain() {}

    public static void run(Bench bench) throws IOException, InterruptedException {
        var url = bench.server().url();
        var peers = bench.peers();
        drain(bench, "2,400,000 records of 500 bytes", 2_400_000, 500);
        var stream = stream(bench, 2_400_000, 500);
        bench.run(new Comparison("drain, the same into wc -l", Run.Stdout.READ)
                .of("consume -o raw", counted(consume(bench, stream, "raw")))
                .of("bare loop", counted(peers.bareDrain(stream, url)))
                .of("Go program", counted(peers.goDrain(stream, url))));
        bench.run(new Comparison("drain, as JSON", Run.Stdout.DISCARD).lines(records(bench, 2_400_000))
                .of("consume -o json", consume(bench, stream, "json"))
                .of("consume -o raw", consume(bench, stream, "raw")));
        bench.run(new Comparison("drain, out of aggregates of 100", Run.Stdout.DISCARD).lines(records(bench, 2_400_000))
                .of("consume, taking aggregates apart", consume(bench, stream + "x100", "raw"))
                .of("consume of ordinary records", consume(bench, stream, "raw")));
        drain(bench, "8,000,000 records of 50 bytes", 8_000_000, 50);
        drain(bench, "2,400 records of 1 MiB with their keys", 2_400, (1 << 20) - 14);
        var few = stream(bench, 400_000, 500);
        bench.run(new Comparison("drain, 400,000 records of 500 bytes", Run.Stdout.DISCARD).lines(records(bench, 400_000))
                .of("consume -o raw", consume(bench, few, "raw"))
                .of("boto3 loop", peers.boto3(few, url)));
        drainLocal(bench);
    }

    /** Not canned. */
    private static void drainLocal(Bench bench) throws IOException, InterruptedException {
        try (var local = LocalKinesis.start(0, false, new Log())) {
            local.create(List.of(LocalKinesis.NewStream.parse("drain:4")));
            var url = local.endpoint().toString();
            Run.of(Bench.scriptAt(url, "produce", "drain", Fill.lines(bench, 20_000, 500).toString(), "-q"), Run.Stdout.DISCARD);
            bench.run(new Comparison("drain, 20,000 records of 499 bytes from the local Kinesis", Run.Stdout.DISCARD)
                    .lines(20_000 / bench.less())
                    .of("consume -o raw", Bench.scriptAt(url, "consume", "drain", "--from", "earliest", "-e", "-q", "-o", "raw"))
                    .of("bare loop", bench.peers().bareDrain("drain", url))
                    .of("boto3 loop", bench.peers().boto3("drain", url))
                    .of("Go program", bench.peers().goDrain("drain", url)));
        }
    }

    private static void drain(Bench bench, String what, long records, int size) throws IOException, InterruptedException {
        var stream = stream(bench, records, size);
        bench.run(new Comparison("drain, " + what + " on 4 shards, to /dev/null", Run.Stdout.DISCARD).lines(records(bench, records))
                .of("consume -o raw", consume(bench, stream, "raw"))
                .of("bare loop", bench.peers().bareDrain(stream, bench.server().url()))
                .of("Go program", bench.peers().goDrain(stream, bench.server().url())));
    }

    private static long records(Bench bench, long records) {
        return records / bench.less();
    }

    private static String stream(Bench bench, long records, int size) {
        return "4x" + records(bench, records) / 4 + "x" + size;
    }

    private static List<String> consume(Bench bench, String stream, String format) {
        return bench.script("consume", stream, "--from", "earliest", "-e", "-q", "-o", format);
    }

    private static List<String> counted(List<String> command) {
        if (command == null) {
            return null;
        }
        return Stream.concat(Stream.of("bash", "-o", "pipefail", "-c", "\"$@\" | wc -l", "bash"), command.stream()).toList();
    }
}
