package bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Writing the lines of a file. */
public final class Fill {
    private static final int SIZE = 200;

    /** One shard, since the server says that all came to the first; which matters to aggregates. */
    private static final String STREAM = "1x0x0-fill";

    private Fill() {}

    public static void run(Bench bench) throws IOException, InterruptedException {
        var url = bench.server().url();
        var million = lines(bench, 1_000_000, SIZE);
        var single = new Comparison("fill, 1,000,000 lines of 200 bytes", Run.Stdout.DISCARD)
                .of("produce", produce(bench, STREAM, million))
                .of("bare loop", bench.peers().bareFill(STREAM, url, million))
                .of("boto3 loop, one call at a time", bench.peers().boto3(STREAM, url, million.toString()));
        bench.run(single);
        var put = ((Number) bench.server().seen(STREAM).get("put")).longValue();
        if (put != single.count() * 1_000_000 / bench.less()) {
            throw new IllegalStateException("put were " + put + " records in " + single.count() + " runs");
        }
        bench.run(new Comparison("fill, the same in aggregates", Run.Stdout.DISCARD)
                .of("produce --aggregate", produce(bench, STREAM, million, "--aggregate"))
                .of("produce", produce(bench, STREAM, million)));
        bench.run(new Comparison("fill, memory", Run.Stdout.DISCARD)
                .of("produce, 5,000,000 lines", produce(bench, STREAM, lines(bench, 5_000_000, SIZE)))
                .of("produce, 1,000,000 lines", produce(bench, STREAM, million)));
    }

    private static List<String> produce(Bench bench, String stream, Path file, String... options) {
        return bench.script("produce", Stream.concat(Stream.of(stream, file.toString(), "-q"), Stream.of(options)).toArray(String[]::new));
    }

    /** A file of lines, each of this size with its newline. */
    static Path lines(Bench bench, int count, int size) throws IOException {
        var file = bench.peers().temp().resolve("lines-" + count);
        var random = new Random(count);
        var line = new byte[size];
        try (var out = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (int n = 0; n < count / bench.less(); n++) {
                for (int at = 0; at < size - 1; at++) {
                    line[at] = (byte) ('a' + random.nextInt(26));
                }
                line[size - 1] = '\n';
                out.write(line);
            }
        }
        return file;
    }
}
