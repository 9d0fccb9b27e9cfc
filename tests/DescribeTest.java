import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.Difference;
import fake.FaultProxy;
import fake.OnKinesis;
import fake.Script;
import fake.TestKinesis;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.model.ConsumerStatus;

@OnKinesis
class DescribeTest {
    @TempDir Path folder;

    @Test
    void names_areOfAllStreams_alsoBeyondAPage() throws Exception {
        var first = TestKinesis.stream(1);
        var second = TestKinesis.stream(1);
        assertTrue(TestKinesis.client().listStreams(request -> request.limit(1)).hasMoreStreams()); // as the proxy has it
        try (var proxy = new FaultProxy()) {
            proxy.edit("ListStreams", page -> {
                if (proxy.calls("ListStreams").size() == 1) {
                    page.put("StreamNames", List.of(((List<?>) page.get("StreamNames")).get(0)));
                    page.put("HasMoreStreams", true);
                }
            });
            var described = Script.kinesisAt(proxy.endpoint(), "describe", "-1").run(0);
            var names = described.stdout().lines().toList();
            described.check("not all streams", names.containsAll(List.of(first, second)));
            assertEquals(Set.copyOf(names).size(), names.size());
            assertEquals("", described.stderr());
            var pages = proxy.calls("ListStreams");
            assertTrue(pages.size() > 1, () -> pages.size() + " pages");
            assertEquals(names.get(0), pages.get(1).request().get("ExclusiveStartStreamName"));
        }
    }

    @Test
    void withAStream_showsASummaryAndItsShards() throws Exception {
        var stream = TestKinesis.stream(4);
        var described = Script.kinesis("describe", stream).run(0);
        var shown = described.stdout().replaceAll("20.*Z, \\d+m?s", "TIME").replaceAll("20.*Z, \\d+m\\d+s", "TIME");
        assertEquals("""
                name         %1$s
                ARN          arn:aws:kinesis:us-east-1:000000000000:stream/%1$s
                status       ACTIVE
                mode         %2$s
                created      TIME ago
                retention    24 hours
                encryption   NONE
                open shards  4
                consumers    0
                distribution -

                SHARD                 STATE    HASHES                PARENTS
                shardId-000000000000  OPEN     25.00%%  ███·········  -
                shardId-000000000001  OPEN     25.00%%  ···███······  -
                shardId-000000000002  OPEN     25.00%%  ······███···  -
                shardId-000000000003  OPEN     25.00%%  ·········███  -
                """.formatted(stream, Difference.NO_STREAM_MODE.isHere() ? "-" : "PROVISIONED"), shown);
        assertEquals("", described.stderr());
    }

    @Test
    void closedShards_areShownUnlessOpenIsAskedFor_andTheTreeShowsWhatBecameOfThem() throws Exception {
        var stream = TestKinesis.stream(1);
        TestKinesis.split(stream, "shardId-000000000000");
        TestKinesis.merge(stream, "shardId-000000000001", "shardId-000000000002");
        assertEquals("0 1 2 3", shards(stream));
        assertEquals("3", shards(stream, "--open"));
        var tree = Script.kinesis("describe", stream, "--tree").run(0).stdout();
        assertEquals("""
                SHARD                     STATE    HASHES                PARENTS
                shardId-000000000000      CLOSED  100.00%  ████████████  -
                ├─shardId-000000000001    CLOSED   50.00%  ██████······  0
                │ └─shardId-000000000003  below
                └─shardId-000000000002    CLOSED   50.00%  ······██████  0
                  └─shardId-000000000003  OPEN    100.00%  ████████████  1,2
                """, tree.substring(tree.indexOf("SHARD")));
    }

    private static String shards(String stream, String... options) throws Exception {
        return String.join(" ", Script.kinesis("describe", stream).and(options).run(0).stdout().lines()
                .filter(line -> line.startsWith("shardId-")).map(line -> line.substring(19, 20)).toList());
    }

