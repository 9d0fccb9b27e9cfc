///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION List Kinesis streams, or describe one: its shards, consumer lag and live traffic
//JAVA 17+
//DEPS software.amazon.awssdk:kinesis:2.57.8
//DEPS info.picocli:picocli:4.7.7
//SOURCES lib/describe/package-info.java lib/read/package-info.java lib/positions/package-info.java lib/aws/package-info.java
//SOURCES lib/kinesis/package-info.java lib/cli/package-info.java
//COMPILE_OPTIONS -encoding UTF-8 -XDstringConcat=inline
//RUNTIME_OPTIONS -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
//RUNTIME_OPTIONS -Xlog:disable -Xlog:all=warning,cds*=off,os+thread=off:stderr -XX:+DisplayVMOutputToStderr
//RUNTIME_OPTIONS --enable-native-access=ALL-UNNAMED
//CDS

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import lib.aws.Aws;
import lib.cli.AnswerPrinter;
import lib.cli.Cli;
import lib.cli.Log;
import lib.cli.Stdout;
import lib.cli.UsageException;
import lib.describe.ShardTable;
import lib.describe.StreamDescription;
import lib.describe.StreamTable;
import lib.describe.Traffic;
import lib.describe.Watch;
import lib.kinesis.Distribution;
import lib.kinesis.KinesisStream;
import lib.kinesis.Quotas;
import lib.kinesis.Shards;
import lib.kinesis.StreamRef;
import lib.positions.Checkpoint;
import lib.positions.KeyShards;
import lib.positions.Position;
import lib.positions.StartingPositions;
import lib.positions.Until;
import lib.read.LagTable;
import lib.read.Polling;
import lib.read.ShardReader;
import lib.read.StreamReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.services.kinesis.KinesisClient;

@Command(name = "describe", mixinStandardHelpOptions = true, sortOptions = false,
        description = "List the Kinesis streams of a region, or describe one stream: a summary and its shards, the shard of a partition"
                + " key, the lag of a consumer, or live traffic.",
        footer = """

                Examples:
                  describe                      all streams
                  describe s1                   a summary and the shards
                  describe s1 --tree            the shards as a tree of parents and children
                  describe s1 --key user7       the shard of a partition key
                  describe s1 --checkpoint s1.pos --max-lag 5m || alert
                  describe s1 --watch           live traffic; q quits
                  describe s1 -o json | jq -r 'select(.state == "OPEN").shardId'
                """)
class describe implements Callable<Integer> {
    private static final Duration GIVE_UP = Duration.ofSeconds(10); // there is one answer, which somebody waits for
    private static final Duration GIVE_UP_WATCHING = Duration.ofMinutes(2);

    enum Output { text, json }

    @Parameters(paramLabel = "STREAM", arity = "0..1", converter = StreamRef.Converter.class,
            description = "Name or ARN of a stream (default: list all streams).")
    StreamRef ref;

    @Option(names = "-1", description = "Without STREAM, list only the names, one per line.")
    boolean names;

    @Option(names = "--open", description = "Show only open shards.")
    boolean open;

    @Option(names = "--tree", description = "Show each shard below the shards that it was split or merged from.")
    boolean tree;

    @Option(names = "--tags", description = "Also show the tags of the stream.")
    boolean tags;

    @Option(names = "--key", paramLabel = "KEY", description = "Show only the shard that takes records with this partition key.")
    String key;

    @Option(names = "--checkpoint", paramLabel = "FILE",
            description = "Show only the lag, per shard, of the consumer that keeps its checkpoint in FILE.")
    Path checkpointFile;

    @Option(names = "--max-lag", paramLabel = "TIME",
            description = "With --checkpoint: end with exit code 1 if the lag of a shard exceeds TIME.")
    Duration maxLag;

    @Option(names = "--watch", paramLabel = "TIME", arity = "0..1", preprocessor = Watch.Interval.class,
            description = "Show only live traffic: the rates of each shard over the last TIME, 1s to 1m (default: 2s). A pipe gets one line"
                    + " every TIME. Calls GetRecords once a second per shard; all readers of a shard share 5 calls a second.")
    Duration watch;

    @Option(names = {"-o", "--output"}, paramLabel = "FORMAT", defaultValue = "text",
            description = "text, or json: one object per line (default: ${DEFAULT-VALUE}).")
    Output output;

