package bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Writing the lines of a file. */
public final class Fill {
    private static final int SIZE = 200;

    /** One shard, since the server says that all came to the first; which matters to aggregates. */
    private static final String STREAM = "1x0x0-fill";

    private Fill() {}

    public static void run(Bench bench) throws IOException, InterruptedException {
        var url = bench.server().url();
        var million = lines(bench, 1_000_000);
        bench.run(new Comparison("fill, 1,000,000 lines of 200 bytes", Run.Stdout.DISCARD)
                .of("produce", produce(bench, million))
                .of("bare loop", bench.peers().bareFill(STREAM, url, million))
                .of("boto3 loop, one call at a time", bench.peers().boto3(STREAM, url, million.toString())));
        bench.run(new Comparison("fill, the same in aggregates", Run.Stdout.DISCARD)
                .of("produce --aggregate", produce(bench, million, "--aggregate"))
                .of("produce", produce(bench, million)));
        bench.run(new Comparison("fill, memory", Run.Stdout.DISCARD)
                .of("produce, 5,000,000 lines", produce(bench, lines(bench, 5_000_000)))
                .of("produce, 1,000,000 lines", produce(bench, million)));
    }

    private static List<String> produce(Bench bench, Path file, String... options) {
        var arguments = new ArrayList<>(List.of(STREAM, file.toString(), "-q"));
        arguments.addAll(List.of(options));
        return bench.script("produce", arguments.toArray(String[]::new));
    }

    private static Path lines(Bench bench, int count) throws IOException {
        var file = bench.peers().temp().resolve("lines-" + count);
        var random = new Random(count);
        try (var out = Files.newBufferedWriter(file)) {
            for (int n = 0; n < count / bench.less(); n++) {
                random.ints(SIZE - 1, 'a', 'z' + 1).forEach(letter -> {
                    try {
                        out.write(letter);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
                out.write('\n');
            }
        }
        return file;
    }
}
