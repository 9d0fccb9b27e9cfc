///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Run a throwaway Kinesis on this machine
//JAVA 17+
//DEPS software.amazon.awssdk:kinesis:2.57.8
//DEPS info.picocli:picocli:4.7.7
//SOURCES lib/local/package-info.java lib/aws/package-info.java lib/cli/package-info.java
//COMPILE_OPTIONS -encoding UTF-8
//RUNTIME_OPTIONS -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
//RUNTIME_OPTIONS -Xlog:disable -Xlog:all=warning:stderr -XX:+DisplayVMOutputToStderr

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import lib.aws.Aws;
import lib.cli.Cli;
import lib.cli.Log;
import lib.cli.Stdout;
import lib.cli.UsageException;
import lib.local.LocalDynamoDb;
import lib.local.LocalKinesis.NewStream;
import lib.local.LocalKinesis;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "local", version = Cli.VERSION, mixinStandardHelpOptions = true, sortOptions = false,
        description = "Run a throwaway Kinesis on this machine until Ctrl-C. The other scripts use it with --local.",
        footer = """

                Examples:
                  local                        a stream s1 of 4 shards
                  local orders:2 audit         streams orders of 2 shards and audit of 4
                  local --demo                 s1, with a producer and a consumer on it
                  local --port 0               on any free port, which is printed
                  local --docker               in a container, also where Node.js is
                  local --dynamodb             with a DynamoDB, which worker needs
                """)
class local implements Callable<Integer> {
    @Parameters(paramLabel = "STREAM[:SHARDS]", arity = "0..*", defaultValue = "s1:4",
            description = "Streams to create, of 4 shards unless given (default: ${DEFAULT-VALUE}).")
    List<String> streams;

    @Option(names = "--port", paramLabel = "P", description = "Where to listen, 0 for any free port (default: ${DEFAULT-VALUE}).")
    int port = Aws.LOCAL_PORT;

    @Option(names = "--docker", description = "Run the Kinesis in a container, as is done anyway where Docker is and Node.js is not.")
    boolean docker;

    @Option(names = "--dynamodb", description = "Run a DynamoDB for the leases of worker, too, on port " + Aws.LOCAL_DYNAMODB_PORT
            + ", or with another --port on the one after it.")
    boolean dynamodb;

    @Option(names = "--demo", description = "Run produce and consume on the first stream, too.")
    boolean demo;

    @Mixin Log log;

    @Override
    public Integer call() throws Exception {
        if (port < 0 || port > 65_535) {
            throw new UsageException("--port must be from 0 to 65535");
        }
        if (port == 65_535 && dynamodb) {
            throw new UsageException("--dynamodb listens on the port after --port, and there is none");
        }
        var newStreams = streams.stream().map(NewStream::parse).toList();
        var kinesis = LocalKinesis.start(port, docker, log); // ends with this process, after the demo
        var leases = dynamodb ? startDynamoDb() : null;
        kinesis.create(newStreams);
        var arguments = new ArrayList<>(List.of(newStreams.get(0).name()));
        arguments.addAll(kinesis.options());
        log.info("a Kinesis runs here until Ctrl-C; in another terminal: ./jbang consume %s", String.join(" ", arguments));
        if (leases != null) {
            log.info("a DynamoDB, too: %s./jbang worker %s --app app1", leases.variable(), String.join(" ", arguments));
        }
        if (demo) {
            arguments.addAll(log.options());
            return demo(arguments);
        }
        var stdout = new Stdout();
        stdout.println(kinesis.endpoint().toString());
        if (leases == null) {
            throw kinesis.end().join();
        }
        stdout.println(leases.endpoint().toString());
        throw kinesis.end().applyToEither(leases.end(), end -> end).join();
    }

    private LocalDynamoDb startDynamoDb() throws Exception {
        return LocalDynamoDb.start(port == 0 ? 0 : port == Aws.LOCAL_PORT ? Aws.LOCAL_DYNAMODB_PORT : port + 1, log);
    }

    /** Runs a producer and a consumer until one of them ends. */
    private static int demo(List<String> arguments) throws Exception {
        var produce = Stream.concat(arguments.stream(), Stream.of("--data", "message data {n}")).toArray(String[]::new); // stdin is not read
        arguments.addAll(List.of("--poll-interval", "5s"));
        var consume = arguments.toArray(String[]::new);
        var both = new ExecutorCompletionService<Integer>(Executors.newCachedThreadPool());
        both.submit(() -> Cli.run(new produce(), produce));
        both.submit(() -> Cli.run(new consume(), consume));
        return both.take().get();
    }

    public static void main(String... args) {
        Cli.main(new local(), args);
    }
}
