package bench;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the parts share.
 *
 * @param less by how much the amounts are divided
 */
public record Bench(Peers peers, Server server, int runs, int less, List<Map<String, Object>> results) {
    public Bench(Peers peers, Server server, int runs, int less) {
        this(peers, server, runs, less, new ArrayList<>());
    }

    /** Runs it, and keeps its figures. */
    void run(Comparison comparison) throws IOException, InterruptedException {
        results.add(comparison.run(runs).json());
    }

    /** One of the project's scripts, on the server. */
    List<String> script(String alias, String... arguments) {
        return scriptAt(server.url(), alias, arguments);
    }

    static List<String> scriptAt(String url, String alias, String... arguments) {
        return Stream.of(Stream.of("./jbang", alias), Stream.of(arguments), Stream.of("--local", "--endpoint-url", url))
                .flatMap(part -> part).toList();
    }

    /** The machine, and all figures. */
    public void save(Path file) throws IOException {
        var machine = Map.of("processors", Runtime.getRuntime().availableProcessors(), "java", Runtime.version().toString(),
                "os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).write(Map.of("machine", machine, "results", results), file.toFile());
    }

    static double median(List<Double> values) {
        var sorted = values.stream().sorted().toList();
        var middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
