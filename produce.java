///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Put records into a Kinesis stream, from files, stdin or a generator
//JAVA 17+
//DEPS software.amazon.awssdk:kinesis:2.57.8
//DEPS info.picocli:picocli:4.7.7
//SOURCES lib/produce/package-info.java lib/write/package-info.java lib/aws/package-info.java lib/kinesis/package-info.java
//SOURCES lib/cli/package-info.java
//COMPILE_OPTIONS -encoding UTF-8 -XDstringConcat=inline
//RUNTIME_OPTIONS -XX:+UseSerialGC -XX:MaxNewSize=48m -XX:Tier4InvocationThreshold=50000
//RUNTIME_OPTIONS -Xlog:disable -Xlog:all=warning,cds*=off,gc+ergo=off:stderr -XX:+DisplayVMOutputToStderr
//RUNTIME_OPTIONS --enable-native-access=ALL-UNNAMED
//CDS

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import lib.aws.Aws;
import lib.cli.Cli;
import lib.cli.Failure;
import lib.cli.Log;
import lib.cli.Stdout;
import lib.cli.UsageException;
import lib.kinesis.Distribution;
import lib.kinesis.KinesisStream;
import lib.kinesis.StreamRef;
import lib.produce.DeliveryReport;
import lib.produce.FailedRecords;
import lib.produce.InputOptions;
import lib.produce.Producer;
import lib.produce.Progress;
import lib.produce.ReceiptOptions;
import lib.write.RecordLimits;
import lib.write.RecordWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "produce", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Put records into a Kinesis stream: the lines of files or of stdin, as fast as the shards take them. Without"
                + " input, as on a terminal, generate one record per second until Ctrl-C: 'message data 0', 'message data 1', ... with the"
                + " partition keys key0, key1, ...",
        footer = """

                FORMAT is text with tokens and escapes. No newline is added: write \\n.
                  %%p   shard id          %%o   sequence number    %%k   partition key
                  %%n   line number       %%F   file               %%u   position in an aggregate
                  %%s   data              %%S   size of the data   %%h   explicit hash key
                  %%t   stream name       %%%%   a percent sign
                Escapes, also in DELIM: \\n \\t \\r \\0 \\xHH \\\\

                Examples:
                  produce s1                                       one record per second
                  tail -F app.log | produce s1                     each line as it is written
                  produce s1 old.log.gz --decode auto              the lines of a gzip file
                  produce s1 events.ndjson --key-field /user/id    partition keys from JSON
                  produce s1 big.log --aggregate                   many lines per record
                  produce s1 events.log --failed failed.ndjson     save undelivered records
                  produce s1 --json failed.ndjson                  put them again
                  consume s1 -e --from earliest -o json | produce s2 --json
                  produce s1 --rate 500 --size 1KiB --for 1m       a load test
                """)
class produce implements Callable<Integer> {
    private static final double MIN_RATE = 1.0 / 3600;
    private static final int MAX_IN_FLIGHT = 100;

    @Parameters(index = "0", paramLabel = "STREAM", converter = StreamRef.Converter.class, description = "Name or ARN of the stream.")
    StreamRef ref;

    @Parameters(index = "1..*", paramLabel = "FILE", description = "Files whose lines are put; - is stdin. Without FILE,"
            + " stdin is read unless it is empty, /dev/null or a terminal.")
    List<Path> paths = List.of();

    @Option(names = "-n", paramLabel = "COUNT", description = "End after COUNT records.")
    long count = Long.MAX_VALUE;

    @Option(names = "--rate", paramLabel = "R", converter = Producer.RateConverter.class,
            description = "Records per second, such as 5, or per minute, such as 300/m (default: 1 for generated records, otherwise as many"
                    + " as the shards take).")
    Double rate;

    @Option(names = "--for", paramLabel = "TIME", description = "End after TIME, such as 30s.")
    Duration time;

    @Mixin InputOptions input;

