package lib;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** kinesalite: a Kinesis that shares no code with the local one, so that a test which both pass is not about a fault of either. */
public final class Kinesalite {
    private static final NpmPackage PACKAGE = new NpmPackage("kinesalite", "3.3.3");

    /** The engine and its version, as in {@code kinesalite 3.3.3}. */
    public static final String ENGINE = PACKAGE.name() + " " + PACKAGE.version();

    /** What has the AWS SDK of a script speak JSON: the times of kinesalite's CBOR are seconds, those of Kinesis milliseconds. */
    public static final Map<String, String> ENVIRONMENT = Map.of("CBOR_ENABLED", "false");

    private static final int FORBIDDEN = 403; // what it answers to a GET, as soon as it is there

    /**
     * Ends when its stdin ends, and so with the tests' process, even if that is killed. kinesalite itself would listen on all interfaces, and
     * end when a client resets its connection within a request, as a script does that is killed.
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
     * @throws Failure when npm cannot get it, or it does not start
     */
    public static Kinesalite start() throws IOException, InterruptedException {
        var endpoint = LocalProcess.endpoint(LocalProcess.freePort(0, taken -> ";"));
        var node = new ProcessBuilder("node", "-e", MAIN, String.valueOf(endpoint.getPort())).directory(PACKAGE.installed(new Log()).toFile());
        node.environment().put("AWS_REGION", "us-east-1"); // which its ARNs have
        return new Kinesalite(LocalProcess.start("kinesalite", node, endpoint, status -> status == FORBIDDEN), endpoint);
    }

    public URI endpoint() {
        return endpoint;
    }

    /** Completes when it has ended, which it should not do before this process. */
    public CompletableFuture<Failure> end() {
        return process.end();
    }
}
