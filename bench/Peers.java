package bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What people would use instead, as far as this machine has it.
 *
 * @param temp for what is built, and gone afterwards
 * @param bare the command of bench/bare.java, with no JBang in it
 * @param go   the program, built; null when it cannot be
 */
public record Peers(Path temp, List<String> bare, Path go, boolean hasBoto3, boolean hasAws) implements AutoCloseable {
    /** The AWS CLI wants them; its credentials are those of nobody. */
    static final Map<String, String> ENVIRONMENT = Map.of("AWS_ACCESS_KEY_ID", "local", "AWS_SECRET_ACCESS_KEY", "local",
            "AWS_DEFAULT_REGION", "us-east-1", "AWS_EC2_METADATA_DISABLED", "true");

    public static Peers find() throws IOException, InterruptedException {
        if (!Files.exists(Path.of("bench/all.java"))) {
            throw new IllegalStateException("run it in the folder of the clone");
        }
        if (!succeeds("/usr/bin/time", "--version")) {
            throw new IllegalStateException("there is no GNU time: apt-get install time");
        }
        var temp = Files.createTempDirectory("bench");
        var go = temp.resolve("consumer");
        var built = succeeds("sh", "-c", "GO111MODULE=off GOPATH=/usr/share/gocode go build -o " + go + " bench/consumer.go");
        var peers = new Peers(temp, bare(temp), built ? go : null, succeeds("python3", "-c", "import boto3"), succeeds("aws", "--version"));
        say(built, "the Go program", "golang golang-github-aws-aws-sdk-go-dev");
        say(peers.hasBoto3, "boto3", "python3-boto3");
        say(peers.hasAws, "the AWS CLI", "awscli");
        return peers;
    }

    /** As fast as we know: the serial collector, and its classes archived. */
    private static List<String> bare(Path temp) throws IOException, InterruptedException {
        Run.of(List.of("./jbang", "build", "bench/bare.java"), Run.Stdout.DISCARD);
        var jbang = new ProcessBuilder("./jbang", "info", "classpath", "bench/bare.java")
                .redirectError(temp.resolve("jbang").toFile()).start();
        var classPath = new String(jbang.getInputStream().readAllBytes()).strip();
        var command = List.of("java", "-XX:+UseSerialGC", "-XX:SharedArchiveFile=" + temp.resolve("bare.jsa"), "-cp", classPath, "bare");
        try (var server = Server.start(0)) {
            Run.of(Stream.concat(command.stream().map(word -> word.replaceFirst("-XX:SharedArchiveFile", "-XX:ArchiveClassesAtExit")),
                    Stream.of("drain", "4x1x500", server.url())).toList(), Run.Stdout.DISCARD);
        }
        return command;
    }

    private static void say(boolean isThere, String what, String packages) {
        if (!isThere) {
            System.out.println("left out: " + what + ", for which there are Debian's packages " + packages);
        }
    }

    private static boolean succeeds(String... command) throws InterruptedException {
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    List<String> bareDrain(String stream, String url) {
        return and(bare, "drain", stream, url);
    }

    List<String> bareFill(String stream, String url, Path file) {
        return and(bare, "fill", stream, url, file.toString());
    }

    List<String> goDrain(String stream, String url) {
        return go == null ? null : List.of(go.toString(), stream, url);
    }

    List<String> boto3(String... arguments) {
        return hasBoto3 ? and(List.of("python3", "bench/consumer.py"), arguments) : null;
    }

    private static List<String> and(List<String> command, String... arguments) {
        return Stream.concat(command.stream(), Stream.of(arguments)).toList();
    }

    List<String> awsListShards(String stream, String url) {
        return hasAws ? List.of("aws", "kinesis", "list-shards", "--stream-name", stream, "--endpoint-url", url) : null;
    }

    @Override
    public void close() throws IOException {
        try (var files = Files.walk(temp)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
