import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import fake.OnKinesis;
import fake.Script;
import fake.TestKinesis;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the scripts look for Kinesis: --endpoint-url, the environment, the profile, --local. */
@OnKinesis
class EndpointTest {
    private static final String NOWHERE = "http://127.0.0.1:1";

    @TempDir Path temp;

    @Test
    void variableOfTheService_isHeeded_withAndWithoutLocal() throws Exception {
        for (var describe : List.of(configured(Script.jbang("describe", "-1")), Script.jbang("describe", "-1", "--local"))) {
            hasStream(describe.env("AWS_ENDPOINT_URL_KINESIS", TestKinesis.endpoint()).env("AWS_ENDPOINT_URL", NOWHERE));
        }
    }

    @Test
    void optionWins() throws Exception {
        hasStream(Script.kinesis("describe", "-1").env("AWS_ENDPOINT_URL_KINESIS", NOWHERE));
        var describe = Script.jbang("describe", "-1", "--endpoint-url", TestKinesis.endpoint().toString());
        hasStream(configured(describe).env("AWS_ENDPOINT_URL_KINESIS", NOWHERE));
    }

    @Test
    void variableOfAllServices_andTheProfile_areHeeded_withoutLocal() throws Exception {
        hasStream(configured(Script.jbang("describe", "-1")).env("AWS_ENDPOINT_URL", TestKinesis.endpoint()));
        var config = Files.writeString(temp.resolve("config"), "[default]\nendpoint_url = " + TestKinesis.endpoint() + "\n");
        hasStream(configured(Script.jbang("describe", "-1")).env("AWS_CONFIG_FILE", config));
    }

    @Test
    void variableOfAllServices_andTheProfile_areNotForLocal() throws Exception {
        var calls = new AtomicInteger();
        var other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/", exchange -> {
            calls.incrementAndGet();
            exchange.close();
        });
        other.start();
        var url = "http://127.0.0.1:" + other.getAddress().getPort();
        var config = Files.writeString(temp.resolve("config"), "[default]\nendpoint_url = " + url + "\n");
        try (var describe = Script.jbang("describe", "-1", "--local").env("AWS_ENDPOINT_URL", url).env("AWS_CONFIG_FILE", config).start()) {
            describe.process().onExit().get(4, TimeUnit.MINUTES); // fails unless a local Kinesis runs on this machine
            describe.check("not the local one", describe.stderr().isEmpty() || describe.stderr().contains(" http://127.0.0.1:4568 "));
            assertEquals(0, calls.get());
        } finally {
            other.stop(0);
        }
    }

    /** The request is signed, and can hold data. */
    @Test
    void aRedirect_isNotFollowed() throws Exception {
        var followed = new AtomicInteger();
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var url = "http://127.0.0.1:" + server.getAddress().getPort();
        server.createContext("/", exchange -> {
            exchange.getResponseHeaders().set("Location", url + "/elsewhere");
            exchange.sendResponseHeaders(307, -1);
            exchange.close();
        });
        server.createContext("/elsewhere", exchange -> {
            followed.incrementAndGet();
            exchange.close();
        });
        server.start();
        try {
            assertEquals("describe: list of streams: HTTP status 307 without an error code of Kinesis; check --endpoint-url\n",
                    Script.jbang("describe", "-1", "--local", "--endpoint-url", url).run(1).stderr());
            assertEquals(0, followed.get());
        } finally {
            server.stop(0);
        }
    }

    @Test
    void variableThatIsNoEndpoint_isNamed() throws Exception {
        for (var describe : List.of(Script.jbang("describe", "--local"), configured(Script.jbang("describe")))) {
            assertEquals("describe: AWS_ENDPOINT_URL_KINESIS: '127.0.0.1:4568' is not an endpoint; write http://HOST:PORT or"
                    + " https://HOST\n",
                    describe.env("AWS_ENDPOINT_URL_KINESIS", "127.0.0.1:4568").run(1).stderr());
        }
    }

    private static Script.Builder configured(Script.Builder script) {
        return script.env("AWS_REGION", "us-east-1").env("AWS_ACCESS_KEY_ID", "local").env("AWS_SECRET_ACCESS_KEY", "local");
    }

    private static void hasStream(Script.Builder describe) throws Exception {
        var stream = TestKinesis.stream(1);
        var described = describe.run(0);
        described.check("another Kinesis", described.stdout().lines().anyMatch(stream::equals));
    }
}
