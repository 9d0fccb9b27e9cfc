package lib;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** How kinesis-mock runs on this machine: its npm package under Node.js, or else its image under Docker. */
final class LocalEngine {
    static final String VERSION = "0.6.2";
    private static final String IMAGE = "ghcr.io/etspaceman/kinesis-mock:" + VERSION;

    private static final Duration ANSWER = Duration.ofSeconds(10); // a Docker may be there and never answer
    private static final Duration INSTALL = Duration.ofMinutes(5);

    /**
     * Ends with its stdin, and so with this process however that ends; at once, since it would wait for open connections. A client that
     * resets its connection before it is served is passed over: the engine would close its port for all, without a word.
     */
    private static final String MAIN = """
            process.stdin.resume().on('end', () => process.kill(process.pid, 'SIGKILL'));
            const server = require('net').Server.prototype, emit = server.emit;
            server.emit = function (event, socket) {
              return event === 'connection' && !socket.remoteAddress ? !socket.destroy() : emit.apply(this, arguments);
            };
            require('./main.js');""";

    /** The same for a container: $0 is its name. Ctrl-C goes to all processes of a terminal, and must not end this shell first. */
    private static final String CONTAINER = """
            trap '' INT TERM
            docker run -d --rm --name "$0" -p "$1" -e SHARD_LIMIT -e CREATE_STREAM_DURATION \\
              -e CATS_EFFECT_CPU_STARVATION_CHECK_INITIAL_DELAY "$2" >/dev/null || exit
            cat >/dev/null
            docker rm -f "$0" >/dev/null""";

    private static final Map<String, String> SETTINGS = Map.of(
            "SHARD_LIMIT", "10000",           // the engine's own, 50, would refuse s1:100
            "CREATE_STREAM_DURATION", "1ms",  // its own, 500 ms, only delays the start
            "CATS_EFFECT_CPU_STARVATION_CHECK_INITIAL_DELAY", "Inf"); // never: it would warn of a busy machine on stderr

    private LocalEngine() {}

    /**
     * The engine, to be started, which listens on that port and ends when its stdin does.
     *
     * @param inDocker not under Node.js, even where that is
     * @throws Failure when there is nothing that it could run under, or when npm fails
     */
    static ProcessBuilder on(int port, boolean inDocker, Log log) throws IOException, InterruptedException {
        if (!inDocker && succeeds(ANSWER, "node", "--version")) {
            var node = new ProcessBuilder("node", "-e", MAIN).directory(installed(log).toFile());
            node.environment().putAll(SETTINGS);
            node.environment().put("KINESIS_MOCK_PLAIN_PORT", String.valueOf(port));
            node.environment().put("KINESIS_MOCK_TLS_PORT", "0"); // any that is free: nobody uses it
            return node;
        }
        if (succeeds(ANSWER, "docker", "version")) {
            log.info(inDocker ? "running %s in Docker" : "no Node.js: running %s in Docker", IMAGE);
            var docker = new ProcessBuilder("sh", "-c", CONTAINER, "kinesis-local-" + port, "127.0.0.1:" + port + ":4568", IMAGE);
            docker.environment().putAll(SETTINGS);
            return docker;
        }
        throw new Failure(inDocker ? "no running Docker found ('docker version' tells why); without --docker, Node.js with npm will do"
                : "neither Node.js nor a running Docker found, and a local Kinesis needs one: install Node.js with npm");
    }

    /** The folder of the npm package, which is fetched into the cache the first time. */
    private static Path installed(Log log) throws IOException, InterruptedException {
        var cache = Path.of(Objects.requireNonNullElse(System.getenv("JBANG_DIR"), System.getProperty("user.home") + "/.jbang"), "cache");
        var home = cache.resolve("kinesis-local-" + VERSION);
        if (!Files.exists(home)) {
            log.info("fetching kinesis-local %s from npm", VERSION);
            var fresh = Files.createTempDirectory(Files.createDirectories(cache), "kinesis-local");
            try {
                if (!succeeds(INSTALL, "npm", "install", "--prefix", fresh.toString(), "kinesis-local@" + VERSION, "--ignore-scripts",
                        "--no-audit", "--no-fund", "--fetch-retries=0")) {
                    throw new Failure("'npm install kinesis-local@" + VERSION + "' failed: is npm installed, and its registry reachable?");
                }
                moveUnlessThere(fresh, home);
            } finally {
                delete(fresh);
            }
        }
        return home.resolve("node_modules/kinesis-local");
    }

    private static void moveUnlessThere(Path fresh, Path home) throws IOException {
        try {
            Files.move(fresh, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            if (!Files.exists(home)) { // else another start was faster
                throw e;
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (var paths = Files.walk(folder)) {
                paths.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            }
        }
    }

    /** Whether it does within the time. */
    private static boolean succeeds(Duration longest, String... command) throws InterruptedException {
        try {
            var process = new ProcessBuilder(command).redirectOutput(Redirect.DISCARD).redirectError(Redirect.DISCARD).start();
            if (process.waitFor(longest.toSeconds(), TimeUnit.SECONDS)) {
                return process.exitValue() == 0;
            }
            process.destroyForcibly();
            return false;
        } catch (IOException e) {
            return false; // there is no such program
        }
    }
}
