package fake;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import lib.aws.Aws;
import lib.cli.Failure;
import lib.cli.Log;
import lib.cli.UsageException;
import lib.local.Kinesalite;
import lib.local.LocalKinesis;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * A Kinesis that the tests can run on.
 *
 * @param engine      what it is, for the line before the last
 * @param environment the variables that scripts need to speak to it
 * @param end         runs when this process ends
 */
public record Backend(URI endpoint, String engine, Map<String, String> environment, Runnable end) {
    /** The names of those that the tests start. */
    public static final String LOCAL = "local";
    public static final String LOCALSTACK = "localstack";
    static final String KINESALITE = "kinesalite";

    private static final Duration TIMEOUT = Duration.ofSeconds(15); // LocalStack starts its Kinesis at the first call

    Backend(URI endpoint, String engine, Runnable end) {
        this(endpoint, engine, Map.of(), end);
    }

    /** The one of that name, or at that endpoint. */
    static Backend start(String nameOrEndpoint) throws Exception {
        return switch (nameOrEndpoint) {
            case LOCAL -> local();
            case LOCALSTACK -> KinesisContainer.start();
            case KINESALITE -> kinesalite();
            default -> at(nameOrEndpoint);
        };
    }

    private static Backend at(String endpoint) throws InterruptedException {
        if (!endpoint.matches("https?://[^/ ]+/?")) {
            throw new UsageException("AWS_ENDPOINT_URL_KINESIS is an endpoint, and --engine or KINESIS_TEST_BACKEND "
                    + LOCAL + ", " + LOCALSTACK + ", " + KINESALITE + " or an endpoint, not '" + endpoint + "'");
        }
        var uri = check(URI.create(endpoint));
        return new Backend(uri, engine(uri) + " at " + uri, TestKinesis::deleteStreams);
    }

    /** The endpoint, at which there is a Kinesis. */
    static URI check(URI endpoint) {
        try (var kinesis = Aws.local(endpoint).kinesis()) {
            kinesis.listStreams(request -> request.overrideConfiguration(call -> call.apiCallTimeout(TIMEOUT)));
            return endpoint;
        } catch (SdkException e) {
            throw new Failure("none at " + endpoint + ": " + e.getMessage(), e);
        }
    }

    private static Backend local() throws IOException, InterruptedException {
        var kinesis = LocalKinesis.start(0, false, new Log());
        return new Backend(kinesis.endpoint(), "the local Kinesis, " + LocalKinesis.ENGINE, tellIfItEnds(kinesis.end()));
    }

    /** Makes the clients of this process speak JSON, as the scripts do. */
    private static Backend kinesalite() throws IOException, InterruptedException {
        var cbor = SdkSystemSetting.CBOR_ENABLED;
        System.setProperty(cbor.property(), Kinesalite.ENVIRONMENT.get(cbor.environmentVariable()));
        var kinesis = Kinesalite.start();
        return new Backend(kinesis.endpoint(), Kinesalite.ENGINE, Kinesalite.ENVIRONMENT, tellIfItEnds(kinesis.end()));
    }

    /** Writes a line to stderr when the engine ends early: all tests after that fail. Returns a method that turns the line off. */
    private static Runnable tellIfItEnds(CompletableFuture<Failure> end) {
        var ending = new AtomicBoolean();
        end.thenAccept(failure -> {
            if (!ending.get()) {
                System.err.println(Instant.now() + " " + failure.getMessage());
            }
        });
        return () -> ending.set(true);
    }

    /** What the endpoint says that it is. */
    static String engine(URI endpoint) throws InterruptedException {
        try {
            var health = get(endpoint.resolve("/_localstack/health"));
            if (health != null) {
                return "LocalStack " + JSON.std.mapFrom(health).get("version");
            }
            return get(endpoint.resolve("/healthcheck")) == null ? "a Kinesis" : "kinesis-mock";
        } catch (IOException e) {
            return "a Kinesis";
        }
    }

    /** The body of the reply; null when that is not OK. */
    private static String get(URI uri) throws IOException, InterruptedException {
        var reply = HttpClient.newHttpClient().send(HttpRequest.newBuilder(uri).timeout(TIMEOUT).build(), BodyHandlers.ofString());
        return reply.statusCode() == 200 ? reply.body() : null;
    }
}
