///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Print the records of a Kinesis stream
//JAVA 17+
//DEPS software.amazon.awssdk:kinesis:2.57.8
//DEPS info.picocli:picocli:4.7.7
//SOURCES lib/consume/package-info.java lib/read/package-info.java lib/positions/package-info.java lib/records/package-info.java
//SOURCES lib/aws/package-info.java lib/kinesis/package-info.java lib/cli/package-info.java
//COMPILE_OPTIONS -encoding UTF-8 -XDstringConcat=inline
//RUNTIME_OPTIONS -XX:+UseSerialGC -XX:MaxNewSize=48m -XX:Tier4InvocationThreshold=50000
//RUNTIME_OPTIONS -Xlog:disable -Xlog:all=warning,cds*=off,gc+ergo=off,os+thread=off:stderr -XX:+DisplayVMOutputToStderr
//RUNTIME_OPTIONS --enable-native-access=ALL-UNNAMED
//CDS

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import lib.aws.Aws;
import lib.cli.Cli;
import lib.cli.Failure;
import lib.cli.Log;
import lib.cli.Stdout;
import lib.cli.UsageException;
import lib.consume.OutputOptions;
import lib.consume.RecordPrinter;
import lib.kinesis.Distribution;
import lib.kinesis.KinesisStream;
import lib.kinesis.Quotas;
import lib.kinesis.Quotas;
import lib.kinesis.Shards;
import lib.kinesis.StreamRef;
import lib.kinesis.StreamSummary;
import lib.positions.Checkpoint;
import lib.positions.KeyShards;
import lib.positions.Position;
import lib.positions.StartingPositions;
import lib.positions.Until;
import lib.read.Polling;
import lib.read.ShardReader;
import lib.read.StreamReader;
import lib.records.RecordFormat;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.services.kinesis.model.Shard;

@Command(name = "consume", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Print the records of a Kinesis stream, from all shards, until Ctrl-C. Without --from, print only the records that"
                + " arrive after the start. Records go to stdout, messages to stderr.",
        footer = """

                POSITION is one of the following. Upper case and _ are accepted: TRIM_HORIZON.
                  latest, now             the start of this run
                  earliest, trim-horizon  the oldest record of the stream; only for --from
                  2026-11-24T09:30        a local time; also 2026-11-24 or 2026-11-24T09:30:00Z
                  1795521600              seconds or milliseconds since 1970
                  -1h30m                  this long before the start of this run
                  +10m                    this long after --from; only for --until
                  after:SEQUENCE          after this record; needs one --shard

                Examples:
                  consume s1                              shard <id> data: <data>
                  consume s1 -q | head -3                 the next three records
                  consume s1 --from earliest -e           all records of the stream
                  consume s1 --from -1h --until +10m      ten minutes of records
                  consume s1 --key user7 -n 1             the next record of a partition key
                  consume s1 --checkpoint s1.pos -e       the records since the last run
                  consume s1 -q -o raw | grep --line-buffered ERROR
                  consume s1 -q -o json | jq -r --unbuffered .partitionKey
                  consume s1 -q -f '%%T{iso} %%k %%s\\n'
                """ + OutputOptions.TOKENS)
class consume implements Callable<Integer> {
    @Parameters(paramLabel = "STREAM", converter = StreamRef.Converter.class, description = "Name or ARN of the stream.")
    StreamRef ref;

    @Option(names = "--from", paramLabel = "POSITION", converter = Position.Converter.class, defaultValue = "latest",
            description = "Start at POSITION; see below (default: ${DEFAULT-VALUE}).")
    Position from;

    @Option(names = "--until", paramLabel = "POSITION", converter = Position.Converter.class,
            description = "End each shard at the first record of this time or later; latest is the same as --exit-at-end.")
    Position until;

    @Option(names = {"-e", "--exit-at-end"}, description = "End when each shard is read up to the start of the run.")
    boolean exitAtEnd;

    @Option(names = "-n", paramLabel = "COUNT", description = "End after COUNT records.")
    long count = Long.MAX_VALUE;

    @Option(names = "--for", paramLabel = "TIME", description = "End after TIME, such as 30s.")
    Duration time;

    @Option(names = "--idle-timeout", paramLabel = "TIME", description = "End with exit code 4 after TIME without a record, once every"
            + " shard that responds is read to its end.")
    Duration idle;

    @Option(names = "--shard", paramLabel = "ID,...", hideParamSyntax = true, split = ",", converter = Shards.IdConverter.class,
            description = "Read only these shards, such as 1,2 or shardId-000000000001, without their children; can be repeated.")
    Set<String> shardIds = Set.of();

    @Option(names = "--key", paramLabel = "KEY", description = "Print only the records with this partition key.")
    String partitionKey;

    @Option(names = "--checkpoint", paramLabel = "FILE",
            description = "Resume where the last run with FILE ended, and save the position of each shard in FILE.")
    Path checkpointFile;

    @Option(names = "--poll-interval", paramLabel = "TIME", defaultValue = "1s",
            description = "After catching up, poll each shard every TIME, 200ms or more (default: ${DEFAULT-VALUE}).")
    Duration pollInterval;

    @Option(names = "--give-up", paramLabel = "TIME", defaultValue = "2m",
            description = "Fail if a shard fails for TIME (default: ${DEFAULT-VALUE}). Throttled calls are retried without a deadline.")
    Duration giveUp;

