package lib.local;

//FILES dynamodb-local/sha256sums=dynamodb-local/sha256sums

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import lib.aws.Aws;
import lib.cli.Failure;
import lib.cli.Log;

/** DynamoDB Local, for the leases of a worker: begins empty and ends with this process. */
public final class LocalDynamoDb implements AutoCloseable {
    private static final String ARTIFACT = "com.amazonaws:DynamoDBLocal:2.6.1";
    private static final String MAIN = "com.amazonaws.services.dynamodbv2.local.main.ServerRunner";
    private static final int BAD_REQUEST = 400; // what it answers to a GET, as soon as it is there

    /**
     * Ends with its stdin, and takes the library with it that it unpacks. Ctrl-C goes to all processes of a terminal, and must not end it
     * before those that use it.
     */
    private static final String RUN = """
            trap '' INT TERM HUP
            unpacked=$(mktemp -d)
            exec 3<&0
            "$0" -Djava.io.tmpdir="$unpacked" "$@" </dev/null 3<&- 2>/dev/null &
            server=$!
            (cat <&3 >/dev/null; kill -9 $server) &
            watch=$!
            wait $server 2>/dev/null # else the shell would say that it was killed
            status=$?
            kill -9 $watch 2>/dev/null
            rm -rf "$unpacked"
            exit $status""";

    private final LocalProcess process;
    private final URI endpoint;

    private LocalDynamoDb(LocalProcess process, URI endpoint) {
        this.process = process;
        this.endpoint = endpoint;
    }

    /**
     * Starts it and returns when it answers.
     *
     * @param port 0 for any that is free
     * @throws Failure when the port is taken, or JBang cannot get it
     */
    public static LocalDynamoDb start(int port, Log log) throws IOException, InterruptedException {
        var endpoint = LocalProcess.endpoint(LocalProcess.freePort(port, taken -> ", and DynamoDB needs this port;"));
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var server = new ProcessBuilder("sh", "-c", RUN, java, "-cp", classpath(log), MAIN,
                "-inMemory", "-sharedDb", "-disableTelemetry", "-port", String.valueOf(endpoint.getPort()));
        return new LocalDynamoDb(LocalProcess.start("local DynamoDB", server, endpoint, status -> status == BAD_REQUEST), endpoint);
    }

    public URI endpoint() {
        return endpoint;
    }

    /** What goes before a command, so that a script finds it with --local; empty when it does without. */
    public String variable() {
        return endpoint.getPort() == Aws.LOCAL_DYNAMODB_PORT && !Aws.isSet("DYNAMODB") ? "" : "AWS_ENDPOINT_URL_DYNAMODB=" + endpoint + " ";
    }

    /** Completes when it has ended, which it should not do by itself. */
    public CompletableFuture<Failure> end() {
        return process.end();
    }

    @Override
    public void close() {
        process.close();
    }

    /** Its 53 MB are for those who ask for it: JBang fetches them the first time. */
    private static String classpath(Log log) throws IOException, InterruptedException {
        log.verbose("looking for %s, which JBang fetches the first time", ARTIFACT);
        var jbang = Objects.requireNonNullElse(System.getenv("JBANG_LAUNCH_CMD"), "jbang"); // the one that runs this script
        var info = new ProcessBuilder(jbang, "info", "classpath", ARTIFACT).redirectError(Redirect.INHERIT).start();
        var classpath = new String(info.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (info.waitFor() != 0) {
            throw new Failure("JBang could not fetch " + ARTIFACT + ": check that Maven Central is reachable");
        }
        check(Stream.of(classpath.split(File.pathSeparator)).map(Path::of).toList());
        return classpath;
    }

    /**
     * Checks the files by {@code sha256sums}, which has the SHA-256 and the name of each, as the program sha256sum prints them.
     *
     * @throws Failure when a file is not among them
     */
    static void check(List<Path> files) throws IOException {
        try (var sums = LocalDynamoDb.class.getResourceAsStream("/dynamodb-local/sha256sums")) {
            var known = Set.copyOf(new String(sums.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
            var other = files.parallelStream().filter(file -> !known.contains(sha256(file) + "  " + file.getFileName())).findFirst();
            if (other.isPresent()) {
                throw new Failure(other.get() + ", of " + ARTIFACT + ", has an unexpected SHA-256 and is not run;"
                        + " delete this file, and JBang fetches the file again");
            }
        }
    }

    private static String sha256(Path file) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new Failure("cannot read " + file + ", which JBang has fetched;"
                    + " delete dependency_cache.json in JBang's cache, and JBang fetches the file again", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java platform has SHA-256 (MessageDigest)
        }
    }
}
