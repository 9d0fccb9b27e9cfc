///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION List Kinesis streams, or one stream's shards
//JAVA 17+
//DEPS software.amazon.awssdk:kinesis:2.57.8
//DEPS software.amazon.awssdk:sts:2.57.8
//DEPS software.amazon.awssdk:sso:2.57.8
//DEPS software.amazon.awssdk:ssooidc:2.57.8
//DEPS info.picocli:picocli:4.7.7
//DEPS org.slf4j:slf4j-simple:1.7.36
//DEPS com.fasterxml.jackson.core:jackson-core:2.21.8
//SOURCES lib/Aws.java lib/Cli.java lib/Durations.java lib/ErrorLine.java lib/Failure.java lib/Log.java
//SOURCES lib/Stdout.java lib/StreamRef.java lib/UsageException.java lib/JsonLines.java lib/Md5.java lib/Shards.java lib/Terminal.java
//COMPILE_OPTIONS -encoding UTF-8
//RUNTIME_OPTIONS -Xlog:disable -Xlog:all=warning:stderr -XX:+DisplayVMOutputToStderr

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import lib.Aws;
import lib.Cli;
import lib.JsonLines;
import lib.Log;
import lib.Shards;
import lib.Stdout;
import lib.StreamRef;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ListStreamsResponse;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;

@Command(name = "describe", version = Cli.VERSION, mixinStandardHelpOptions = true, sortOptions = false,
        description = "List the Kinesis streams of the region, or describe one: a summary and all of its shards.",
        footer = """

                Examples:
                  describe                      the names of all streams
                  describe s1                   a summary and the shards
                  describe s1 -o json | jq -r 'select(.state == "OPEN").shardId'
                """)
class describe implements Callable<Integer> {
    enum Output { text, json }

    @Parameters(paramLabel = "STREAM", arity = "0..1", description = "Name or ARN of a stream; without it, all are listed.")
    StreamRef stream;

    @Option(names = {"-o", "--output"}, paramLabel = "FORMAT", defaultValue = "text",
            description = "text, or json: an object a line for each shard, or stream (default: ${DEFAULT-VALUE}).")
    Output output;

    @Mixin Aws aws;
    @Mixin Log log;

    private final Stdout stdout = new Stdout();

    @Override
    public Integer call() throws Exception {
        try (var kinesis = aws.kinesis()) {
            if (stream == null) {
                printStreams(kinesis);
            } else if (output == Output.json) {
                printObjects(Shards.list(kinesis, stream).all());
            } else {
                var shards = Shards.list(kinesis, stream).all();
                printSummary(kinesis.describeStreamSummary(request -> request
                        .streamName(stream.name()).streamARN(stream.arn())).streamDescriptionSummary());
                stdout.println("");
                printTable(shards);
            }
        }
        return Cli.OK;
    }

    private void printStreams(KinesisClient kinesis) throws IOException {
        ListStreamsResponse page = null;
        do {
            // not the SDK's paginator: kinesis-mock, and so LocalStack, does not know its NextToken and never ends
            var last = page == null ? null : page.streamNames().get(page.streamNames().size() - 1);
            page = kinesis.listStreams(request -> request.exclusiveStartStreamName(last));
            for (var name : page.streamNames()) {
                if (output == Output.json) {
                    JsonLines.append(stdout, json -> json.writeStringField("streamName", name));
                } else {
                    stdout.println(name);
                }
            }
        } while (page.hasMoreStreams());
    }

    private void printSummary(StreamDescriptionSummary summary) throws IOException {
        var mode = summary.streamModeDetails();
        stdout.println("""
                name         %s
                ARN          %s
                status       %s
                mode         %s
                retention    %d hours
                encryption   %s
                open shards  %d
                consumers    %d""".formatted(summary.streamName(), summary.streamARN(), summary.streamStatusAsString(),
                mode == null ? "-" : mode.streamModeAsString(), summary.retentionPeriodHours(),
                summary.encryptionTypeAsString() + (summary.keyId() == null ? "" : " " + summary.keyId()),
                summary.openShardCount(), summary.consumerCount()));
    }

    private void printTable(List<Shard> shards) throws IOException {
        var width = shards.stream().mapToInt(shard -> parents(shard).length()).max().orElse(0);
        var row = "%-20s  %-6s  %-" + Math.max(width, "PARENTS".length()) + "s  %7s  %s";
        stdout.println(row.formatted("SHARD", "STATE", "PARENTS", "HASHES", "FIRST SEQUENCE NUMBER"));
        for (var shard : shards) {
            stdout.println(row.formatted(shard.shardId(), state(shard), parents(shard),
                    "%.2f%%".formatted(Shards.hashKeyPercent(shard)), shard.sequenceNumberRange().startingSequenceNumber()));
        }
    }

    private void printObjects(List<Shard> shards) throws IOException {
        for (var shard : shards) {
            JsonLines.append(stdout, json -> {
                json.writeStringField("shardId", shard.shardId());
                json.writeStringField("state", state(shard));
                writeIfPresent(json, "parentShardId", shard.parentShardId());
                writeIfPresent(json, "adjacentParentShardId", shard.adjacentParentShardId());
                json.writeObjectFieldStart("hashKeyRange");
                json.writeStringField("startingHashKey", shard.hashKeyRange().startingHashKey());
                json.writeStringField("endingHashKey", shard.hashKeyRange().endingHashKey());
                json.writeEndObject();
                json.writeNumberField("hashKeyPercent", Shards.hashKeyPercent(shard));
                json.writeObjectFieldStart("sequenceNumberRange");
                json.writeStringField("startingSequenceNumber", shard.sequenceNumberRange().startingSequenceNumber());
                writeIfPresent(json, "endingSequenceNumber", shard.sequenceNumberRange().endingSequenceNumber());
                json.writeEndObject();
            });
        }
    }

    private static void writeIfPresent(JsonGenerator json, String field, String value) throws IOException {
        if (value != null) {
            json.writeStringField(field, value);
        }
    }

    private static String state(Shard shard) {
        return Shards.isOpen(shard) ? "OPEN" : "CLOSED";
    }

    private static String parents(Shard shard) {
        var parents = Stream.of(shard.parentShardId(), shard.adjacentParentShardId()).filter(Objects::nonNull);
        return parents.reduce((parent, adjacent) -> parent + "," + adjacent).orElse("-");
    }

    public static void main(String... args) {
        Cli.main(new describe(), args);
    }
}
