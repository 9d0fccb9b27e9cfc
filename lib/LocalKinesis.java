package lib;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.BindException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** A Kinesis on this machine that begins empty and ends with this process. */
public final class LocalKinesis implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofMinutes(2); // Docker may have to pull an image
    private static final int START_POLL_MILLIS = 20;
    private static final int STOP_SECONDS = 10;

    private final Process process;
    private final URI endpoint;

    private LocalKinesis(Process process, URI endpoint) {
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
                throw new UsageException("'" + text + "' is no STREAM[:SHARDS], such as s1:4");
            }
            var shards = matcher.group(2);
            return new NewStream(StreamRef.parse(matcher.group(1)).name(), shards == null ? 4 : Integer.parseInt(shards));
        }
    }

    /**
     * Starts it and returns when it answers.
     *
     * @param port 0 for any that is free
     * @throws Failure when the port is taken, or nothing here can run it
     */
    public static LocalKinesis start(int port, Log log) throws IOException, InterruptedException {
        var free = freePort(port);
        var process = LocalEngine.on(free, log).redirectOutput(Redirect.DISCARD).redirectError(Redirect.INHERIT).start();
        var kinesis = new LocalKinesis(process, endpoint(free));
        Runtime.getRuntime().addShutdownHook(new Thread(kinesis::close));
        kinesis.awaitReady();
        return kinesis;
    }

    public URI endpoint() {
        return endpoint;
    }

    /** The options with which a script finds it. */
    public List<String> options() {
        return options(endpoint);
    }

    private static List<String> options(URI endpoint) {
        return endpoint.getPort() == Aws.LOCAL_PORT ? List.of("--local") : List.of("--local", "--endpoint-url", endpoint.toString());
    }

    /** Creates the streams and returns when all are ACTIVE. */
    public void create(List<NewStream> streams) throws InterruptedException {
        try (var kinesis = Aws.local(endpoint).kinesis()) {
            for (var stream : streams) { // one after the other: more than 5 at once are refused (API reference, CreateStream)
                kinesis.createStream(request -> request.streamName(stream.name()).shardCount(stream.shards()));
                while (kinesis.describeStreamSummary(request -> request.streamName(stream.name()))
                        .streamDescriptionSummary().streamStatus() != StreamStatus.ACTIVE) {
                    Thread.sleep(START_POLL_MILLIS);
                }
            }
        }
    }

    /** Waits for an end that should not come by itself. */
    public void await() throws InterruptedException {
        throw new Failure("the local Kinesis ended by itself, with exit code " + process.waitFor());
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close(); // which ends it
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException | InterruptedException e) {
            process.destroyForcibly();
        }
    }

    private static URI endpoint(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }

    private static int freePort(int port) throws IOException {
        try (var socket = new ServerSocket(port)) {
            return socket.getLocalPort();
        } catch (BindException e) {
            throw new Failure("port " + port + " is in use" + user(port) + " pass --port for another", e);
        }
    }

    /** Who uses the port, when that is a Kinesis. */
    private static String user(int port) {
        try (var kinesis = Aws.local(endpoint(port)).kinesis()) {
            var streams = kinesis.listStreams(r -> r.overrideConfiguration(c -> c.apiCallTimeout(Duration.ofSeconds(2)))).streamNames();
            return " by a Kinesis with the streams " + streams + ": use that one with '" + String.join(" ", options(endpoint(port))) + "', or";
        } catch (SdkException e) {
            return ";";
        }
    }

    private void awaitReady() throws IOException, InterruptedException {
        var deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!isReady()) {
            if (!process.isAlive()) {
                await();
            }
            if (System.nanoTime() > deadline) {
                close();
                throw new Failure("the local Kinesis does not answer at " + endpoint);
            }
            Thread.sleep(START_POLL_MILLIS);
        }
    }

    private boolean isReady() throws IOException {
        var healthcheck = (HttpURLConnection) endpoint.resolve("/healthcheck").toURL().openConnection();
        healthcheck.setConnectTimeout(1000);
        healthcheck.setReadTimeout(1000);
        try {
            return healthcheck.getResponseCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }
}
