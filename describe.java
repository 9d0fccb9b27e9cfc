///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION List Kinesis streams; of one, its shards, who is behind, and what is hot
//JAVA 17+
//DEPS software.amazon.awssdk:kinesis:2.57.8
//DEPS software.amazon.awssdk:sts:2.57.8
//DEPS software.amazon.awssdk:sso:2.57.8
//DEPS software.amazon.awssdk:ssooidc:2.57.8
//DEPS info.picocli:picocli:4.7.7
//DEPS org.slf4j:slf4j-simple:1.7.36
//DEPS com.fasterxml.jackson.core:jackson-core:2.21.8
//DEPS com.fasterxml.jackson.jr:jackson-jr-objects:2.21.8
//DEPS org.jline:jline-terminal:3.29.0
//SOURCES lib/Aws.java lib/Cli.java lib/Durations.java lib/ErrorLine.java lib/Failure.java lib/Log.java
//SOURCES lib/OpenFile.java lib/Stdout.java lib/StreamRef.java lib/UsageException.java lib/UsageLine.java lib/JsonLines.java lib/Md5.java lib/Pages.java lib/ResponseBound.java lib/ResponseCheck.java lib/Shards.java lib/Terminal.java
//SOURCES lib/Answer.java lib/Consumers.java lib/ShardTable.java lib/ShardTree.java lib/StreamDescription.java lib/Streams.java lib/Table.java
//SOURCES lib/Backoff.java lib/Checkpoint.java lib/CheckpointFile.java lib/Distribution.java lib/KeyShards.java lib/Lag.java lib/LagTable.java
//SOURCES lib/Fetches.java lib/Lineage.java lib/Listing.java lib/Polling.java lib/Position.java lib/Retention.java lib/ShardPosition.java lib/ShardReader.java lib/Starts.java
//SOURCES lib/StreamReader.java lib/StreamSummary.java lib/Until.java
//SOURCES lib/Dashboard.java lib/Rate.java lib/Screen.java lib/Traffic.java lib/Watch.java
//COMPILE_OPTIONS -encoding UTF-8 -XDstringConcat=inline
//RUNTIME_OPTIONS -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xlog:disable -Xlog:all=warning,cds*=off,os+thread=off:stderr -XX:+DisplayVMOutputToStderr
//RUNTIME_OPTIONS --enable-native-access=ALL-UNNAMED
//CDS

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import lib.Answer;
import lib.Aws;
import lib.Backoff;
import lib.Checkpoint;
import lib.Cli;
import lib.Consumers;
import lib.Distribution;
import lib.KeyShards;
import lib.LagTable;
import lib.Log;
import lib.Polling;
import lib.Position;
import lib.ShardReader;
import lib.ShardTable;
import lib.Shards;
import lib.Starts;
import lib.Stdout;
import lib.StreamDescription;
import lib.StreamReader;
import lib.StreamRef;
import lib.StreamSummary;
import lib.Streams;
import lib.Traffic;
import lib.Until;
import lib.UsageException;
import lib.Watch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.services.kinesis.KinesisClient;

@Command(name = "describe", version = Cli.VERSION, mixinStandardHelpOptions = true, sortOptions = false,
        description = "List the Kinesis streams of the region; or describe one: a summary and its shards, where a partition key goes,"
                + " how far a consumer is behind, what comes into each shard.",
        footer = """

                Examples:
                  describe                      all streams
                  describe s1                   a summary and the shards
                  describe s1 --tree            the shards beneath those that they were made of
                  describe s1 --key user7       the shard of a partition key
                  describe s1 --checkpoint s1.pos --max-lag 5m || alert
                  describe s1 --watch           what comes in, live; q ends it
                  describe s1 -o json | jq -r 'select(.state == "OPEN").shardId'
                """)
class describe implements Callable<Integer> {
    private static final Duration GIVE_UP = Duration.ofSeconds(10); // there is one answer, which somebody waits for
    private static final Duration GIVE_UP_WATCHING = Duration.ofMinutes(2);

    enum Output { text, json }

    @Parameters(paramLabel = "STREAM", arity = "0..1", description = "Name or ARN of a stream; without it, all are listed.")
    StreamRef stream;

    @Option(names = "-1", description = "Without STREAM: only the names.")
    boolean names;

    @Option(names = "--open", description = "Leave out the closed shards.")
    boolean open;

    @Option(names = "--tree", description = "Show each shard beneath the one that was split, or those that were merged.")
    boolean tree;

    @Option(names = "--tags", description = "Show the tags of the stream, too.")
    boolean tags;

    @Option(names = "--key", paramLabel = "KEY", description = "Instead: the shard that takes records with this partition key.")
    String key;

    @Option(names = "--checkpoint", paramLabel = "FILE",
            description = "Instead: how far each shard is behind that a consumer reads whose checkpoint this is.")
    Path checkpointFile;

    @Option(names = "--max-lag", paramLabel = "TIME", description = "With --checkpoint: exit code 1 when a shard is further behind.")
    Duration maxLag;

