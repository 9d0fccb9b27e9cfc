package lib.local;

//FILES kinesalite/package.json=../kinesalite/package.json
//FILES kinesalite/package-lock.json=../kinesalite/package-lock.json

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import lib.cli.Failure;
import lib.cli.Log;

/**
 * Runs kinesalite, a second implementation of Kinesis. It shares no code with kinesis-mock, so that a fault of one engine does not hide a
 * fault of the scripts.
 */
public final class Kinesalite {
    private static final NpmPackage PACKAGE = new NpmPackage("kinesalite", "3.3.3");

    /** The engine and its version, as in {@code kinesalite 3.3.3}. */
    public static final String ENGINE = PACKAGE.name() + " " + PACKAGE.version();

    /** Makes the AWS SDK of a script speak JSON: kinesalite writes times as seconds in CBOR, too, and Kinesis as milliseconds. */
    public static final Map<String, String> ENVIRONMENT = Map.of("CBOR_ENABLED", "false");

    private static final int FORBIDDEN = 403; // kinesalite answers every GET so

    /**
     * Ends the engine when its stdin ends, and so with the process of the tests, even after kill -9. kinesalite's own command listens on
     * all interfaces, and ends when a client, such as a script that is killed, resets its connection in the middle of a request.
     */
    private static final String MAIN = """
            process.stdin.resume().on('end', () => process.kill(process.pid, 'SIGKILL'));
            process.on('uncaughtException', e => {
              if (e.code !== 'ECONNRESET') {
                console.error(e);
                process.exit(1);
              }
            });
            const settings = {createStreamMs: 50, deleteStreamMs: 50, updateStreamMs: 200, shardLimit: 1000};
            require('./index.js')(settings).listen(process.argv[1], '127.0.0.1');""";

    private final LocalProcess process;
    private final URI endpoint;

    private Kinesalite(LocalProcess process, URI endpoint) {
        this.process = process;
        this.endpoint = endpoint;
    }

    /**
     * Starts kinesalite on any free port, and returns when it answers.
     *
     * @throws Failure when npm fails, or kinesalite does not start
     */
    public static Kinesalite start() throws IOException, InterruptedException {
        var endpoint = LocalProcess.endpoint(LocalProcess.freePort(0, taken -> ";"));
        var node = new ProcessBuilder("node", "-e", MAIN, String.valueOf(endpoint.getPort()))
                .directory(PACKAGE.installed(new Log()).toFile());
        node.environment().put("AWS_REGION", "us-east-1"); // the region in its ARNs
        return new Kinesalite(LocalProcess.start("kinesalite", node, endpoint, status -> status == FORBIDDEN), endpoint);
    }

    public URI endpoint() {
        return endpoint;
    }

    /** Completes with the failure when kinesalite ends before this process. */
    public CompletableFuture<Failure> end() {
        return process.end();
    }
}
