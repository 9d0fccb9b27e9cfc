///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Bare loops on the AWS SDK for Java, the lower bound of what a script can take
//JAVA 17+
//DEPS software.amazon.awssdk:kinesis:2.57.8
//DEPS info.picocli:picocli:4.7.7
//SOURCES ../lib/aws/package-info.java
//COMPILE_OPTIONS -encoding UTF-8

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import lib.aws.Aws;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

@Command(name = "bare", mixinStandardHelpOptions = true, subcommands = CommandLine.HelpCommand.class)
class bare {
    private static final int THREADS = 8; // as produce has
    private static final int BATCH = 500;

    private final FileOutputStream stdout = new FileOutputStream(FileDescriptor.out);

    @Command(description = "Print the data of all records up to the tip, with one thread per shard.")
    int drain(@Parameters(paramLabel = "STREAM") String stream, @Parameters(paramLabel = "URL") URI url) throws Exception {
        var kinesis = Aws.local(url).kinesis();
        var work = new ArrayList<Callable<Void>>();
        for (var shard : kinesis.listShards(request -> request.streamName(stream)).shards()) {
            work.add(() -> drain(kinesis, stream, shard));
        }
        return run(work);
    }

    private Void drain(KinesisClient kinesis, String stream, Shard shard) throws Exception {
        var next = kinesis.getShardIterator(request -> request.streamName(stream).shardId(shard.shardId())
                .shardIteratorType(ShardIteratorType.TRIM_HORIZON)).shardIterator();
        while (true) {
            var iterator = next;
            var reply = kinesis.getRecords(request -> request.shardIterator(iterator));
            var lines = new ByteArrayOutputStream(1 << 20);
            for (var record : reply.records()) {
                lines.write(record.data().asByteArrayUnsafe());
                lines.write('\n');
            }
            synchronized (stdout) {
                lines.writeTo(stdout);
            }
            next = reply.nextShardIterator();
            if (reply.millisBehindLatest() == 0) {
                return null;
            }
        }
    }

    @Command(description = "Put each line of a file, in full batches.")
    int fill(@Parameters(paramLabel = "STREAM") String stream, @Parameters(paramLabel = "URL") URI url,
            @Parameters(paramLabel = "FILE") Path file) throws Exception {
        var kinesis = Aws.local(url).kinesis();
        try (var lines = Files.newBufferedReader(file)) {
            var work = new ArrayList<Callable<Void>>();
            for (int n = 0; n < THREADS; n++) {
                work.add(() -> fill(kinesis, stream, lines));
            }
            return run(work);
        }
    }

    private static Void fill(KinesisClient kinesis, String stream, BufferedReader lines) throws Exception {
        for (List<PutRecordsRequestEntry> batch; !(batch = batch(lines)).isEmpty(); ) {
            var records = batch;
            kinesis.putRecords(request -> request.streamName(stream).records(records));
        }
        return null;
    }

    private static List<PutRecordsRequestEntry> batch(BufferedReader lines) throws Exception {
        var batch = new ArrayList<PutRecordsRequestEntry>();
        synchronized (lines) {
            for (String line; batch.size() < BATCH && (line = lines.readLine()) != null; ) {
                batch.add(PutRecordsRequestEntry.builder()
                        .partitionKey(UUID.randomUUID().toString()).data(SdkBytes.fromUtf8String(line)).build());
            }
        }
        return batch;
    }

    private static int run(List<Callable<Void>> work) throws Exception {
        var threads = Executors.newCachedThreadPool();
        for (Future<Void> done : threads.invokeAll(work)) {
            done.get();
        }
        return 0;
    }

    public static void main(String... args) {
        System.exit(new CommandLine(new bare()).execute(args));
    }
}