    @Test
    void columns_areAsManyAsCOLUMNSHasRoomFor() throws Exception {
        var stream = TestKinesis.stream(1);
        for (var width : Map.of("20", "SHARD", "100", "SHARD STATE HASHES PARENTS",
                "160", "SHARD STATE HASHES PARENTS STARTING HASH KEY FIRST SEQUENCE NUMBER").entrySet()) {
            var described = Script.kinesis("describe", stream).env("COLUMNS", width.getKey()).run(0);
            described.check("not the header",
                    described.stdout().lines().anyMatch(line -> line.replaceAll(" +", " ").equals(width.getValue())));
        }
    }

    @Test
    void tags_areShown_ofANameAndOfAnArn() throws Exception {
        var stream = TestKinesis.stream(1);
        TestKinesis.client().addTagsToStream(request -> request.streamName(stream).tags(Map.of("team", "data", "env", "a b")));
        for (var named : List.of(stream, "arn:aws:kinesis:us-east-1:000000000000:stream/" + stream)) {
            var described = Script.kinesis("describe", named, "--tags").run(0);
            described.check("no tags", described.stdout().contains("\ndistribution -\ntags         env=a b, team=data\n\nSHARD "));
            assertEquals("", described.stderr());
        }
    }

    @Test
    void tagsAndConsumers_areShown() throws Exception {
        Difference.NO_CONSUMERS.skipIfHere();
        var stream = TestKinesis.stream(1);
        var arn = "arn:aws:kinesis:us-east-1:000000000000:stream/" + stream;
        var kinesis = TestKinesis.client();
        kinesis.addTagsToStream(request -> request.streamName(stream).tags(Map.of("team", "data", "env", "a b")));
        kinesis.registerStreamConsumer(request -> request.streamARN(arn).consumerName("app1"));
        Script.await(() -> kinesis.describeStreamConsumer(request -> request.streamARN(arn).consumerName("app1")).consumerDescription()
                .consumerStatus() == ConsumerStatus.ACTIVE, null);
        var described = Script.kinesis("describe", stream, "--tags").run(0);
        described.check("no consumer", described.stdout().contains("""
                consumers    1
                distribution -
                tags         env=a b, team=data

                CONSUMER  STATUS       AGE
                app1      ACTIVE\s\s"""));
        Script.needs("jq");
        assertEquals("data\napp1 ACTIVE\nshardId-000000000000\n", Script.shell("./jbang describe " + stream + " --tags -o json $kinesis"
                + " | jq -r '.tags.team // .shardId // \"\\(.consumerName) \\(.consumerStatus)\"'").run(0).stdout());
    }

    @Test
    void takesAnArn() throws Exception {
        var stream = TestKinesis.stream(2);
        var described = Script.kinesis("describe", "arn:aws:kinesis:us-east-1:000000000000:stream/" + stream, "-o", "json").run(0);
        assertEquals(3, described.stdout().lines().count());
    }

    @Test
    void theShardOfAKey_isTheOneThatGetsItsRecords() throws Exception {
        var stream = TestKinesis.stream(4);
        for (var key : List.of("a", "b", "kéy", "user7", "@README.md")) {
            var shardId = TestKinesis.client().putRecord(request -> request.streamName(stream).partitionKey(key)
                    .data(software.amazon.awssdk.core.SdkBytes.fromUtf8String("x"))).shardId();
            var described = Script.kinesis("describe", stream, "--key", key).run(0);
            described.check("not " + shardId,
                    described.stdout().matches("key       " + key + "\nhash key  \\d+\nshard     " + shardId + "\n"));
        }
    }

