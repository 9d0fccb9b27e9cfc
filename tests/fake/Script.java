package fake;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Runs the real thing as a process. What goes wrong is told with the command, where it ran, its exit code, stdout and stderr. */
public final class Script implements AutoCloseable {
    public static final Path ROOT = root();

    /** What a shell runs with & ignores SIGINT, and so would all that the tests start: this gives it back. */
    private static final List<String> HEED_SIGINT = Programs.isOnPath("perl")
            ? List.of(Programs.find("perl").toString(), "-e", "$SIG{INT} = 'DEFAULT'; exec {$ARGV[0]} @ARGV or die $!", "--") : List.of();

    /** Two JBangs that build the same script at the same time fail. */
    private static final String BUILT = "SCRIPTS_ARE_BUILT";
    private static boolean built = System.getenv(BUILT) != null;

    private static final Duration TIMEOUT = Duration.ofMinutes(4); // a first start of the Kinesis Client Library can take 2

    private final List<String> command;
    private final Path directory;
    private final Path stdout;
    private final Path stderr;
    private final Process process;

    private Script(Builder builder) throws IOException {
        command = builder.command;
        directory = builder.directory;
        stdout = Files.createTempFile("stdout", null);
        stderr = Files.createTempFile("stderr", null);
        stdout.toFile().deleteOnExit();
        stderr.toFile().deleteOnExit();
        var process = new ProcessBuilder(Stream.concat(HEED_SIGINT.stream(), command.stream()).toList()).directory(directory.toFile())
                .redirectOutput(stdout.toFile()).redirectError(stderr.toFile());
        process.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
        process.environment().put("AWS_CONFIG_FILE", "/nowhere");
        process.environment().put("AWS_SHARED_CREDENTIALS_FILE", "/nowhere");
        process.environment().put("AWS_EC2_METADATA_DISABLED", "true");
        process.environment().put(BUILT, "yes"); // for tests that run tests
        process.environment().putAll(TestKinesis.environment());
        process.environment().putAll(builder.environment);
        if (builder.stdin == null) {
            this.process = process.redirectInput(Path.of("/dev/null").toFile()).start();
            return;
        }
        this.process = process.start();
        try (var stdin = this.process.getOutputStream()) {
            stdin.write(builder.stdin.getBytes());
        } catch (IOException e) {
            // it did not read what it was given, and its exit code says why
        }
    }

    /** The alias of the catalog, on the tests' Kinesis. */
    public static Builder kinesis(String alias, String... arguments) {
        return kinesisAt(TestKinesis.endpoint().toString(), alias, arguments);
    }

    /** The alias of the catalog, on the Kinesis at the endpoint. */
    public static Builder kinesisAt(String endpoint, String alias, String... arguments) {
        return jbang(alias).and(arguments).and("--local", "--endpoint-url", endpoint);
    }

    /** Builds every script, once: whoever starts one without this class calls it before. */
    public static synchronized void build() {
        if (!built) {
            for (var script : List.of("describe.java", "stream.java", "produce.java", "consume.java", "worker.java", "local.java",
                    "completions.java")) {
                try {
                    new ProcessBuilder(ROOT.resolve("jbang").toString(), "build", script).directory(ROOT.toFile()).inheritIO()
                            .start().waitFor();
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            built = true;
        }
    }

    public static Builder jbang(String... arguments) {
        build();
        return command(ROOT.resolve("jbang").toString()).and(arguments);
    }

    /** A command line of the shell, in which {@code $kinesis} stands for the options of the tests' Kinesis. */
    public static Builder shell(String line) {
        build();
        return command("bash", "-o", "pipefail", "-c", line).env("kinesis", "--local --endpoint-url " + TestKinesis.endpoint());
    }

    /** Skips the test where a program is missing that only the test needs. */
    public static void needs(String path) {
        assumeTrue(Files.exists(Path.of(path)) || Programs.isOnPath(path), "there is no " + path);
    }

    public static Builder command(String... command) {
        return new Builder().and(command);
    }

    public static final class Builder {
        private final List<String> command = new ArrayList<>();
        private final Map<String, String> environment = new TreeMap<>();
        private Path directory = ROOT;
        private String stdin; // null for /dev/null

        public Builder and(String... arguments) {
            command.addAll(Arrays.asList(arguments));
            return this;
        }

        /** The command line of the other, and its environment. */
        public Builder and(Builder other) {
            command.addAll(other.command);
            environment.putAll(other.environment);
            return this;
        }

        public Builder env(String name, Object value) {
            environment.put(name, value.toString());
            return this;
        }

        public Builder in(Path directory) {
            this.directory = directory;
            return this;
        }

        /** Has it read this from a pipe. */
        public Builder stdin(String text) {
            stdin = text;
            return this;
        }

        /** Starts it, with all of its stdin written. */
        public Script start() throws IOException {
            return new Script(this);
        }

        /** Runs it to its end, which must have this exit code. */
        public Script run(int exitCode) throws Exception {
            try (var script = start()) {
                return script.awaitExit(exitCode);
            }
        }
    }

    public String stdout() {
        return read(stdout);
    }

    public String stderr() {
        return rawStderr().replaceAll("\\[jbang].*\n", ""); // it may have had to build the script
    }

    /** With JBang's own lines. */
    public String rawStderr() {
        return read(stderr);
    }

    public ProcessHandle process() {
        return process.toHandle();
    }

    public Script awaitStdout(Predicate<String> condition) throws InterruptedException {
        return await("stdout", () -> condition.test(stdout()));
    }

    public Script awaitStderr(Predicate<String> condition) throws InterruptedException {
        return await("stderr", () -> condition.test(stderr()));
    }

    public Script signal(String name) throws Exception {
        new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid()).start().waitFor();
        return this;
    }

    public Script awaitExit(int exitCode) throws InterruptedException {
        if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
            fail("does not end\n" + this);
        }
        if (process.exitValue() != exitCode) {
            fail("exit code is not " + exitCode + "\n" + this);
        }
        return this;
    }

    /** Whether it has ended by then. */
    public boolean ends(Duration time) throws InterruptedException {
        return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Fails unless it holds. */
    public Script check(String what, boolean holds) {
        if (!holds) {
            fail(what + "\n" + this);
        }
        return this;
    }

    /** Ends what still runs, with its children. */
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    @Override
    public String toString() {
        return "command: %s%ncwd: %s%nexit code: %s%n--- stdout%n%s--- stderr%n%s---".formatted(String.join(" ", command), directory,
                process.isAlive() ? "(runs)" : process.exitValue(), tail(stdout()), tail(rawStderr()));
    }

    private static String tail(String output) {
        return output.length() < 4000 ? output : "...\n" + output.substring(output.length() - 4000);
    }

    private Script await(String what, BooleanSupplier condition) throws InterruptedException {
        var deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (!condition.getAsBoolean()) {
            if (!process.isAlive() && !condition.getAsBoolean()) {
                fail("ended before " + what + " was as expected\n" + this);
            }
            if (System.nanoTime() > deadline) {
                fail(what + " is not as expected\n" + this);
            }
            Thread.sleep(20);
        }
        return this;
    }

    public interface Condition {
        boolean holds() throws Exception;
    }

    /** Waits until it holds; else fails with the script, or what else is to be shown. */
    public static void await(Condition condition, Object shown) throws Exception {
        var deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                fail("it does not come to that\n" + shown);
            }
            Thread.sleep(20);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path root() {
        var folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("jbang-catalog.json"))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IllegalStateException("run the tests in the clone");
            }
        }
        return folder;
    }
}
