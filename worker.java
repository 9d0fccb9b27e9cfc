///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Print the records of a Kinesis stream, shared with other machines by the Kinesis Client Library
//JAVA 17+
//DEPS software.amazon.awssdk:kinesis:2.57.8
//DEPS software.amazon.awssdk:sts:2.57.8
//DEPS software.amazon.awssdk:sso:2.57.8
//DEPS software.amazon.awssdk:ssooidc:2.57.8
//DEPS info.picocli:picocli:4.7.7
//DEPS org.slf4j:slf4j-simple:1.7.36
//DEPS com.fasterxml.jackson.core:jackson-core:2.21.8
//DEPS com.fasterxml.jackson.jr:jackson-jr-objects:2.21.8
//DEPS com.google.protobuf:protobuf-java:4.36.2
//DEPS com.github.luben:zstd-jni:1.5.7-25
// the library alone, and of what it depends on all but the Glue schema registry, OpenTelemetry and databind: half the jars
//DEPS software.amazon.kinesis:amazon-kinesis-client:3.5.1@fatjar
//DEPS software.amazon.awssdk:arns:2.57.8
//DEPS software.amazon.awssdk:cloudwatch:2.57.8
//DEPS software.amazon.awssdk:dynamodb:2.57.8
//DEPS software.amazon.awssdk:dynamodb-enhanced:2.57.8
//DEPS com.amazonaws:dynamodb-lock-client:1.4.0
//DEPS com.google.guava:guava:32.1.1-jre
//DEPS io.reactivex.rxjava3:rxjava:3.1.11
//DEPS org.apache.commons:commons-collections4:4.4
//DEPS org.apache.commons:commons-lang3:3.18.0
//SOURCES lib/Aws.java lib/Cli.java lib/Durations.java lib/ErrorLine.java lib/Failure.java lib/Log.java
//SOURCES lib/OpenFile.java lib/Stdout.java lib/StreamRef.java lib/UsageException.java lib/UsageLine.java lib/JsonLines.java lib/Pieces.java lib/RecordFormat.java lib/RecordPrinter.java
//SOURCES lib/CloudWatchLogs.java lib/Codec.java lib/Deaggregator.java lib/Decoder.java lib/FormatString.java lib/Gunzip.java
//SOURCES lib/JsonFormat.java lib/Md5.java lib/Output.java lib/Size.java lib/Terminal.java lib/Unpacking.java lib/Unzstd.java lib/UserRecord.java
//SOURCES lib/Backoff.java lib/Checkpoint.java lib/CheckpointFile.java lib/Fetches.java lib/Lineage.java lib/Listing.java lib/Polling.java lib/Position.java lib/Retention.java lib/ShardPosition.java
//SOURCES lib/ShardReader.java lib/Pages.java lib/ResponseBound.java lib/ResponseCheck.java lib/Shards.java lib/Starts.java lib/StreamReader.java lib/Until.java
//SOURCES lib/Answer.java lib/Lag.java lib/LagTable.java lib/StreamDescription.java lib/Table.java
//SOURCES lib/Alive.java lib/Application.java lib/CallWatch.java lib/ClientLibrary.java lib/HeldLeases.java lib/LeaseClock.java lib/LeasedShard.java lib/LeaseTable.java lib/LeaseTableSchema.java lib/LibraryRun.java lib/NewLeases.java lib/Origin.java lib/PipeWatch.java
//SOURCES lib/Reading.java lib/Spell.java lib/Startup.java lib/StreamCheck.java lib/TableWatch.java lib/Worker.java lib/WorkerStatus.java
//COMPILE_OPTIONS -encoding UTF-8
//RUNTIME_OPTIONS -Xlog:disable -Xlog:all=warning,os+thread=off:stderr -XX:+DisplayVMOutputToStderr
//RUNTIME_OPTIONS --enable-native-access=ALL-UNNAMED
//RUNTIME_OPTIONS -XX:+IgnoreUnrecognizedVMOptions --sun-misc-unsafe-memory-access=allow

import java.util.concurrent.Callable;
import lib.Answer;
import lib.Application;
import lib.Aws;
import lib.Checkpoint;
import lib.Cli;
import lib.Log;
import lib.Output;
import lib.RecordPrinter;
import lib.Stdout;
import lib.StreamRef;
import lib.Worker;
import lib.WorkerStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "worker", version = Cli.VERSION, mixinStandardHelpOptions = true, sortOptions = false,
        description = "Print the records of a Kinesis stream, as consume does, from the shards that this worker gets: all workers of an"
                + " application share the stream, on as many machines as there are, and take over from each other. They keep who has"
                + " what, and how far it is read, in a table in DynamoDB.",
        footer = """

                Examples:
                  worker s1 --app billing -q -o json | ./handle    on many machines
                  worker s1 --app billing --from earliest     a new one begins there
                  worker s1 --app billing --status            who has what, how far behind
                  worker s1 --app billing --status --max-lag 5m || alert
                  worker s1 --app billing --local             with 'local --dynamodb'
                """ + Output.TOKENS)
class worker implements Callable<Integer> {
    @Parameters(paramLabel = "STREAM", description = "Name or ARN of the stream.")
    StreamRef stream;

    @Mixin Application application;
    @Mixin Output output;
    @Mixin Aws aws;
    @Mixin Log log;

    @Spec CommandSpec command;

    @Override
    public Integer call() throws Exception {
        application.check();
        var stdout = new Stdout();
        try (var kinesis = aws.kinesis(1)) {
            if (application.isStatus()) {
                var answer = new Answer(stdout, output.isJson(), command.usageMessage().width());
                return WorkerStatus.print(answer, stream, application, aws, kinesis, log) ? Cli.OK : Cli.FAILED;
            }
            var printer = new RecordPrinter(stdout, output.unpacking(null, log), output.format(stream), Checkpoint.inMemory(),
                    Long.MAX_VALUE, log);
            new Worker(stream, application, kinesis, printer.brief(), stdout, log).run(aws);
            return Cli.OK;
        }
    }

    public static void main(String... args) {
        Cli.main(new worker(), args);
    }
}
