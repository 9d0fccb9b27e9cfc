import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import fake.OnKinesis;
import fake.Script;
import fake.TestKinesis;
import fake.TestWorkers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no line on stderr has: a command for the terminal, or a credential. */
class StderrTest {
    private static final String TITLE = "\u001b]0;title\u0007\u202e";
    private static final String SHOWN = "\\x1b]0;title\\x07\\u202e";

    private static final String ACCESS_KEY_ID = "AKIAIOSFODNN7EXAMPLE";
    private static final String SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    private static final String TOKEN = "IQoJb3JpZ2luX2VjEXAMPLETOKEN";

    @TempDir Path temp;

    @ParameterizedTest
    @ValueSource(strings = {"-q", "-vv"})
    void messageOfAService_isEscaped(String verbosity) throws Exception {
        try (var service = new Refusing("no " + TITLE)) {
            var describe = Script.kinesisAt(service.url(), "describe", "-1", verbosity).env("CBOR_ENABLED", "false");
            isEscaped(describe.run(1), "describe: list of streams: no " + SHOWN + " (Refused)");
        }
    }

    @Test
    @OnKinesis
    void contentOfACheckpoint_isEscaped() throws Exception {
        var stream = TestKinesis.stream(1);
        var file = temp.resolve("checkpoint");
        Script.kinesis("consume", stream, "--checkpoint", file.toString(), "--from", "earliest", "-e").run(0);
        Files.writeString(file, Files.readString(file).replaceFirst("arn:[^\"]*", "\\\\u001b]0;title\\\\u0007\\\\u202e"));
        isEscaped(Script.kinesis("consume", stream, "--checkpoint", file.toString(), "-e").run(1),
                " belongs to another stream, " + SHOWN + ";");
    }

    @Test
    void usage_isEscaped() throws Exception {
        isEscaped(Script.jbang("describe", "--" + TITLE).run(2), "describe: Unknown option: '--" + SHOWN + "'");
        isEscaped(Script.jbang("describe", "-vv", "--key", TITLE).run(2), "describe: ");
    }

    private static void isEscaped(Script script, String shown) {
        script.check("not escaped",
                script.stderr().chars().noneMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\t' || c == 0x202e));
        script.check("not shown", script.stderr().contains(shown));
    }

    @Test
    void usage_hasNoCredential() throws Exception {
        var describe = withoutCredentials(withCredentials(Script.jbang("describe", "no stream " + SECRET_KEY)).run(2));
        describe.check("not the reason", describe.stderr().startsWith("describe: 'no stream ***' is neither a stream name"));
    }

    @Test
    @OnKinesis
    void log_hasNoCredential_andStillWhatIsSigned() throws Exception {
        var stream = TestKinesis.stream(1);
        for (var command : List.of(List.of("produce", stream, "-n", "1"), List.of("consume", stream, "--from", "earliest", "-n", "1"),
                List.of("describe", stream))) {
            var script = withoutCredentials(withCredentials(Script.jbang(command.toArray(String[]::new)).and("-vv"))
                    .env("AWS_ENDPOINT_URL_KINESIS", TestKinesis.endpoint()).run(0));
            script.check("no log", script.stderr().contains("AWS4 Canonical Request"));
        }
    }

    @Test
    @OnKinesis
    void log_hasNoCredentialOfAProfile() throws Exception {
        var credentials = Files.writeString(temp.resolve("credentials"), """
                [p]
                aws_access_key_id = %s
                aws_secret_access_key = %s
                aws_session_token = %s
                """.formatted(ACCESS_KEY_ID, SECRET_KEY, TOKEN));
        var describe = withoutCredentials(Script.jbang("describe", "-1", "-vv", "--region", "us-east-1", "--profile", "p")
                .env("AWS_SHARED_CREDENTIALS_FILE", credentials).env("AWS_ENDPOINT_URL_KINESIS", TestKinesis.endpoint()).run(0));
        describe.check("no log", describe.stderr().contains("AWS4 Canonical Request"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-q", "-vv"})
    void messageOfAService_hasNoCredential(String verbosity) throws Exception {
        var message = "the Canonical String should have been 'x-amz-security-token:";
        try (var service = new Refusing(message + TOKEN + "', Credential=" + ACCESS_KEY_ID + "/2026")) {
            var describe = withoutCredentials(withCredentials(Script.jbang("describe", "-1", verbosity)).env("CBOR_ENABLED", "false")
                    .env("AWS_ENDPOINT_URL_KINESIS", service.url()).run(1));
            describe.check("no message", describe.stderr().contains("describe: list of streams: " + message));
        }
    }

    @Test
    @OnKinesis
    @Tag("worker")
    void logOfAWorker_hasNoCredential() throws Exception {
        var stream = TestKinesis.stream(1);
        TestKinesis.put(stream, "one");
        var command = Script.jbang("worker", stream, "--app", TestWorkers.application(), "--from", "earliest", "-o", "raw", "-vv");
        try (var worker = withCredentials(TestWorkers.at(command))
                .env("AWS_ENDPOINT_URL_KINESIS", TestKinesis.endpoint()).start()) {
            withoutCredentials(worker.awaitStdout(out -> out.equals("one\n")).signal("TERM").awaitExit(143));
            worker.check("no log", worker.stderr().contains("AWS4 Canonical Request"));
        }
    }

    private static Script.Builder withCredentials(Script.Builder script) {
        return script.env("AWS_REGION", "us-east-1").env("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID).env("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
                .env("AWS_SESSION_TOKEN", TOKEN);
    }

    private static Script withoutCredentials(Script script) {
        for (var credential : List.of(ACCESS_KEY_ID, SECRET_KEY, TOKEN)) {
            script.check("a credential", !script.stderr().contains(credential) && !script.stdout().contains(credential));
        }
        return script;
    }

    /** A service that refuses all requests, with this message. */
    private static final class Refusing implements AutoCloseable {
        private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);

        Refusing(String message) throws Exception {
            var body = "{\"message\":\"%s\"}".formatted(message.replace("\u001b", "\\u001b").replace("\u0007", "\\u0007")).getBytes(UTF_8);
            server.createContext("/", exchange -> {
                exchange.getRequestBody().readAllBytes();
                exchange.getResponseHeaders().set("x-amzn-ErrorType", "Refused");
                exchange.sendResponseHeaders(400, body.length);
                exchange.getResponseBody().write(body);
                exchange.close();
            });
            server.start();
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort();
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
