///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Run a throwaway Kinesis on this machine
//JAVA 17+
//DEPS software.amazon.awssdk:kinesis:2.57.8
//DEPS info.picocli:picocli:4.7.7
//SOURCES lib/produce/package-info.java lib/consume/package-info.java lib/local/package-info.java lib/write/package-info.java
//SOURCES lib/read/package-info.java lib/positions/package-info.java lib/aws/package-info.java lib/kinesis/package-info.java
//SOURCES lib/cli/package-info.java
//COMPILE_OPTIONS -encoding UTF-8
//RUNTIME_OPTIONS -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
//RUNTIME_OPTIONS -Xlog:disable -Xlog:all=warning:stderr -XX:+DisplayVMOutputToStderr

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import lib.aws.Aws;
import lib.cli.Cli;
import lib.cli.Log;
import lib.cli.Stdout;
import lib.cli.UsageException;
import lib.consume.OutputOptions;
import lib.consume.RecordPrinter;
import lib.kinesis.KinesisStream;
import lib.kinesis.StreamRef;
import lib.local.LocalDynamoDb;
import lib.local.LocalKinesis;
import lib.local.LocalKinesis.NewStream;
import lib.positions.Checkpoint;
import lib.positions.Position;
import lib.positions.StartingPositions;
import lib.positions.Until;
import lib.produce.DeliveryReport;
import lib.produce.InputOptions;
import lib.produce.Producer;
import lib.produce.Progress;
import lib.produce.ReceiptOptions;
import lib.read.Polling;
import lib.read.ShardReader;
import lib.read.StreamReader;
import lib.write.RecordLimits;
import lib.write.RecordWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "local", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Run a throwaway Kinesis on this machine until Ctrl-C. The other scripts use it with --local.",
        footer = """

                Examples:
                  local                    stream s1 with 4 shards
                  local orders:2 audit     streams orders with 2 shards and audit with 4
                  local --demo             stream s1 with a producer and a consumer
                  local --port 0           on a free port; the first line has the endpoint
                  local --docker           in a container, even if Node.js is installed
                  local --dynamodb         with a DynamoDB for worker
                """)
class local implements Callable<Integer> {
    @Parameters(paramLabel = "STREAM", arity = "0..*", defaultValue = "s1:4",
            description = "Streams to create. STREAM:SHARDS sets the number of shards, otherwise 4 (default: ${DEFAULT-VALUE}).")
    List<String> streams;

    @Option(names = "--port", paramLabel = "PORT", description = "Listen on PORT; 0 selects a free port (default: ${DEFAULT-VALUE}).")
    int port = Aws.LOCAL_PORT;

    @Option(names = "--docker", description = "Run Kinesis in a container; the default without Node.js.")
    boolean docker;

    @Option(names = "--dynamodb", description = "Also run a DynamoDB for the leases of worker, on port " + Aws.LOCAL_DYNAMODB_PORT
            + ", or with another --port on the port after it.")
    boolean dynamodb;

    @Option(names = "--demo", description = "Also run produce and consume on the first stream.")
    boolean demo;

    @Mixin Log log;

    @Override
    public Integer call() throws Exception {
        if (port < 0 || port > 65_535) {
            throw new UsageException("--port must be from 0 to 65535");
        }
        if (port == 65_535 && dynamodb) {
            throw new UsageException("--dynamodb needs --port 65534 or less: DynamoDB listens on the port after --port");
        }
        var newStreams = streams.stream().map(NewStream::parse).toList();
        var kinesis = LocalKinesis.start(port, docker, log); // ends with this process, after the demo
        var leases = dynamodb ? startDynamoDb() : null;
        kinesis.create(newStreams);
        var name = newStreams.get(0).name();
        var arguments = name + " " + String.join(" ", kinesis.options());
        log.info("a Kinesis runs here until Ctrl-C; in another terminal: ./jbang consume %s", arguments);
        if (leases != null) {
            log.info("a DynamoDB runs here, too; in another terminal: %s./jbang worker %s --app app1", leases.variable(), arguments);
        }
        if (demo) {
            var client = Aws.local(kinesis.endpoint()).kinesis(1); // open until the process ends: one half ends first
            return demo(KinesisStream.of(client, StreamRef.parse(name)));
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
        var ofItsOwn = port == Aws.LOCAL_PORT ? Aws.LOCAL_DYNAMODB_PORT : port + 1;
        return LocalDynamoDb.start(port == 0 ? 0 : ofItsOwn, log);
    }

    /** Runs a producer and a consumer until one of them ends. */
    private int demo(KinesisStream stream) throws Exception {
        var both = new ExecutorCompletionService<Integer>(Executors.newCachedThreadPool());
        both.submit(() -> produce(stream));
        both.submit(() -> consume(stream));
        return both.take().get();
    }

    /** Does what produce does without options. */
    private int produce(KinesisStream stream) throws Exception {
        var stdout = new Stdout();
        var input = CommandLine.populateCommand(new InputOptions(), "--data", "message data {n}"); // stdin is not read
        try (var source = input.records(List.of(), log); var progress = new Progress(List.of(), true, log)) {
            var report = new DeliveryReport(stdout, new ReceiptOptions().format(stream.ref()), true, null, false, log);
            var settings = new RecordWriter.Settings(stream, false, false, 8, Duration.ofMillis(100), Duration.ofMinutes(1), log);
            var producer = new Producer(source, RecordLimits.of(stream, log), new RecordWriter(settings, report), report, log);
            stdout.beforeEnd(producer::end);
            stdout.atEnd(report::report);
            producer.run(new Producer.Limits(Long.MAX_VALUE, null, null), progress);
            return report.undelivered() == 0 ? Cli.OK : Cli.UNDELIVERED;
        }
    }

    /** Does what consume does with a longer --poll-interval, so that a poll brings some records. */
    private int consume(KinesisStream stream) throws Exception {
        var shards = stream.shards(log);
        var checkpoint = Checkpoint.inMemory();
        new StartingPositions(checkpoint, shards, Position.LATEST, log).set(shard -> true);
        log.info("%s located", Log.count(checkpoint.unfinished(), "shard"));
        var output = CommandLine.populateCommand(new OutputOptions());
        var format = output.format(stream.ref());
        var printer = new RecordPrinter(new Stdout(), output.unpacking(null, log), format, checkpoint, Long.MAX_VALUE, log);
        var settings = new ShardReader.Settings(stream, Polling.unlimited(Duration.ofSeconds(5)), Until.NEVER, Duration.ofMinutes(2), log);
        new StreamReader(settings, shard -> true, checkpoint).read(shards, printer, null, null);
        return Cli.OK;
    }

    public static void main(String... args) {
        Cli.main(new local(), args);
    }
}
