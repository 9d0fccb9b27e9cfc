import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import fake.OnKinesis;
import fake.Script;
import fake.TestKinesis;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The catalog as others use it: over HTTP, from another directory, with a JBang that has never seen it. */
@Execution(ExecutionMode.SAME_THREAD) // in one cache of JBang's
class CatalogTest {
    @TempDir static Path cache;
    @TempDir static Path elsewhere;
    private static HttpServer server;

    @BeforeAll
    static void serveTheClone() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            var file = Script.ROOT.resolve(exchange.getRequestURI().getPath().substring(1)).normalize();
            var found = file.startsWith(Script.ROOT) && Files.isRegularFile(file);
            exchange.sendResponseHeaders(found ? 200 : 404, 0);
            try (var body = exchange.getResponseBody()) {
                if (found) {
                    Files.copy(file, body);
                }
            }
        });
        server.start();
    }

    @AfterAll
    static void stop() {
        server.stop(0);
    }

    @Test
    @OnKinesis
    void describe_printsNothingElseToStdout_onItsVeryFirstRun() throws Exception {
        var stream = TestKinesis.stream(1);
        var first = remote("describe", stream, "-o", "json").run(0);
        first.check("not a first run", first.rawStderr().contains("[jbang] Building jar for describe.java"));
        assertEquals(Script.kinesis("describe", stream, "-o", "json").run(0).stdout(), first.stdout());
    }

    @Test
    @OnKinesis
    void produceAndConsume_work() throws Exception {
        var stream = TestKinesis.stream(4);
        try (var produce = remote("produce", stream, "--rate", "10").start()) {
            produce.awaitStdout(out -> out.startsWith("produced record to shard shardId-00000000000"));
            try (var consume = remote("consume", stream, "-o", "raw", "-q").start()) {
                consume.awaitStdout(out -> out.startsWith("message data "));
                consume.check("something else on stdout", consume.stdout().matches("(message data \\d+\n)+"));
            }
        }
    }

    @Test
    void localAndDemo_work() throws Exception {
        try (var local = alias("local", "--port", "0").start()) {
            local.awaitStdout(out -> out.matches("http://127.0.0.1:\\d+\n")).signal("TERM").awaitExit(143);
        }
        try (var demo = alias("demo", "--port", "0").start()) {
            demo.awaitStdout(out -> out.contains("produced record to shard ") && out.contains(" data: message data "))
                    .signal("TERM").awaitExit(143);
        }
    }

    private static Script.Builder remote(String alias, String... arguments) {
        return alias(alias, arguments).and("--local", "--endpoint-url", TestKinesis.endpoint().toString());
    }

    private static Script.Builder alias(String alias, String... arguments) {
        var catalog = "http://127.0.0.1:" + server.getAddress().getPort() + "/jbang-catalog.json";
        return Script.jbang(alias + "@" + catalog).and(arguments).in(elsewhere).env("JBANG_DIR", cache);
    }
}