    @Mixin OutputOptions output;
    @Mixin Aws aws;
    @Mixin Log log;

    @Spec CommandSpec command;

    @Override
    public Integer call() throws Exception {
        check();
        var format = output.format(ref);
        try (var kinesis = aws.kinesis(1)) {
            var stream = KinesisStream.of(kinesis, ref);
            var summary = summary(stream);
            try (var checkpoint = checkpointFile == null ? Checkpoint.inMemory()
                    : Checkpoint.open(checkpointFile, summary.description(), partitionKey)) {
                return read(stream, Distribution.of(summary), checkpoint, format) ? Cli.OK : Cli.IDLE;
            }
        }
    }

    /** Returns false when nothing came for too long. */
    private boolean read(KinesisStream stream, Distribution distribution, Checkpoint checkpoint, RecordFormat format) throws Exception {
        var shards = stream.shards(log);
        if (isOrderByClock()) {
            checkOrder(shards.listed());
        }
        check(shards);
        var ofKey = new KeyShards(partitionKey, distribution, checkpoint, shards);
        Predicate<Shard> wanted = shard -> (shardIds.isEmpty() || shardIds.contains(shard.shardId())) && ofKey.test(shard);
        if (shards.all().stream().noneMatch(wanted)) {
            throw new Failure(shardIds.isEmpty()
                    ? "no shard of stream " + stream.name() + " holds the hash key of --key; check the status of the stream with 'describe'"
                    : "no shard of --shard holds the hash key of --key; leave out --shard, or find the shard with 'describe --key'");
        }
        new StartingPositions(checkpoint, shards, ofKey.from(from), log).set(wanted);
        log.info("%s located", Log.count(checkpoint.unfinished(), "shard"));

        var stdout = new Stdout();
        stdout.atEnd(checkpoint::save);
        var printer = new RecordPrinter(stdout, output.unpacking(partitionKey, log), format, checkpoint, count, log);
        var polling = aws.isLocal() ? Polling.unlimited(pollInterval) : Polling.all(pollInterval);
        var settings = new ShardReader.Settings(stream, polling, end(shards.listed()), giveUp, log);
        return new StreamReader(settings, wanted, checkpoint).read(shards, printer, time, idle);
    }

    private void check() {
        if (pollInterval.compareTo(Quotas.MIN_POLL_INTERVAL) < 0) {
            throw new UsageException("--poll-interval must be at least 200ms: a shard takes 5 GetRecords a second");
        }
        if (count < 0) {
            throw new UsageException("-n must be at least 0");
        }
        if (from instanceof Position.Later) {
            throw new UsageException("--from takes no +DURATION; --until does");
        }
        if ((from instanceof Position.After || until instanceof Position.After) && shardIds.size() != 1) {
            throw new UsageException("after:SEQUENCE needs one --shard");
        }
        if (partitionKey != null && !Quotas.isPartitionKey(partitionKey)) {
            throw new UsageException("--key must have 1 to 256 characters");
        }
        var now = Instant.now();
        if (from.time(now) != null && from.time(now).isAfter(now)) {
            throw new UsageException("--from is in the future; write latest, or an earlier time");
        }
        end(now);
        if (!isOrderByClock()) {
            checkOrder(now);
        }
    }

    /** Returns whether only the service's clock tells which of --from and --until comes first. */
    private boolean isOrderByClock() {
        return until instanceof Position.At != from instanceof Position.At;
    }

    /** Refuses an end before the start, unless the start of each shard comes from a checkpoint file. */
    private void checkOrder(Instant now) {
        var order = until == null || checkpointFile != null && Files.exists(checkpointFile) ? null : until.compareTo(from, now);
        if (order != null && order < 0) {
            throw new UsageException("--until " + written("--until", "") + " is before --from " + written("--from", "latest, the default")
                    + ": write an earlier --from, such as earliest, or a later --until");
        }
        if (order != null && order == 0 && !until.equals(Position.LATEST)) {
            log.info("--until and --from are the same position: no record is between them");
        }
    }

    private String written(String option, String otherwise) {
        return command.findOption(option).originalStringValues().stream().findFirst().orElse(otherwise);
    }

    private void check(Shards shards) {
        if (shards.all().isEmpty()) {
            throw new Failure("stream " + ref.name() + " has no shards yet; check its status with 'describe'");
        }
        var unknown = new TreeSet<>(shardIds);
        shards.all().forEach(shard -> unknown.remove(shard.shardId()));
        if (!unknown.isEmpty()) {
            throw new Failure("stream " + ref.name() + " has no shard " + unknown.first() + "; list the shards with 'describe'");
        }
    }

    /** What the checkpoint and the key need to know of the stream; null when nothing does, or the user may not see it. */
    private StreamSummary summary(KinesisStream stream) throws InterruptedException {
        if (checkpointFile != null) {
            return stream.summary(log);
        }
        return partitionKey == null ? null : stream.summaryIfAllowed("reading all shards to find the key", log);
    }

    private Until end(Instant now) {
        return (until == null ? Until.NEVER : Until.of(until, from, now)).or(exitAtEnd ? Until.tip(now) : Until.NEVER);
    }

    public static void main(String... args) {
        Cli.main(new consume(), Aws::warmUp, args);
    }
}