    @Option(names = "--aggregate", description = "Pack many records into one, as the Kinesis Producer Library does.")
    boolean aggregate;

    @Option(names = "--ordered", description = "Put one record at a time with PutRecord: in strict order, but slowly.")
    boolean ordered;

    @Option(names = "--in-flight", paramLabel = "CALLS", description = "Concurrent PutRecords calls, 1 to 100 (default: ${DEFAULT-VALUE}).")
    int inFlight = 8;

    @Option(names = "--linger", paramLabel = "TIME", defaultValue = "100ms",
            description = "Wait up to TIME for more records to fill a request (default: ${DEFAULT-VALUE}).")
    Duration linger;

    @Option(names = "--give-up", paramLabel = "TIME", defaultValue = "60s",
            description = "Retry a record for TIME, then give up on it (default: ${DEFAULT-VALUE}).")
    Duration giveUp;

    @Option(names = "--failed", paramLabel = "FILE", description = "Append undelivered records to FILE, in the format that --json reads.")
    Path failedFile;

    @Option(names = "--strict", description = "End with exit code 1 at the first undelivered record.")
    boolean strict;

    @Mixin ReceiptOptions receipts;
    @Mixin Aws aws;
    @Mixin Log log;

    @Override
    public Integer call() throws Exception {
        check();
        var format = receipts.format(ref);
        var stdout = new Stdout();
        try (var source = input.records(files(), log);
                var failed = failedFile == null ? null : new FailedRecords(failedFile);
                var kinesis = aws.kinesis(1);
                var progress = new Progress(files(), receipts.isWanted(log), log)) {
            var stream = KinesisStream.of(kinesis, ref);
            var limits = RecordLimits.of(stream, log);
            check(limits.distribution());
            var report = new DeliveryReport(stdout, format, receipts.isWanted(log), failed, strict, log);
            var settings = new RecordWriter.Settings(stream, ordered, aggregate, inFlight, linger, giveUp, log);
            var producer = new Producer(source, limits, new RecordWriter(settings, report), report, log);
            stdout.beforeEnd(producer::end);
            stdout.atEnd(report::report);
            producer.run(new Producer.Limits(count, rate, time), progress);
            if (report.undelivered() == 0) {
                return Cli.OK;
            }
            return strict ? Cli.FAILED : Cli.UNDELIVERED;
        }
    }

    private List<String> files() {
        return paths.stream().map(Path::toString).toList();
    }

    private void check() throws IOException {
        if (rate != null && !(rate >= MIN_RATE)) {
            throw new UsageException("--rate must be at least 1/h");
        }
        if (count < 0) {
            throw new UsageException("-n must be at least 0");
        }
        if (inFlight < 1 || inFlight > MAX_IN_FLIGHT) {
            throw new UsageException("--in-flight must be from 1 to " + MAX_IN_FLIGHT);
        }
        if (ordered && aggregate) {
            throw new UsageException("--ordered and --aggregate exclude each other");
        }
        if (failedFile != null && input.isRead(failedFile, files())) {
            throw new UsageException("--failed must not be an input file");
        }
        if (failedFile != null && Files.isRegularFile(failedFile)
                && InputOptions.isOneOf(failedFile, List.of("/dev/stdout", "/dev/stderr"))) {
            throw new UsageException("--failed must not be the file of stdout or stderr, whose lines would overwrite its records");
        }
    }

    /** Refuses what needs the records of a partition key to be in one shard. */
    private void check(Distribution distribution) {
        if (distribution == Distribution.AUTO && (aggregate || ordered)) {
            throw new Failure("stream " + ref.name() + ": the record distribution is AUTO, which puts " + (aggregate
                    ? "an aggregate into any shard, where the Kinesis Client Library drops it; leave out --aggregate"
                    : "the records of a partition key into any shard, in no order; leave out --ordered"));
        }
    }

    public static void main(String... args) {
        Cli.main(new produce(), Aws::warmUp, args);
    }
}
