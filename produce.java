///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Put records into a Kinesis stream: files, stdin, or one a second
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

@Command(name = "produce", version = Cli.VERSION, mixinStandardHelpOptions = true, sortOptions = false,
        description = "Put records into a Kinesis stream: the lines of files, or of a pipe or file on stdin, as fast as its shards take"
                + " them; or with neither, as on a terminal, one a second, 'message data 0', 'message data 1', ... with the partition keys"
                + " key0, key1, ..., until Ctrl-C.",
        footer = """

                FORMAT is text with tokens and escapes, for each stored record.
                  %%p   shard id          %%o   sequence number    %%k   partition key
                  %%n   line number       %%F   file               %%u   place in an aggregate
                  %%s   data              %%S   size of the data   %%h   explicit hash key
                  %%t   stream name       %%%%   a percent sign
                Escapes, in DELIM too: \\n \\t \\r \\0 \\xHH \\\\

                Examples:
                  produce s1                                       a record a second
                  tail -F app.log | produce s1                     each line as it comes
                  produce s1 old.log.gz --decode auto              the lines that are packed in it
                  produce s1 events.ndjson --key-field /user/id    keys out of JSON
                  produce s1 big.log --aggregate                   many in one Kinesis record
                  produce s1 events.log --failed failed.ndjson     keep what is not delivered,
                  produce s1 --json failed.ndjson                  and try it again
                  consume s1 -e --from earliest -o json | produce s2 --json
                  produce s1 --rate 500 --size 1KiB --for 1m       a load test
                """)
class produce implements Callable<Integer> {
    private static final double MIN_RATE = 1.0 / 3600;
    private static final int MAX_IN_FLIGHT = 100;

    @Parameters(index = "0", paramLabel = "STREAM", converter = StreamRef.Converter.class, description = "Name or ARN of the stream.")
    StreamRef ref;

    @Parameters(index = "1..*", paramLabel = "FILE", description = "Put its lines; - is stdin, which is also read without FILE"
            + " unless it is a terminal, /dev/null, or ends without a byte.")
    List<Path> paths = List.of();

    @Option(names = "-n", paramLabel = "COUNT", description = "End after COUNT records.")
    long count = Long.MAX_VALUE;

    @Option(names = "--rate", paramLabel = "R", converter = Producer.RateConverter.class,
            description = "Records a second, such as 5, or 300/m (default: 1 when they are generated, else as many as the shards take).")
    Double rate;

    @Option(names = "--for", paramLabel = "TIME", description = "End after so long, such as 30s.")
    Duration time;

    @Mixin InputOptions input;

    @Option(names = "--aggregate", description = "Put many records in one, as the Kinesis Producer Library does.")
    boolean aggregate;

    @Option(names = "--ordered", description = "Put one record after the other by PutRecord: slow, and in order.")
    boolean ordered;

    @Option(names = "--in-flight", paramLabel = "CALLS", description = "PutRecords at a time (default: ${DEFAULT-VALUE}).")
    int inFlight = 8;

    @Option(names = "--linger", paramLabel = "TIME", defaultValue = "100ms",
            description = "How long a record waits for others to go with (default: ${DEFAULT-VALUE}).")
    Duration linger;

    @Option(names = "--give-up", paramLabel = "TIME", defaultValue = "60s",
            description = "How long a record is tried (default: ${DEFAULT-VALUE}).")
    Duration giveUp;

    @Option(names = "--failed", paramLabel = "FILE", description = "Add the records that are not delivered to FILE, as --json reads it.")
    Path failedFile;

    @Option(names = "--strict", description = "Stop at the first record that is not delivered: exit code 1.")
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
            throw new UsageException("--failed must be another file than those that are put");
        }
        if (failedFile != null && Files.isRegularFile(failedFile)
                && InputOptions.isOneOf(failedFile, List.of("/dev/stdout", "/dev/stderr"))) {
            throw new UsageException("--failed must be another file than those of stdout and stderr, whose lines would overwrite its own");
        }
    }

    /** Refuses what needs the records of a partition key to be in one shard. */
    private void check(Distribution distribution) {
        if (distribution == Distribution.AUTO && (aggregate || ordered)) {
            throw new Failure("stream " + ref.name() + ": its record distribution is AUTO, with which " + (aggregate
                    ? "an aggregate comes to any shard, where the Kinesis Client Library drops it; leave out --aggregate"
                    : "the records of a partition key come to any shard, in no order; leave out --ordered"));
        }
    }

    public static void main(String... args) {
        Cli.main(new produce(), Aws::warmUp, args);
    }
}
