package bench;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.util.Map;

/** The canned Kinesis, in a process of its own. */
public final class Server implements AutoCloseable {
    private final Process process;
    private final String url;

    private Server(Process process, String url) {
        this.process = process;
        this.url = url;
    }

    /** @param delay of its answers, in milliseconds */
    public static Server start(int delay) throws IOException {
        var process = new ProcessBuilder("./jbang", "bench/canned.java", "--delay=" + delay)
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        var url = new BufferedReader(new InputStreamReader(process.getInputStream())).readLine();
        if (url == null) {
            throw new IOException("bench/canned.java does not start");
        }
        return new Server(process, url);
    }

    String url() {
        return url;
    }

    /** What was done with the stream. */
    Map<String, Object> seen(String stream) throws IOException {
        try (var in = URI.create(url + "/" + stream).toURL().openStream()) {
            return JSON.std.mapFrom(in);
        }
    }

    /** It ends when its stdin does. */
    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        process.destroy();
    }
}
