import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalTest {
    @TempDir Path temp;

    @Test
    void demo_showsAProducerAndAConsumer_untilCtrlC() throws Exception {
        try (var demo = Script.shell("exec ./jbang demo --port 0 2>&1").start()) {
            demo.awaitStdout(out -> out.contains("data: message data 4"));
            for (var line : List.of("produced record to shard shardId-000000000000", "4 shards located",
                    "shard shardId-000000000003 got 2 records",
                    "shard shardId-000000000003 data: message data 1\nshard shardId-000000000003 data: message data 4")) {
                demo.check("without '" + line + "'", demo.stdout().contains("\n" + line + "\n") || demo.stdout().startsWith(line));
            }
            endsWithoutAChild(demo, "INT", 130);
            demo.check("an error", !demo.stdout().contains("consume:") && !demo.stdout().contains("produce:"));
        }
    }

    @Test
    void runsUntilItIsKilled_withTheStreamsAskedFor() throws Exception {
        for (var signal : List.of("INT", "TERM", "KILL")) {
            try (var local = start("s1:2", "s2")) {
                var described = Script.jbang("describe", "s1", "-o", "json", "--local", "--endpoint-url", local.stdout().strip()).run(0);
                assertEquals(2, described.stdout().lines().count());
                assertEquals("s1\ns2\n", Script.jbang("describe", "--local", "--endpoint-url", local.stdout().strip()).run(0).stdout());
                endsWithoutAChild(local, signal, switch (signal) {
                    case "INT" -> 130;
                    case "TERM" -> 143;
                    default -> 137;
                });
            }
        }
    }

    @Test
    void saysWhoHasThePort_whenThatIsAKinesis() throws Exception {
        var port = String.valueOf(TestKinesis.endpoint().getPort());
        var stream = TestKinesis.stream(1);
        var local = Script.jbang("local", "--port", port).run(1);
        local.check("not one line that says it", local.stderr().matches("(?s)(\\[jbang].*)?local: port " + port
                + " is in use by a Kinesis with the streams \\[.*\\b" + stream + "\\b.*]: use that one with '--local --endpoint-url http://127.0.0.1:"
                + port + "', or pass --port for another\n"));
        assertEquals("", local.stdout());
    }

    @Test
    void saysThatThePortIsTaken_whenThatIsNoKinesis() throws Exception {
        try (var taken = new ServerSocket(0)) {
            var local = Script.jbang("local", "--port", String.valueOf(taken.getLocalPort())).run(1);
            local.check("not the reason", local.stderr().endsWith(
                    "local: port " + taken.getLocalPort() + " is in use; pass --port for another\n"));
        }
    }

    @Test
    void saysWhatToInstall_withoutNodeAndDocker() throws Exception {
        var local = Script.jbang("local", "--port", "0").env("PATH", new Programs(temp).path()).run(1);
        local.check("no advice", local.stderr().endsWith("install Node.js with npm\n"));
        assertEquals("", local.stdout());
    }

    @Test
    void runsInDocker_withoutNode() throws Exception {
        // a docker that notes what it is asked for, and runs the engine itself on the PORT of -p 127.0.0.1:PORT:4568
        var asked = temp.resolve("asked");
        TestKinesis.endpoint(); // for which the package was installed
        var programs = new Programs(temp).add("docker", """
                echo "$@" >>%s
                [ "$1" = run ] || exit 0
                port=${5#*:}
                cd "${JBANG_DIR:-$HOME/.jbang}/cache/kinesis-local-0.6.2/node_modules/kinesis-local"
                KINESIS_MOCK_PLAIN_PORT=${port%%%%:*} KINESIS_MOCK_TLS_PORT=0 exec %s main.js""".formatted(asked, Programs.find("node")));
        try (var local = Script.jbang("local", "--port", "0").env("PATH", programs.path()).start()) {
            local.awaitStdout(out -> out.endsWith("\n"));
            var port = local.stdout().strip().replaceAll(".*:", "");
            local.check("not what docker was asked for: " + Files.readString(asked), Files.readString(asked).matches(
                    "version\nrun --rm --init -p 127.0.0.1:" + port + ":4568( -e [A-Z_]+=\\w+)+ ghcr.io/etspaceman/kinesis-mock:0.6.2\n"));
            endsWithoutAChild(local, "TERM", 143);
        }
    }

    private static Script start(String... streams) throws IOException, InterruptedException {
        return Script.jbang("local", "--port", "0").and(streams).start().awaitStdout(out -> out.endsWith("\n"));
    }

    private static void endsWithoutAChild(Script local, String signal, int exitCode) throws Exception {
        var children = local.process().descendants().toList();
        local.check("no engine", !children.isEmpty());
        local.signal(signal).awaitExit(exitCode);
        for (var child : children) {
            child.onExit().get(5, TimeUnit.SECONDS);
        }
    }
}
