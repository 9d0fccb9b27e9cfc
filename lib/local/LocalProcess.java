package lib.local;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.net.BindException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import lib.cli.Failure;
import lib.cli.Stdout;

/** A server on this machine that ends when its stdin does, and so with this process, however that ends. */
final class LocalProcess implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofMinutes(2); // Docker may have to pull an image
    private static final int START_POLL_MILLIS = 20;
    private static final int STOP_SECONDS = 10;

    private final String name;
    private final URI endpoint;
    private final Process process;

    private LocalProcess(String name, URI endpoint, Process process) {
        this.name = name;
        this.endpoint = endpoint;
        this.process = process;
    }

    /**
     * Starts it and returns when it answers.
     *
     * @param name     what messages call it
     * @param endpoint where it listens, with the path to ask whether it is ready
     * @param isReady  whether it is, by the status of the reply
     * @throws Failure when it ends, or does not answer
     */
    static LocalProcess start(String name, ProcessBuilder builder, URI endpoint, IntPredicate isReady)
            throws IOException, InterruptedException {
        var server = new LocalProcess(name, endpoint, builder.redirectOutput(Redirect.DISCARD).redirectError(Redirect.INHERIT).start());
        Runtime.getRuntime().addShutdownHook(new Thread(server::closeLast));
        server.awaitReady(isReady);
        return server;
    }

    static URI endpoint(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }

    /**
     * The port, or any that is free when it is 0.
     *
     * @param user says who uses the port, and what to do about it
     * @throws Failure when it is in use
     */
    static int freePort(int port, IntFunction<String> user) throws IOException {
        try (var socket = new ServerSocket(port)) {
            return socket.getLocalPort();
        } catch (BindException e) {
            throw new Failure("port " + port + " is in use" + user.apply(port) + " pass --port to choose another port", e);
        }
    }

    /** Returns whether the command ends with exit code 0 within the time; not when there is no such program. */
    static boolean succeeds(Duration longest, String... command) throws InterruptedException {
        return succeeds(longest, Redirect.DISCARD, command);
    }

    /** The same, with what the command prints to stdout and stderr in a file. */
    static boolean succeeds(Duration longest, Redirect output, String... command) throws InterruptedException {
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output).start();
            if (process.waitFor(longest.toSeconds(), TimeUnit.SECONDS)) {
                return process.exitValue() == 0;
            }
            process.destroyForcibly();
            return false;
        } catch (IOException e) {
            return false;
        }
    }

    /** Completes when it has ended, with the failure that it is. */
    CompletableFuture<Failure> end() {
        return process.onExit().thenApply(
                ended -> new Failure("the " + name + " ended unexpectedly, with exit code " + ended.exitValue() + "; start local again"));
    }

    /** Ends it after all parts of this process that may use it. */
    private void closeLast() {
        Stdout.awaitEnds();
        System.setErr(new PrintStream(OutputStream.nullOutputStream())); // nobody needs to know of the calls that are cut now
        close();
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close(); // which ends it
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly); // as a docker that pulls an image
                process.destroyForcibly();
            }
        } catch (IOException | InterruptedException e) {
            process.destroyForcibly();
        }
    }

    private void awaitReady(IntPredicate isReady) throws IOException, InterruptedException {
        var deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!isReady.test(status())) {
            if (!process.isAlive()) {
                throw new Failure("the " + name + " does not start: exit code " + process.exitValue());
            }
            if (System.nanoTime() > deadline) {
                close();
                throw new Failure("the " + name + " has not responded at " + endpoint + " for " + START_TIMEOUT.toMinutes() + " minutes");
            }
            Thread.sleep(START_POLL_MILLIS);
        }
    }

    /** Of the reply to a GET; 0 when there is none. */
    private int status() throws IOException {
        var request = (HttpURLConnection) endpoint.toURL().openConnection();
        request.setConnectTimeout(1000);
        request.setReadTimeout(1000);
        try {
            return request.getResponseCode();
        } catch (IOException e) {
            return 0;
        }
    }
}
