import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

class DescribeTest {
    private static final Pattern SPLIT_SHARDS = Pattern.compile("""
            SHARD                 STATE   PARENTS                HASHES  FIRST SEQUENCE NUMBER
            shardId-000000000000  CLOSED  -                     100.00%  \\d+
            shardId-000000000001  OPEN    shardId-000000000000   25.00%  \\d+
            shardId-000000000002  OPEN    shardId-000000000000   75.00%  \\d+
            """);

    @Test
    void withoutAStream_listsTheNamesOfAll_alsoBeyondAPage() throws Exception {
        var names = new ArrayList<String>();
        for (int i = 0; i < 101; i++) { // a page has 100
            names.add(TestKinesis.stream(1));
        }
        var described = Script.kinesis("describe").run(0);
        described.check("not all streams", described.stdout().lines().toList().containsAll(names));
        assertEquals("", described.stderr());
    }

    @Test
    void withAStream_showsASummaryAndItsShards() throws Exception {
        var stream = TestKinesis.stream(4);
        var described = Script.kinesis("describe", stream).run(0);
        described.check("not the summary", described.stdout().startsWith("""
                name         %1$s
                ARN          arn:aws:kinesis:us-east-1:000000000000:stream/%1$s
                status       ACTIVE
                mode         PROVISIONED
                retention    24 hours
                encryption   NONE
                open shards  4
                consumers    0

                SHARD                 STATE   PARENTS   HASHES  FIRST SEQUENCE NUMBER
                shardId-000000000000  OPEN    -         25.00%%  """.formatted(stream)));
        assertEquals(4, described.stdout().lines().filter(line -> line.startsWith("shardId-")).count());
    }

    @Test
    void showsClosedShardsAndParents_afterASplit() throws Exception {
        var stream = TestKinesis.stream(1);
        split(stream);
        var described = Script.kinesis("describe", stream).run(0);
        described.check("not the split", SPLIT_SHARDS.matcher(described.stdout()).find());
        Script.needs("jq");
        var json = Script.shell("./jbang describe " + stream + " -o json $kinesis"
                + " | jq -r '[.shardId, .state, .parentShardId, .hashKeyPercent] | @tsv'").run(0);
        assertEquals("""
                shardId-000000000000\tCLOSED\t\t100
                shardId-000000000001\tOPEN\tshardId-000000000000\t25
                shardId-000000000002\tOPEN\tshardId-000000000000\t75
                """, json.stdout());
    }

    @Test
    void takesAnArn() throws Exception {
        var stream = TestKinesis.stream(2);
        var described = Script.kinesis("describe", "arn:aws:kinesis:us-east-1:000000000000:stream/" + stream, "-o", "json").run(0);
        assertEquals(2, described.stdout().lines().count());
    }

    private static void split(String stream) throws InterruptedException {
        var kinesis = TestKinesis.client();
        kinesis.splitShard(request -> request.streamName(stream).shardToSplit("shardId-000000000000")
                .newStartingHashKey("85070591730234615865843651857942052864"));
        while (kinesis.describeStreamSummary(request -> request.streamName(stream)).streamDescriptionSummary().streamStatus()
                != StreamStatus.ACTIVE) {
            Thread.sleep(20);
        }
    }
}