    @Mixin Aws aws;
    @Mixin Log log;

    @Spec CommandSpec command;

    private final Stdout stdout = new Stdout();

    @Override
    public Integer call() throws Exception {
        check();
        try (var kinesis = aws.kinesis(1)) {
            var complete = print(new AnswerPrinter(stdout, output == Output.json, command.usageMessage().width()), kinesis);
            return complete ? Cli.OK : Cli.FAILED;
        }
    }

    /** Returns false when something is missing, or further behind than it may be. */
    private boolean print(AnswerPrinter answer, KinesisClient kinesis) throws Exception {
        if (names) {
            new StreamTable(kinesis, log).printNames(answer);
            return true;
        }
        if (ref == null) {
            return new StreamTable(kinesis, log).print(answer);
        }
        var stream = KinesisStream.of(kinesis, ref);
        if (checkpointFile != null) {
            return printLag(answer, stream);
        }
        if (key != null) {
            printShardOfKey(answer, stream);
        } else if (watch != null) {
            watch(answer, stream);
        } else {
            StreamDescription.print(answer, stream, tags, shard -> !open || Shards.isOpen(shard), tree, log);
        }
        return true;
    }

    private void check() {
        var questions = Stream.of(key, checkpointFile, watch).filter(Objects::nonNull).count();
        if (ref == null && (open || tree || tags || questions > 0)) {
            throw new UsageException("--open, --tree, --tags, --key, --checkpoint and --watch need a STREAM");
        }
        if (ref != null && names) {
            throw new UsageException("-1 and STREAM exclude each other");
        }
        if (questions > 1) {
            throw new UsageException("--key, --checkpoint and --watch exclude each other");
        }
        if (questions == 1 && (open || tree || tags)) {
            throw new UsageException("--key, --checkpoint and --watch exclude --open, --tree and --tags");
        }
        if (open && tree) {
            throw new UsageException("--open and --tree exclude each other");
        }
        if (maxLag != null && checkpointFile == null) {
            throw new UsageException("--max-lag needs --checkpoint");
        }
        if (watch != null && !Watch.isInterval(watch)) {
            throw new UsageException("--watch must be from 1s to 1m: describe reads each shard once a second and keeps a minute");
        }
        if (key != null && !Quotas.isPartitionKey(key)) {
            throw new UsageException("--key must have 1 to 256 characters");
        }
    }

    private void printShardOfKey(AnswerPrinter answer, KinesisStream stream) throws Exception {
        var distribution = Distribution.of(stream.summaryIfAllowed("showing the shard that holds the hash key", log));
        ShardTable.printShardOf(answer, key, distribution, stream.shards(log).all());
        if (distribution == Distribution.UNKNOWN) {
            log.warn("stream %s: the record distribution is unknown; if it is AUTO, any shard may hold the key", stream.name());
        }
    }

    private boolean printLag(AnswerPrinter answer, KinesisStream stream) throws Exception {
        var summary = stream.summary(log);
        var checkpoint = Checkpoint.read(checkpointFile, summary.description());
        var shards = stream.shards(log);
        var ofKey = new KeyShards(checkpoint.partitionKey(), Distribution.of(summary), checkpoint, shards);
        new StartingPositions(checkpoint, shards, ofKey.from(null), log).set(ofKey);
        return new LagTable(stream, checkpoint, shards.clock(), GIVE_UP, log).print(answer, maxLag);
    }

    private void watch(AnswerPrinter answer, KinesisStream stream) throws Exception {
        var shards = stream.shards(log);
        var checkpoint = Checkpoint.inMemory();
        new StartingPositions(checkpoint, shards, Position.LATEST, log).set(shard -> true);
        var traffic = new Traffic(shards.clock());
        var settings = new ShardReader.Settings(stream, Polling.every(Watch.POLL_INTERVAL), Until.NEVER, GIVE_UP_WATCHING, log);
        var reader = new StreamReader(settings, shard -> true, checkpoint);
        new Watch(stream.name(), checkpoint, traffic, watch)
                .run(() -> reader.read(shards, traffic, null, null), answer, stdout, log);
    }

    public static void main(String... args) {
        Cli.main(new describe(), Aws::warmUp, args);
    }
}
