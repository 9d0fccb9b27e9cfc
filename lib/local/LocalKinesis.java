package lib.local;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import lib.aws.Aws;
import lib.cli.Failure;
import lib.cli.Log;
import lib.cli.UsageException;
import lib.kinesis.StreamRef;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** A Kinesis on this machine that begins empty and ends with this process. */
public final class LocalKinesis implements AutoCloseable {
    /** The engine and its version, as in {@code kinesis-mock 0.6.2}. */
    public static final String ENGINE = "kinesis-mock " + LocalEngine.VERSION;

    private static final int CREATE_POLL_MILLIS = 20;

    private final LocalProcess process;
    private final URI endpoint;

    private LocalKinesis(LocalProcess process, URI endpoint) {
        this.process = process;
        this.endpoint = endpoint;
    }

    /** A stream to create. */
    public record NewStream(String name, int shards) {
        private static final Pattern GRAMMAR = Pattern.compile("([^:]+)(?::([1-9]\\d{0,3}))?");

        /** From {@code STREAM[:SHARDS]}, by default 4 shards. */
        public static NewStream parse(String text) {
            var matcher = GRAMMAR.matcher(text);
            if (!matcher.matches()) {
                throw new UsageException("'" + text + "' is not STREAM[:SHARDS]; write s1 for 4 shards, or s1:2 for 2");
            }
            var shards = matcher.group(2);
            return new NewStream(StreamRef.parse(matcher.group(1)).name(), shards == null ? 4 : Integer.parseInt(shards));
        }
    }

    /**
     * Starts it and returns when it answers.
     *
     * @param port     0 for any that is free
     * @param inDocker whether in a container in any case; else only where there is no Node.js
     * @throws Failure when the port is taken, or nothing here can run it
     */
    public static LocalKinesis start(int port, boolean inDocker, Log log) throws IOException, InterruptedException {
        var endpoint = LocalProcess.endpoint(LocalProcess.freePort(port, LocalKinesis::user));
        var engine = LocalEngine.on(endpoint.getPort(), inDocker, log);
        var process = LocalProcess.start("local Kinesis", engine, endpoint.resolve("/healthcheck"), status -> status == 200);
        return new LocalKinesis(process, endpoint);
    }

    public URI endpoint() {
        return endpoint;
    }

    /** The options with which a script finds it. */
    public List<String> options() {
        return options(endpoint);
    }

    private static List<String> options(URI endpoint) {
        var isDefault = endpoint.getPort() == Aws.LOCAL_PORT && !Aws.isSet("KINESIS");
        return isDefault ? List.of("--local") : List.of("--local", "--endpoint-url", endpoint.toString());
    }

    /** Creates the streams and returns when all are ACTIVE. */
    public void create(List<NewStream> streams) throws InterruptedException {
        try (var kinesis = Aws.local(endpoint).kinesis()) {
            for (var stream : streams) { // one after the other: more than 5 at once are refused (API reference, CreateStream)
                kinesis.createStream(request -> request.streamName(stream.name()).shardCount(stream.shards()));
                while (kinesis.describeStreamSummary(request -> request.streamName(stream.name()))
                        .streamDescriptionSummary().streamStatus() != StreamStatus.ACTIVE) {
                    Thread.sleep(CREATE_POLL_MILLIS);
                }
            }
        }
    }

    /** Completes when it has ended, which it should not do by itself. */
    public CompletableFuture<Failure> end() {
        return process.end();
    }

    @Override
    public void close() {
        process.close();
    }

    /** Who uses the port, when that is a Kinesis. */
    private static String user(int port) {
        var endpoint = LocalProcess.endpoint(port);
        try (var kinesis = Aws.local(endpoint).kinesis()) {
            var streams = kinesis.listStreams(r -> r.overrideConfiguration(c -> c.apiCallTimeout(Duration.ofSeconds(2)))).streamNames();
            return " by a Kinesis with the streams " + streams + ": use this Kinesis with '"
                    + String.join(" ", options(endpoint)) + "', or";
        } catch (SdkException e) {
            return ";";
        }
    }
}
