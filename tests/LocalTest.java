import static org.junit.jupiter.api.Assertions.assertEquals;

import fake.Programs;
import fake.Script;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import lib.aws.Aws;
import lib.kinesis.KinesisStream;
import lib.kinesis.StreamRef;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalTest {
    private static final Pattern BATCH = Pattern.compile("shard (\\S+) got \\d+ records?\nshard \\1 data: message data \\d+\n");

    @TempDir Path temp;

    @Test
    void demo_showsAProducerAndAConsumer_untilCtrlC_whateverIsOnStdin() throws Exception {
        Script.build();
        try (var demo = Script.command("bash", "-c", "exec ./jbang demo --port 0 2>&1").stdin("no record of the demo\n").start()) {
            demo.awaitStdout(out -> BATCH.matcher(out).find());
            demo.check("no producer", demo.stdout().contains("produced record to shard shardId-000000000000\n"));
            demo.check("no shards", demo.stdout().contains("4 shards located\n"));
            endsWithoutAChild(demo, "INT", 130);
            demo.check("an error", !demo.stdout().contains("local:"));
        }
    }

    /** Ctrl-C goes to all processes of a terminal, and so to the engine, too. */
    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void demo_endsItsKinesisLast_whenTheSignalGoesToAllProcesses(String signal, int exitCode) throws Exception {
        Script.needs("setsid");
        Script.build();
        try (var demo = Script.command("setsid", "./jbang", "demo", "--port", "0").start()) {
            demo.awaitStdout(out -> out.contains(" data: "));
            var engine = demo.process().descendants().filter(child -> child.info().command().orElse("").endsWith("node"))
                    .findFirst().orElseThrow();
            signal(signal, engine.pid());
            var produced = produced(demo.stdout());
            demo.awaitStdout(out -> produced(out) > produced + 1);
            var endpoint = URI.create(demo.stderr().replaceAll("(?s).*--endpoint-url (\\S+).*", "$1"));
            assertEquals(404, status(endpoint)); // a new client is served, too

            signal(signal, -demo.process().pid());
            engine.onExit().get(1, TimeUnit.MINUTES);
            demo.check("the engine ended first", demo.stderr().contains(" records stored: "));
            demo.awaitExit(exitCode);
            demo.check("an error", demo.stderr().matches("a Kinesis runs here [^\n]+\n4 shards located\n"
                    + "(shard \\S+ got \\d+ records?\n)*\\d+ records? stored: [^\n]+, 0 retries\n"));
        }
    }

    @Test
    void demo_endsQuietly_whenItsReaderHasEnough() throws Exception {
        var demo = Script.shell("./jbang demo --port 0 | head -n 3; exit ${PIPESTATUS[0]}").run(0);
        assertEquals(3, demo.stdout().lines().count());
        demo.check("an error", demo.stderr().matches("a Kinesis runs here [^\n]+\n4 shards located\n(shard \\S+ got \\d+ records?\n)*"));
    }

    /** Of the response to a GET of the root, which is an error of each engine. */
    private static int status(URI endpoint) throws IOException {
        return ((HttpURLConnection) endpoint.toURL().openConnection()).getResponseCode();
    }

    private static long produced(String stdout) {
        return stdout.lines().filter(line -> line.startsWith("produced ")).count();
    }

    @Test
    void hasTheStreamsAskedFor() throws Exception {
        try (var local = start("s1:2", "s2"); var kinesis = Aws.local(URI.create(local.stdout().strip())).kinesis()) {
            assertEquals(2, KinesisStream.of(kinesis, StreamRef.parse("s1")).listShards().all().size());
            assertEquals(4, KinesisStream.of(kinesis, StreamRef.parse("s2")).listShards().all().size());
            local.check("no word on its use", local.stderr().contains("jbang consume s1 --local --endpoint-url " + local.stdout().strip()));
        }
    }

    @Test
    void leavesNoProcess_howeverItIsEnded() throws Exception {
        for (var signal : Map.of("INT", 130, "TERM", 143, "KILL", 137).entrySet()) {
            try (var local = start()) {
                endsWithoutAChild(local, signal.getKey(), signal.getValue());
            }
        }
    }

    @Test
    void withDynamoDb_saysWhereBothAre_andLeavesNeither() throws Exception {
        for (var signal : Map.of("INT", 130, "KILL", 137).entrySet()) {
            try (var local = Script.jbang("local", "--port", "0", "--dynamodb").start()) {
                local.awaitStdout(out -> out.lines().count() == 2);
                var dynamodb = local.stdout().lines().toList().get(1);
                local.check("no word on its use", local.stderr().contains("AWS_ENDPOINT_URL_DYNAMODB=" + dynamodb + " ./jbang worker s1 "));
                assertEquals(400, status(URI.create(dynamodb)));
                endsWithoutAChild(local, signal.getKey(), signal.getValue());
            }
        }
    }

    @Test
    void aDynamoDbThatDies_endsIt() throws Exception {
        try (var local = Script.jbang("local", "--port", "0", "--dynamodb").start()) {
            local.awaitStdout(out -> out.lines().count() == 2);
            local.process().descendants().filter(child -> child.info().command().orElse("").endsWith("java"))
                    .forEach(ProcessHandle::destroyForcibly);
            local.awaitExit(1).check("no word", local.stderr().endsWith("local: the local DynamoDB ended unexpectedly, with exit code"
                    + " 137; start local again\n"));
        }
    }

    @Test
    void answers_afterClientsThatWereGoneBeforeTheyWereServed() throws Exception {
        try (var local = start()) {
            var endpoint = URI.create(local.stdout().strip());
            for (int n = 0; n < 500; n++) {
                try (var client = new Socket(endpoint.getHost(), endpoint.getPort())) {
                    client.setSoLinger(true, 0); // closing is a reset
                }
            }
            try (var kinesis = Aws.local(endpoint).kinesis()) {
                assertEquals(4, KinesisStream.of(kinesis, StreamRef.parse("s1")).listShards().all().size());
            }
        }
    }

    @Test
    void saysWhoHasThePort_whenThatIsAKinesis() throws Exception {
        try (var first = start("a", "b")) {
            var port = String.valueOf(URI.create(first.stdout().strip()).getPort());
            var second = Script.jbang("local", "--port", port).run(1);
            assertEquals("local: port " + port + " is in use by a Kinesis with the streams [a, b]: use this Kinesis with "
                    + "'--local --endpoint-url http://127.0.0.1:" + port + "', or pass --port to choose another port\n", second.stderr());
            assertEquals("", second.stdout());
        }
    }

    @Test
    void saysThatThePortIsTaken_whenThatIsNoKinesis() throws Exception {
        try (var taken = new ServerSocket(0)) {
            var local = Script.jbang("local", "--port", String.valueOf(taken.getLocalPort())).run(1);
            local.check("not the reason", local.stderr().endsWith(
                    "local: port " + taken.getLocalPort() + " is in use; pass --port to choose another port\n"));
        }
    }

    @Test
    void saysWhatToInstall_withoutNodeAndDocker() throws Exception {
        var local = Script.jbang("local", "--port", "0").env("PATH", new Programs(temp).path()).run(1);
        local.check("no advice", local.stderr().endsWith("; install Node.js with npm, or start Docker\n"));
        assertEquals("", local.stdout());
    }

    @Test
    void saysWhatIsWrong_withoutTheDockerAskedFor() throws Exception {
        var local = Script.jbang("local", "--port", "0", "--docker").env("DOCKER_HOST", "unix:///nowhere").run(1);
        assertEquals("local: no running Docker found ('docker version' shows why);"
                + " start Docker, or leave out --docker and install Node.js with npm\n",
                local.stderr());
        assertEquals("", local.stdout());
    }

    @Test
    void runsInDocker_withoutNode() throws Exception {
        var programs = new Programs(temp);
        runsInDocker(programs, programs.path(), "no Node.js: running ");
    }

    @Test
    void runsInDocker_whenAskedTo() throws Exception {
        var programs = new Programs(temp);
        runsInDocker(programs, programs.path() + ":" + System.getenv("PATH"), "running ", "--docker");
    }

    /** On a docker whose container is a Node.js that only 'docker rm -f' ends. */
    private void runsInDocker(Programs programs, String path, String said, String... options) throws Exception {
        var asked = temp.resolve("asked");
        var pid = temp.resolve("pid");
        start().close(); // which installs the package
        programs.add("docker", """
                echo "$@" >>%1$s
                case $1 in
                  run)
                    port=${7#*:}
                    cd "${JBANG_DIR:-$HOME/.jbang}"/cache/kinesis-local-0.6.2-*/node_modules/kinesis-local
                    KINESIS_MOCK_PLAIN_PORT=${port%%%%:*} KINESIS_MOCK_TLS_PORT=0 %2$s main.js </dev/null >/dev/null 2>&1 &
                    echo $! >%3$s ;;
                  rm) kill -9 "$(cat %3$s)" ;;
                esac""".formatted(asked, Programs.find("node"), pid));
        for (var signal : Map.of("TERM", 143, "KILL", 137).entrySet()) {
            Files.deleteIfExists(asked);
            try (var local = Script.jbang("local", "--port", "0").and(options).env("PATH", path).start()) {
                local.awaitStdout(out -> out.endsWith("\n"));
                local.check("not said", local.stderr().startsWith(said + "ghcr.io/etspaceman/kinesis-mock:0.6.2 in Docker\n"));
                var container = ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
                endsWithoutAChild(local, signal.getKey(), signal.getValue());
                container.onExit().get(1, TimeUnit.MINUTES);

                var port = local.stdout().strip().replaceAll(".*:", "");
                assertEquals("""
                        version
                        run -d --rm --name kinesis-local-%1$s -p 127.0.0.1:%1$s:4568 -e SHARD_LIMIT -e CREATE_STREAM_DURATION \
                        -e CATS_EFFECT_CPU_STARVATION_CHECK_INITIAL_DELAY ghcr.io/etspaceman/kinesis-mock:0.6.2
                        rm -f kinesis-local-%1$s
                        """.formatted(port), Files.readString(asked));
            }
        }
    }

    @Test
    @Tag("docker")
    void hasTheStreamsAskedFor_inARealContainer_andLeavesNone() throws Exception {
        var programs = new Programs(temp).add("docker", """
                case $KINESIS_TEST_IMAGE in
                  kinesis-mock*) # in place of the engine's image, where that is not to be had; it listens where LocalStack does
                    for argument do
                      case $argument in
                        ghcr.io/*) argument=$KINESIS_TEST_IMAGE ;;
                        *:4568) argument=${argument%%4568}4566 ;;
                      esac
                      shift
                      set -- "$@" "$argument"
                    done ;;
                esac
                exec %s "$@"
                """.formatted(Programs.find("docker")));
        for (var signal : Map.of("TERM", 143, "KILL", 137).entrySet()) {
            try (var local = Script.jbang("local", "s1:2", "--port", "0", "--docker").env("PATH", programs.path()).start()) {
                local.awaitStdout(out -> out.endsWith("\n"));
                var endpoint = URI.create(local.stdout().strip());
                try (var kinesis = Aws.local(endpoint).kinesis()) {
                    assertEquals(2, KinesisStream.of(kinesis, StreamRef.parse("s1")).listShards().all().size());
                }
                endsWithoutAChild(local, signal.getKey(), signal.getValue());
                var left = Script.command("docker", "ps", "-aq", "--filter", "name=kinesis-local-" + endpoint.getPort());
                Script.await(() -> left.run(0).stdout().isEmpty(), local);
            }
        }
    }

    private static Script start(String... streams) throws IOException, InterruptedException {
        return Script.jbang("local", "--port", "0").and(streams).start().awaitStdout(out -> out.endsWith("\n"));
    }

    private static void signal(String name, long pid) throws Exception {
        assertEquals(0, new ProcessBuilder("bash", "-c", "kill -" + name + " -- " + pid).inheritIO().start().waitFor());
    }

    private static void endsWithoutAChild(Script local, String signal, int exitCode) throws Exception {
        var children = local.process().descendants().toList();
        local.check("no engine", !children.isEmpty());
        local.signal(signal).awaitExit(exitCode);
        for (var child : children) {
            child.onExit().get(1, TimeUnit.MINUTES);
        }
    }
}
