///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Print the records of a Kinesis stream, shared with other machines through the Kinesis Client Library
//JAVA 17+
//DEPS software.amazon.awssdk:kinesis:2.57.8
//DEPS info.picocli:picocli:4.7.7
//SOURCES lib/worker/package-info.java lib/consume/package-info.java lib/positions/package-info.java lib/aws/package-info.java
//SOURCES lib/kinesis/package-info.java lib/cli/package-info.java
//COMPILE_OPTIONS -encoding UTF-8
//RUNTIME_OPTIONS -Xlog:disable -Xlog:all=warning,os+thread=off:stderr -XX:+DisplayVMOutputToStderr
//RUNTIME_OPTIONS --enable-native-access=ALL-UNNAMED
//RUNTIME_OPTIONS -XX:+IgnoreUnrecognizedVMOptions --sun-misc-unsafe-memory-access=allow

import java.util.concurrent.Callable;
import lib.aws.Aws;
import lib.cli.AnswerPrinter;
import lib.cli.Cli;
import lib.cli.Log;
import lib.cli.Stdout;
import lib.consume.OutputOptions;
import lib.consume.RecordPrinter;
import lib.kinesis.KinesisStream;
import lib.kinesis.StreamRef;
import lib.positions.Checkpoint;
import lib.worker.Worker;
import lib.worker.WorkerOptions;
import lib.worker.WorkerStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "worker", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Print the records of a Kinesis stream, as consume does, and share its shards with the other workers of an"
                + " application, on any number of machines. Workers take over the shards of a worker that ends. A DynamoDB table holds"
                + " the owner and the checkpoint of each shard.",
        footer = """

                Examples:
                  worker s1 --app billing -q -o json | ./handle    on each machine
                  worker s1 --app billing --from earliest          all records of the stream
                  worker s1 --app billing --status                 owner and lag of each shard
                  worker s1 --app billing --status --max-lag 5m || alert
                  worker s1 --app billing --local                  needs 'local --dynamodb'
                """ + OutputOptions.TOKENS)
class worker implements Callable<Integer> {
    @Parameters(paramLabel = "STREAM", converter = StreamRef.Converter.class, description = "Name or ARN of the stream.")
    StreamRef ref;

    @Mixin WorkerOptions application;
    @Mixin OutputOptions output;
    @Mixin Aws aws;
    @Mixin Log log;

    @Spec CommandSpec command;

    @Override
    public Integer call() throws Exception {
        application.check();
        var stdout = new Stdout();
        try (var kinesis = aws.kinesis(1)) {
            var stream = KinesisStream.of(kinesis, ref);
            if (application.isStatus()) {
                var answer = new AnswerPrinter(stdout, output.isJson(), command.usageMessage().width());
                return WorkerStatus.print(answer, stream, application, aws, log) ? Cli.OK : Cli.FAILED;
            }
            var printer = new RecordPrinter(stdout, output.unpacking(null, log), output.format(ref), Checkpoint.inMemory(),
                    Long.MAX_VALUE, log);
            new Worker(stream, application, printer.brief(), stdout, log).run(aws);
            return Cli.OK;
        }
    }

    public static void main(String... args) {
        Cli.main(new worker(), args);
    }
}
