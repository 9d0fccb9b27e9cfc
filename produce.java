///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Put a record a second into a Kinesis stream
//JAVA 17+
//DEPS software.amazon.awssdk:kinesis:2.57.8
//DEPS software.amazon.awssdk:sts:2.57.8
//DEPS software.amazon.awssdk:sso:2.57.8
//DEPS software.amazon.awssdk:ssooidc:2.57.8
//DEPS info.picocli:picocli:4.7.7
//DEPS org.slf4j:slf4j-simple:1.7.36
//SOURCES lib/Aws.java lib/Cli.java lib/Durations.java lib/ErrorLine.java lib/Failure.java lib/Log.java
//SOURCES lib/Stdout.java lib/StreamRef.java lib/Terminal.java lib/UsageException.java
//RUNTIME_OPTIONS -Xlog:disable -Xlog:all=warning:stderr -XX:+DisplayVMOutputToStderr

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import lib.Aws;
import lib.Cli;
import lib.Log;
import lib.Stdout;
import lib.StreamRef;
import lib.UsageException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;

@Command(name = "produce", version = Cli.VERSION, mixinStandardHelpOptions = true, sortOptions = false,
        description = "Put a record a second into a Kinesis stream: 'message data 0', 'message data 1', ... with the"
                + " partition keys key0, key1, ..., until Ctrl-C. For each, print the shard that took it.",
        footer = """

                Examples:
                  produce s1                    a record a second
                  produce s1 -n 1000 --rate 50  1,000 records, 50 a second
                  produce s1 --local            into the Kinesis that 'local' runs
                  produce s1 -n 100 --rate 20 | sort | uniq -c     records per shard
                """)
class produce implements Callable<Integer> {
    private static final double MIN_RATE = 0.001;

    @Parameters(paramLabel = "STREAM", description = "Name or ARN of the stream.")
    StreamRef stream;

    @Option(names = "-n", paramLabel = "COUNT", description = "Stop after COUNT records.")
    long count = Long.MAX_VALUE;

    @Option(names = "--rate", paramLabel = "R", description = "Records a second (default: ${DEFAULT-VALUE}).", defaultValue = "1")
    double rate;

    @Mixin Aws aws;
    @Mixin Log log;

    @Override
    public Integer call() throws Exception {
        if (!(rate >= MIN_RATE)) {
            throw new UsageException("--rate must be at least " + MIN_RATE + " records a second");
        }
        if (count < 0) {
            throw new UsageException("-n must be at least 0");
        }
        var stdout = new Stdout();
        try (var kinesis = aws.kinesis()) {
            var interval = (long) (TimeUnit.SECONDS.toNanos(1) / rate);
            var due = System.nanoTime();
            for (long n = 0; n < count; n++) {
                TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
                try (var whole = stdout.hold()) { // no interrupt between a record and its line
                    stdout.println("produced record to shard " + put(kinesis, n));
                }
                // the first call also connects, and a slow one is not made up for by a burst
                due = n == 0 ? System.nanoTime() + interval : Math.max(due + interval, System.nanoTime());
            }
        }
        return Cli.OK;
    }

    /** Returns the id of the shard that took the record. */
    private String put(KinesisClient kinesis, long n) {
        return kinesis.putRecord(request -> request
                .streamName(stream.name()).streamARN(stream.arn())
                .partitionKey("key" + n)
                .data(SdkBytes.fromUtf8String("message data " + n))).shardId();
    }

    public static void main(String... args) {
        Cli.main(new produce(), args);
    }
}
