package fake;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The network between a worker and a service: forwards all bytes, until it stands still or is cut. */
final class Link implements AutoCloseable {
    enum State { OPEN, STILL, CUT }

    private static final int BUFFER = 1 << 16;

    private final URI service;
    private final ServerSocket server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private State state = State.OPEN;

    Link(URI service) throws IOException {
        this.service = service;
        start(this::accept);
    }

    /** Returns where the worker finds the service. */
    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    synchronized boolean isOpen() {
        return state == State.OPEN;
    }

    /** STILL keeps back what is under way, until the link is open again; CUT closes all connections, old and new. */
    synchronized void set(State state) {
        this.state = state;
        notifyAll();
        if (state == State.CUT) {
            sockets.forEach(Link::close);
        }
    }

    private synchronized void awaitOpen() throws IOException, InterruptedException {
        while (state == State.STILL) {
            wait();
        }
        if (state == State.CUT) {
            throw new IOException("cut");
        }
    }

    private void accept() throws IOException {
        while (true) {
            var client = server.accept();
            start(() -> connect(client));
        }
    }

    private void connect(Socket client) throws IOException, InterruptedException {
        try (client; var upstream = new Socket(service.getHost(), service.getPort())) {
            sockets.add(client);
            client.setTcpNoDelay(true);
            upstream.setTcpNoDelay(true);
            start(() -> forward(upstream, client));
            forward(client, upstream);
        } finally {
            sockets.remove(client);
        }
    }

    private void forward(Socket from, Socket to) throws IOException, InterruptedException {
        try (from; to) {
            var buffer = new byte[BUFFER];
            awaitOpen();
            for (int length; (length = from.getInputStream().read(buffer)) >= 0;) {
                awaitOpen();
                to.getOutputStream().write(buffer, 0, length);
            }
        }
    }

    private interface Action {
        void run() throws IOException, InterruptedException;
    }

    private static void start(Action action) {
        var thread = new Thread(() -> {
            try {
                action.run();
            } catch (IOException | InterruptedException e) { // an end is closed
            }
        }, "link");
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) { // it is closed
        }
    }

    @Override
    public void close() throws IOException {
        set(State.CUT);
        server.close();
    }
}
