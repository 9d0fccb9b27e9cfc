import static org.junit.jupiter.api.Assertions.assertEquals;

import fake.Programs;
import fake.Script;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tests run on the Kinesis that they are asked to, or say why they do not. */
class BackendTest {
    /** A test that makes a stream, and runs one script. */
    private static final String ONE = "DescribeTest#withAStream_showsASummaryAndItsShards";

    @TempDir Path temp;

    @Test
    void anEndpoint_comesBeforeAllElse_isNamed_andKeepsNoStream() throws Exception {
        try (var local = Script.jbang("local", "kept", "--port", "0").start().awaitStdout(out -> out.endsWith("\n"))) {
            var endpoint = local.stdout().strip();
            var tests = Script.jbang("tests/all.java", "--localstack", ONE).env("AWS_ENDPOINT_URL_KINESIS", endpoint).run(0);
            tests.check("not the engine",
                    tests.stdout().endsWith("\non kinesis-mock at " + endpoint + "\n1 passed, 0 failed, 0 skipped\n"));
            assertEquals("kept\n", Script.kinesisAt(endpoint, "describe", "-1").run(0).stdout());
        }
    }

    @Test
    void dockerThatDoesNotRun() throws Exception {
        var docker = new Programs(temp).add("docker", "echo Client:; echo Is the docker daemon running? >&2; exit 1");
        fails(tests("--localstack").env("PATH", docker.path()), "'docker version' fails: Is the docker daemon running?");
    }

    @Test
    void dockerThatDoesNotAnswer() throws Exception {
        var docker = new Programs(temp).add("docker", "exec " + Programs.find("sleep") + " 60");
        fails(tests().env("KINESIS_TEST_BACKEND", "localstack").env("PATH", docker.path()), "'docker version' takes more than 10 s");
    }

    @Test
    void dockerThatIsNotThere() throws Exception {
        fails(tests("--localstack").env("PATH", new Programs(temp).path()), "there is no docker on the PATH");
    }

    @Test
    void imageThatIsNotToBeHad() throws Exception {
        fails(tests("--localstack").env("KINESIS_TEST_IMAGE", "nowhere/image:1")
                        .env("PATH", new Programs(temp).add("docker", "case $1 in version) ;; *) echo no $*; exit 1 ;; esac").path()),
                "'docker pull nowhere/image:1' fails: no pull nowhere/image:1; 'tests/image/build' makes an image without a registry");
    }

    @Test
    void endpointThatRefuses() throws Exception {
        fails(tests().env("AWS_ENDPOINT_URL_KINESIS", "http://127.0.0.1:1"), "none at http://127.0.0.1:1: ");
    }

    @Test
    void nameThatIsNone() throws Exception {
        fails(tests("--engine", "dynamo"), "AWS_ENDPOINT_URL_KINESIS is an endpoint, and --engine or KINESIS_TEST_BACKEND"
                + " local, localstack, kinesalite or an endpoint, not 'dynamo'");
    }

    @Test
    void kinesalite_isTheEngine_byOptionAndByVariable_andWhatItLacksIsSkippedWithTheReason() throws Exception {
        var sum = "\non kinesalite 3.3.3\n1 passed, 0 failed, %d skipped\n";
        var byVariable = Script.jbang("tests/all.java", ONE).env("KINESIS_TEST_BACKEND", "kinesalite").run(0);
        byVariable.check("not the engine", byVariable.stdout().endsWith(sum.formatted(0)));
        var byOption = Script.jbang("tests/all.java", "--engine", "kinesalite", ONE, "DescribeTest#tagsAndConsumers_areShown")
                .env("KINESIS_TEST_BACKEND", "local").run(0);
        byOption.check("not the engine, or not skipped", byOption.stdout().endsWith(sum.formatted(1)));
        byOption.check("no reason",
                byOption.stdout().contains("DescribeTest.tagsAndConsumers_areShown: Assumption failed: kinesalite 3.3.3 has no "));
    }

    @Test
    void kinesalite_endsWithTheTests_alsoWhenTheyAreKilled() throws Exception {
        try (var tests = Script.jbang("tests/all.java", "--engine", "kinesalite", "KillTest").start()) {
            Script.await(() -> kinesalite(tests).isPresent(), tests);
            var kinesalite = kinesalite(tests).orElseThrow();
            kinesalite.parent().orElseThrow().destroyForcibly();
            Script.await(() -> !kinesalite.isAlive(), tests);
            tests.awaitExit(137);
        }
    }

    private static Optional<ProcessHandle> kinesalite(Script tests) {
        return tests.process().descendants().filter(process -> process.info().command().orElse("").endsWith("/node")).findFirst();
    }

    /** Two classes, of which the second is left out after the first has failed. */
    private static Script.Builder tests(String... options) throws Exception {
        return Script.jbang("tests/all.java").and(options).and("JShellTest", "ProduceTest");
    }

    private static void fails(Script.Builder tests, String reason) throws Exception {
        var failed = tests.run(1);
        failed.check("not the reason", failed.stdout().contains("=> fake.TestKinesis$Unavailable: no Kinesis for the tests: " + reason));
        failed.check("not the sum", failed.stdout().matches("(?s).*\n0 passed, 1 failed, [1-9]\\d* skipped\n"));
    }
}