    @Option(names = "--watch", paramLabel = "TIME", arity = "0..1", preprocessor = Watch.Interval.class,
            description = "Instead: what comes into each shard, live, as rates of the last TIME (2s); into a pipe a line every TIME. Reads"
                    + " each shard once a second, which is one of the five GetRecords that all of its readers share.")
    Duration watch;

    @Option(names = {"-o", "--output"}, paramLabel = "FORMAT", defaultValue = "text",
            description = "text, or json: an object a line for each thing that text has a line of (default: ${DEFAULT-VALUE}).")
    Output output;

    @Mixin Aws aws;
    @Mixin Log log;

    @Spec CommandSpec command;

    private final Stdout stdout = new Stdout();

    @Override
    public Integer call() throws Exception {
        check();
        try (var kinesis = aws.kinesis(1)) {
            var complete = print(new Answer(stdout, output == Output.json, command.usageMessage().width()), kinesis);
            return complete ? Cli.OK : Cli.FAILED;
        }
    }

    /** Returns false when something is missing, or further behind than it may be. */
    private boolean print(Answer answer, KinesisClient kinesis) throws Exception {
        if (stream == null && !names) {
            return new Streams(kinesis, log).print(answer);
        }
        if (checkpointFile != null) {
            return printLag(answer, kinesis);
        }
        if (names) {
            new Streams(kinesis, log).printNames(answer);
        } else if (key != null) {
            printShardOfKey(answer, kinesis);
        } else if (watch != null) {
            watch(answer, kinesis);
        } else {
            printStream(answer, kinesis);
        }
        return true;
    }

    private void check() {
        var questions = Stream.of(key, checkpointFile, watch).filter(Objects::nonNull).count();
        if (stream == null && (open || tree || tags || questions > 0)) {
            throw new UsageException("--open, --tree, --tags, --key, --checkpoint and --watch need a STREAM");
        }
        if (stream != null && names) {
            throw new UsageException("-1 goes without STREAM");
        }
        if (questions > 1) {
            throw new UsageException("--key, --checkpoint and --watch exclude each other");
        }
        if (questions == 1 && (open || tree || tags)) {
            throw new UsageException("--open, --tree and --tags go without --key, --checkpoint and --watch");
        }
        if (open && tree) {
            throw new UsageException("--open and --tree exclude each other");
        }
        if (maxLag != null && checkpointFile == null) {
            throw new UsageException("--max-lag needs --checkpoint");
        }
        if (watch != null && !Watch.isInterval(watch)) {
            throw new UsageException("--watch must be from 1s to 1m: each shard is read once a second, and a minute is kept");
        }
        if (key != null && !Shards.isPartitionKey(key)) {
            throw new UsageException("--key must have 1 to 256 characters");
        }
    }

    private void printStream(Answer answer, KinesisClient kinesis) throws Exception {
        var shards = shards(kinesis).all().stream().filter(shard -> !open || Shards.isOpen(shard)).toList();
        var description = StreamDescription.of(kinesis, stream, log);
        var consumers = Consumers.list(kinesis, description, log);
        (tags ? description.withTags(kinesis, stream, log) : description).print(answer);
        consumers.print(answer);
        ShardTable.print(answer, shards, tree);
    }

    private void printShardOfKey(Answer answer, KinesisClient kinesis) throws Exception {
        var distribution = Distribution.of(StreamSummary.ifAllowed(kinesis, stream, "so the shard is that of the hash key", log));
        ShardTable.printShardOf(answer, key, distribution, shards(kinesis).all());
        if (distribution == Distribution.UNKNOWN) {
            log.warn("stream %s: its record distribution is not known; with AUTO, any shard may hold the key", stream.name());
        }
    }

    private boolean printLag(Answer answer, KinesisClient kinesis) throws Exception {
        var summary = StreamSummary.of(kinesis, stream, log);
        var checkpoint = Checkpoint.read(checkpointFile, summary);
        var shards = shards(kinesis);
        var ofKey = new KeyShards(checkpoint.partitionKey(), Distribution.of(summary), checkpoint, shards);
        new Starts(checkpoint, shards, ofKey.from(null), log).set(ofKey);
        return new LagTable(kinesis, stream, checkpoint, shards.clock(), GIVE_UP, log).print(answer, maxLag);
    }

    private void watch(Answer answer, KinesisClient kinesis) throws Exception {
        var shards = shards(kinesis);
        var checkpoint = Checkpoint.inMemory();
        new Starts(checkpoint, shards, Position.LATEST, log).set(shard -> true);
        var traffic = new Traffic(shards.clock());
        var settings = new ShardReader.Settings(kinesis, stream, Polling.every(Watch.POLL_INTERVAL), Until.NEVER, GIVE_UP_WATCHING, log);
        var reader = new StreamReader(settings, shard -> true, checkpoint);
        new Watch(stream.name(), checkpoint, traffic, watch)
                .run(() -> reader.read(shards, traffic, null, null), answer, stdout, log);
    }

    private Shards shards(KinesisClient kinesis) throws InterruptedException {
        return Backoff.startup(stream, log).call(() -> Shards.list(kinesis, stream));
    }

    public static void main(String... args) {
        Cli.main(new describe(), Aws::warmUp, args);
    }
}