    @Test
    void theLag_isWhatAConsumerWithTheCheckpointHasNotRead_alsoWhileItRuns_andInChildren() throws Exception {
        var stream = TestKinesis.stream(2);
        var file = folder.resolve("checkpoint").toString();
        TestKinesis.put(stream, "a", "b");
        try (var consume = Script.kinesis("consume", stream, "--from", "earliest", "--checkpoint", file, "-q", "-o", "raw").start()) {
            consume.awaitStdout(out -> out.equals("a\nb\n"));
            Script.await(() -> Files.exists(Path.of(file)) && Files.readString(Path.of(file)).contains("AFTER_SEQUENCE_NUMBER"), consume);
            assertEquals("total: 0 records not read", total(stream, file, 0));
            consume.signal("TERM").awaitExit(143);
        }
        TestKinesis.put(stream, "c", "d", "e");
        assertEquals("total: 3 records not read", total(stream, file, 0).replaceFirst("; .*", ""));
        var shardId = Script.kinesis("describe", stream, "--key", "key").run(0).stdout().replaceFirst("(?s).*(shardId-\\d+)\n", "$1");
        TestKinesis.split(stream, shardId);
        TestKinesis.put(stream, "f");
        assertEquals("total: 4 records not read", total(stream, file, 0).replaceFirst("; .*", ""));

        assertEquals("total: 4 records not read", total(stream, file, 0, "--max-lag", "1h").replaceFirst("; .*", ""));
        var late = Script.kinesis("describe", stream, "--checkpoint", file, "--max-lag", "100ms", "-o", "json").run(1);
        late.check("not the reason",
                late.stderr().matches("stream " + stream + ": the lag of shard " + shardId + " is \\S+, more than --max-lag 100ms\n"));
        late.check("not the total", late.stdout().lines().reduce((a, b) -> b).orElse("").matches("\\{\"streamName\":\"" + stream
                + "\",\"unfinishedShardCount\":\\d,\"millisBehindLatest\":\\d{4,},\"records\":4}"));
    }

    @Test
    void theLagOfAKey_isThatOfItsShardOnly() throws Exception {
        var stream = TestKinesis.stream(4);
        var file = folder.resolve("checkpoint").toString();
        Script.kinesis("consume", stream, "--key", "key", "--from", "earliest", "--checkpoint", file, "-e").run(0);
        TestKinesis.put(stream, "a");
        var described = Script.kinesis("describe", stream, "--checkpoint", file).run(0).stdout();
        assertEquals(1, described.lines().filter(line -> line.startsWith("shardId-")).count());
    }

    @Test
    void theLagOfOneShard_isThatOfNoOther() throws Exception {
        Difference.NO_ITERATOR_BEHIND_THE_NEWEST_RECORD.skipIfHere();
        var stream = TestKinesis.stream(4);
        var file = folder.resolve("checkpoint").toString();
        Script.kinesis("consume", stream, "--shard", "shardId-000000000002", "--checkpoint", file, "-e").run(0);
        var described = Script.kinesis("describe", stream, "--checkpoint", file).run(0);
        described.check("other shards", described.stdout().matches("SHARD .*\nshardId-000000000002  +0s  +0\ntotal: 0 records not read\n"));
    }

    @Test
    void aCheckpointThatIsNone_isAFailure() throws Exception {
        var stream = TestKinesis.stream(1);
        var file = folder.resolve("checkpoint");
        lagFails(stream, file, "describe: the checkpoint " + file + " does not exist; 'consume --checkpoint' creates the file\n");
        Files.writeString(file, "{");
        lagFails(stream, file, "describe: checkpoint " + file + " is damaged; .*\n");
        Files.delete(file);
        Script.kinesis("consume", stream, "--from", "earliest", "--checkpoint", file.toString(), "-e").run(0);
        lagFails(TestKinesis.stream(1), file, "describe: checkpoint " + file + " belongs to another stream, .*\n");
        assertEquals(1, Files.list(folder).filter(path -> !path.toString().endsWith(".lock")).count());
    }

    private static void lagFails(String stream, Path file, String stderr) throws Exception {
        var described = Script.kinesis("describe", stream, "--checkpoint", file.toString(), "--max-lag", "1h").run(1);
        described.check("stderr is not " + stderr, described.stderr().matches(stderr));
        assertEquals("", described.stdout());
    }

    private static String total(String stream, String file, int exitCode, String... options) throws Exception {
        return Script.kinesis("describe", stream, "--checkpoint", file).and(options).run(exitCode).stdout().lines()
                .filter(line -> line.startsWith("total: ")).findFirst().orElseThrow();
    }
}
