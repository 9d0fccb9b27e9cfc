///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Print the records of a Kinesis stream, a poll loop per shard
//JAVA 17+
//DEPS software.amazon.awssdk:kinesis:2.57.8
//DEPS software.amazon.awssdk:sts:2.57.8
//DEPS software.amazon.awssdk:sso:2.57.8
//DEPS software.amazon.awssdk:ssooidc:2.57.8
//DEPS info.picocli:picocli:4.7.7
//DEPS org.slf4j:slf4j-simple:1.7.36
//DEPS com.fasterxml.jackson.core:jackson-core:2.21.8
//SOURCES lib/Aws.java lib/Cli.java lib/Durations.java lib/ErrorLine.java lib/Failure.java lib/Log.java
//SOURCES lib/Stdout.java lib/StreamRef.java lib/UsageException.java lib/JsonLines.java lib/RecordFormat.java lib/RecordPrinter.java
//SOURCES lib/ShardReader.java lib/Shards.java lib/StreamReader.java
//RUNTIME_OPTIONS -Xlog:disable -Xlog:all=warning:stderr -XX:+DisplayVMOutputToStderr

import java.time.Duration;
import java.util.concurrent.Callable;
import lib.Aws;
import lib.Cli;
import lib.Log;
import lib.RecordFormat;
import lib.RecordPrinter;
import lib.ShardReader;
import lib.Shards;
import lib.Stdout;
import lib.StreamReader;
import lib.StreamRef;
import lib.UsageException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;

@Command(name = "consume", version = Cli.VERSION, mixinStandardHelpOptions = true, sortOptions = false,
        description = "Print the records that come into a Kinesis stream from now on, from all of its open shards at"
                + " once, until Ctrl-C. Records go to stdout, everything else to stderr.",
        footer = """

                Examples:
                  consume s1                              shard <id> data: <data>
                  consume s1 -q | head -3                 the next three records
                  consume s1 -q -o raw | grep --line-buffered ERROR
                  consume s1 -q -o json | jq -r --unbuffered .partitionKey
                  consume s1 -v --poll-interval 5s        the polls without records, too
                """)
class consume implements Callable<Integer> {
    @Parameters(paramLabel = "STREAM", description = "Name or ARN of the stream.")
    StreamRef stream;

    @Option(names = {"-o", "--output"}, paramLabel = "FORMAT", converter = RecordFormat.Converter.class, defaultValue = "text",
            description = "text, raw (the data and a newline) or json (an object a line) (default: ${DEFAULT-VALUE}).")
    RecordFormat format;

    @Option(names = "--poll-interval", paramLabel = "TIME", defaultValue = "1s",
            description = "From one GetRecords of a shard to the next, once caught up: 200ms or more (default: ${DEFAULT-VALUE}).")
    Duration pollInterval;

    @Mixin Aws aws;
    @Mixin Log log;

    @Override
    public Integer call() throws Exception {
        if (pollInterval.compareTo(ShardReader.MIN_POLL_INTERVAL) < 0) {
            throw new UsageException("--poll-interval must be at least 200ms: a shard takes 5 GetRecords a second");
        }
        try (var kinesis = aws.kinesis()) {
            var shards = Shards.list(kinesis, stream).stream().filter(Shards::isOpen).toList();
            log.info("%d shards located", shards.size());
            var latest = StartingPosition.builder().type(ShardIteratorType.LATEST).build();
            new StreamReader(kinesis, stream, latest, pollInterval, log)
                    .read(shards, new RecordPrinter(new Stdout(), format, log));
        }
        return Cli.OK;
    }

    public static void main(String... args) {
        Cli.main(new consume(), args);
    }
}
