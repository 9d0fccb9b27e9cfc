package lib.local;

//FILES kinesis-local/package.json=kinesis-local/package.json
//FILES kinesis-local/package-lock.json=kinesis-local/package-lock.json

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import lib.cli.Failure;
import lib.cli.Log;

/** How kinesis-mock runs on this machine: its npm package under Node.js, or else its image under Docker. */
final class LocalEngine {
    static final String VERSION = "0.6.2";
    private static final NpmPackage PACKAGE = new NpmPackage("kinesis-local", VERSION);
    private static final String IMAGE = "ghcr.io/etspaceman/kinesis-mock:" + VERSION;

    private static final Duration ANSWER = Duration.ofSeconds(10); // a Docker may be there and never answer

    /**
     * Ends with its stdin, and so with this process however that ends; at once, since it would wait for open connections. A client that
     * resets its connection before it is served is passed over: the engine would close its port for all, without a word. Ctrl-C reaches
     * all processes of a terminal, and the engine must end after the processes that use it.
     */
    private static final String MAIN = """
            process.stdin.resume().on('end', () => process.kill(process.pid, 'SIGKILL'));
            const tell = process.emit;
            process.emit = function (event) { return /^SIG/.test(event) || tell.apply(this, arguments); };
            ['SIGINT', 'SIGTERM', 'SIGHUP'].forEach(signal => process.on(signal, () => {})); // else they would end it
            const server = require('net').Server.prototype, emit = server.emit;
            server.emit = function (event, socket) {
              return event === 'connection' && !socket.remoteAddress ? !socket.destroy() : emit.apply(this, arguments);
            };
            require('./main.js');""";

    /** The same for a container: $0 is its name. Ctrl-C goes to all processes of a terminal, and must not end this shell first. */
    private static final String CONTAINER = """
            trap '' INT TERM HUP
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
        if (!inDocker && LocalProcess.succeeds(ANSWER, "node", "--version")) {
            var node = new ProcessBuilder("node", "-e", MAIN).directory(PACKAGE.installed(log).toFile());
            node.environment().putAll(SETTINGS);
            node.environment().put("KINESIS_MOCK_PLAIN_PORT", String.valueOf(port));
            node.environment().put("KINESIS_MOCK_TLS_PORT", "0"); // any that is free: nobody uses it
            return node;
        }
        if (LocalProcess.succeeds(ANSWER, "docker", "version")) {
            log.info(inDocker ? "running %s in Docker" : "no Node.js: running %s in Docker", IMAGE);
            var docker = new ProcessBuilder("sh", "-c", CONTAINER, "kinesis-local-" + port, "127.0.0.1:" + port + ":4568", IMAGE);
            docker.environment().putAll(SETTINGS);
            return docker;
        }
        throw new Failure(inDocker ? "no running Docker found ('docker version' shows why);"
                + " start Docker, or leave out --docker and install Node.js with npm"
                : "neither Node.js nor a running Docker found; install Node.js with npm, or start Docker");
    }
}
