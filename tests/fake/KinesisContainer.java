package fake;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import lib.cli.Failure;
import org.testcontainers.containers.output.ToStringConsumer;
import org.testcontainers.localstack.LocalStackContainer;
import org.testcontainers.utility.DockerImageName;

/** A Kinesis in a container: LocalStack, or an image of its shape. What is missing for it is told within half a minute. */
final class KinesisContainer {
    /** The last that needs no token. The digest is the one of the image; the tag is for the reader. */
    private static final String LOCALSTACK = "localstack/localstack:4.14.0"
            + "@sha256:3ebc37595918b8accb852f8048fef2aff047d465167edd655528065b07bc364a";

    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final Duration PULL = Duration.ofMinutes(10);
    private static final Duration START = Duration.ofSeconds(25);

    private static final Map<String, String> SETTINGS = Map.of(
            "KINESIS_SHARD_LIMIT", "10000", // its own, 100, is soon used up
            "KINESIS_LATENCY", "1",         // milliseconds; its own 500 only delay the tests
            "KINESIS_PERSISTENCE", "0");    // nothing is to be kept

    private KinesisContainer() {}

    static Backend start() throws Exception {
        var given = System.getenv("KINESIS_TEST_IMAGE");
        var image = given == null || given.isBlank() ? LOCALSTACK : given;
        require(image);
        var log = new ToStringConsumer();
        try {
            var container = CompletableFuture.supplyAsync(() -> run(image, log)).get(START.plusSeconds(3).toSeconds(), TimeUnit.SECONDS);
            var endpoint = Backend.check(container.getEndpoint());
            var label = container.getContainerInfo().getConfig().getLabels().get("kinesis.engine");
            var engine = label == null ? Backend.engine(endpoint) : label;
            return new Backend(endpoint, "a container of " + image + ": " + engine, container::stop);
        } catch (TimeoutException e) {
            throw new Failure("Testcontainers does not come to start " + image + "; where it cannot pull images of its own,"
                    + " 'tests/image/build' says which settings it wants", e);
        } catch (ExecutionException e) {
            throw new Failure(image + " does not get ready: " + why(e, log), e);
        }
    }

    /** Asks Docker itself, since Testcontainers would look for it, and for the image, for minutes, and then say little. */
    private static void require(String image) throws IOException, InterruptedException {
        docker(ANSWER, "version");
        try {
            docker(ANSWER, "image", "inspect", image);
        } catch (Failure e) {
            System.err.println("pulling " + image);
            pull(image);
        }
    }

    private static void pull(String image) throws IOException, InterruptedException {
        try {
            docker(PULL, "pull", image);
        } catch (Failure e) {
            throw new Failure(e.getMessage() + "; 'tests/image/build' makes an image without a registry", e);
        }
    }

    private static LocalStackContainer run(String image, ToStringConsumer log) {
        var container = new LocalStackContainer(DockerImageName.parse(image).asCompatibleSubstituteFor("localstack/localstack"))
                .withServices("kinesis").withEnv(SETTINGS).withLogConsumer(log).withStartupTimeout(START);
        var token = System.getenv("LOCALSTACK_AUTH_TOKEN");
        if (token != null) {
            container.withEnv("LOCALSTACK_AUTH_TOKEN", token);
        }
        container.start();
        return container;
    }

    /** What its log ends with, or else what Testcontainers says. */
    private static String why(Throwable error, ToStringConsumer log) {
        if (!log.toUtf8String().isBlank()) {
            return last(log.toUtf8String());
        }
        while (error.getCause() != null) {
            error = error.getCause();
        }
        return error.getMessage();
    }

    private static String last(String lines) {
        return lines.lines().filter(line -> !line.isBlank()).reduce("", (before, line) -> line);
    }

    /**
     * Runs it to its end.
     *
     * @param longest for the whole of it; the first word must come soon
     * @throws Failure when it fails, with what it says last
     */
    private static void docker(Duration longest, String... arguments) throws IOException, InterruptedException {
        var command = "docker " + String.join(" ", arguments);
        if (!Programs.isOnPath("docker")) {
            throw new Failure("there is no docker on the PATH");
        }
        var output = Files.createTempFile("docker", null);
        output.toFile().deleteOnExit();
        var docker = new ProcessBuilder(command.split(" ")).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        var start = System.nanoTime();
        while (!docker.waitFor(20, TimeUnit.MILLISECONDS)) {
            var limit = Files.size(output) == 0 ? ANSWER : longest;
            if (System.nanoTime() - start > limit.toNanos()) {
                docker.destroyForcibly();
                throw new Failure("'" + command + "' takes more than " + limit.toSeconds() + " s");
            }
        }
        var last = last(Files.readString(output));
        if (docker.exitValue() != 0) {
            throw new Failure("'" + command + "' fails: " + last);
        }
    }
}
