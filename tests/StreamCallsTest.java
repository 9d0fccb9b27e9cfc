import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.FakeStreams;
import fake.Script;
import fake.StreamState;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which calls the script stream makes, and which not; with what the local Kinesis does not have. */
@Timeout(300)
class StreamCallsTest {
    private final FakeStreams fake = new FakeStreams();

    StreamCallsTest() throws IOException {}

    @AfterEach
    void close() {
        fake.close();
        assertEquals(List.of(), fake.violations);
    }

    @Test
    void anOnDemandStream_hasRecordDistribution_andWarmThroughput() throws Exception {
        fake.create("s", 2);
        stream("set s --mode on-demand --distribution auto --warm-throughput 200MiB").run(0);
        assertEquals(List.of("UpdateStreamMode", "UpdateStreamRecordDistributionStrategy", "UpdateStreamWarmThroughput"), fake.changes());
        assertEquals("ON_DEMAND AUTO 200 1024", settings("s"));
        stream("create t --on-demand --distribution auto --warm-throughput 1GiB --max-record-size 10MiB").run(0);
        assertEquals("ON_DEMAND AUTO 1024 10240", settings("t"));
        stream("create t --on-demand --if-missing --distribution auto --warm-throughput 1GiB --max-record-size 10MiB").run(0);
        fails("stream create: stream t already exists, but not with record distribution USER_PARTITION_KEY (it has AUTO),"
                + " warm throughput 200 MiB/s (it has 1024 MiB/s); 'stream set' and 'stream scale' change an existing stream\n",
                "create t --on-demand --if-missing --distribution user --warm-throughput 200MiB");
        stream("set s --distribution user").run(0);
        assertEquals("ON_DEMAND USER_PARTITION_KEY 200 1024", settings("s"));
        assertEquals("stream t: mode PROVISIONED (was ON_DEMAND)\n", stream("set t --mode provisioned").run(0).stderr());
        assertEquals("PROVISIONED USER_PARTITION_KEY 0 10240", settings("t"));
    }

    private String settings(String name) {
        var stream = fake.stream(name);
        return stream.mode + " " + stream.recordDistribution + " " + stream.warmMiBps + " " + stream.maxRecordKiB;
    }

    @Test
    void whatTheModeDoesNotHave_isRefused_beforeAnyChange() throws Exception {
        fake.create("p", 2);
        fake.create("d", 2).mode = StreamState.ON_DEMAND;
        var needs = "stream p is PROVISIONED, and %s needs an ON_DEMAND stream; 'stream set --mode on-demand' switches the mode\n";
        fails("stream set: " + needs.formatted("--distribution auto"), "set p --distribution auto");
        fails("stream set: " + needs.formatted("--warm-throughput"), "set p --warm-throughput 200MiB");
        for (var line : List.of("split d 0", "merge d 0 1", "scale d 4")) {
            fails("stream " + line.split(" ")[0] + ": stream d is ON_DEMAND: Kinesis splits and merges its shards;"
                    + " 'stream set --mode provisioned' lets you change the shards\n", line);
        }
        assertEquals(List.of(), fake.changes());
    }

    @Test
    void moreShardsThanTheAccountMayHave_areRefused_beforeAnyChange() throws Exception {
        fake.create("s", 2);
        fake.shardLimit(3);
        var tooMany = "%d more shards exceed the limit of the account: it has 2 open shards and may have 3; delete streams,"
                + " or ask AWS for more (a new limit takes some minutes)\n";
        fails("stream create: stream t: " + tooMany.formatted(2), "create t --shards 2");
        fails("stream split: stream s: " + tooMany.formatted(2), "split s 0 1");
        fails("stream scale: stream s: " + tooMany.formatted(2), "scale s 4 -q");
        assertEquals(List.of(), fake.changes());
        stream("create t --shards 1").run(0);
        stream("create u --on-demand").run(0);
        stream("create s --shards 2 --if-missing").run(0);
        stream("scale s 1").run(0);
    }

    @Test
    void whereTheLimitMayNotBeSeen_theChangeIsMade() throws Exception {
        fake.create("s", 2);
        fake.deny("DescribeLimits");
        for (var line : List.of("split s 0", "create t", "scale s 4")) {
            stream(line).run(0);
        }
    }

    @Test
    void anArn_goesIntoEveryCall() throws Exception {
        fake.create("s", 2);
        var arn = fake.stream("s").arn;
        for (var line : List.of("split ARN 0", "merge ARN 2 3", "scale ARN 4", "register ARN app1", "deregister ARN app1",
                "set ARN --retention 2d --max-record-size 2MiB --tag a=b --encrypt k", "set ARN --retention 24h --untag a --no-encrypt",
                "set ARN --mode on-demand --distribution auto --warm-throughput 1GiB", "delete ARN --yes")) {
            stream(line.replace("ARN", arn)).and("-q").run(0);
        }
        for (var call : fake.calls()) {
            if (!call.action().equals("DescribeLimits")) {
                assertEquals(arn, call.text("StreamARN"), call.toString());
            }
        }
    }

    @Test
    void aName_isEnough_alsoForCallsThatNeedAnArn() throws Exception {
        var arn = fake.create("s", 2).arn;
        stream("set s --max-record-size 2MiB --mode on-demand --distribution auto --warm-throughput 1GiB").run(0);
        stream("register s app1").run(0);
        stream("deregister s app1").run(0);
        for (var action : List.of("UpdateMaxRecordSize", "UpdateStreamMode", "UpdateStreamRecordDistributionStrategy",
                "UpdateStreamWarmThroughput", "RegisterStreamConsumer", "ListStreamConsumers", "DeregisterStreamConsumer")) {
            assertEquals(Set.of(arn), fake.calls().stream().filter(call -> call.action().equals(action))
                    .map(call -> call.text("StreamARN")).collect(Collectors.toSet()), action);
        }
    }

    @Test
    void dryRun_makesNoChange() throws Exception {
        fake.create("s", 2).tags.put("old", "tag");
        fake.create("d", 4).mode = StreamState.ON_DEMAND;
        stream("register s app1").run(0);
        var before = fake.changes();
        for (var line : List.of("create t --shards 3 --retention 2d --encrypt k --tag a=b", "create u --on-demand --distribution auto",
                "scale s 7", "split s 0 1", "merge s 0 1", "set s --mode on-demand --max-record-size 2MiB --untag old --encrypt k",
                "set d --mode provisioned --untag old", "register s app2", "deregister s app1", "delete s --force")) {
            var lines = stream(line + " --dry-run").run(0).stdout();
            assertTrue(lines.matches("(AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local aws --region us-east-1 --endpoint-url "
                    + fake.url() + " kinesis .*\n)+"), lines);
        }
        assertEquals(before, fake.changes());
    }

    @Test
    void dryRun_printsWhatTheAwsCliReads() throws Exception {
        Script.needs("aws");
        var stream = fake.create("s", 1);
        var tags = Map.of("it's", "\"$HOME\" `id` \\ !", "a b", "* ~ ä 😀", "[a]", "\t\u001b{}");
        var set = stream("set s --dry-run");
        tags.forEach((key, value) -> set.and("--tag", key + "=" + value));
        Script.command("bash", "-ec", set.run(0).stdout()).run(0);
        assertEquals(tags, stream.tags);
        Script.command("bash", "-ec", stream("set s --max-record-size 2MiB --dry-run").run(0).stdout()).run(0);
        fake.settle();
        assertEquals(2048, stream.maxRecordKiB);
    }

    @Test
    void check_printsThePolicyForWhatIsDenied() throws Exception {
        fake.create("s", 1);
        fake.deny("ListStreams", "ListTagsForStream", "GetShardIterator");
        var text = stream("check s").run(1);
        for (var line : List.of("kinesis:ListTagsForStream +denied +describe --tags",
                "kinesis:DescribeStreamSummary +allowed +describe, .*", "kinesis:PutRecords +not checked +produce",
                "kinesis:GetRecords +not checked .*", "kms:Decrypt +not checked .*")) {
            text.check("no line " + line, text.stdout().lines().anyMatch(each -> each.matches(line)));
        }
        assertEquals("""
                {
                  "Version": "2012-10-17",
                  "Statement": [
                    {
                      "Effect": "Allow",
                      "Action": [
                        "kinesis:ListStreams"
                      ],
                      "Resource": "*"
                    },
                    {
                      "Effect": "Allow",
                      "Action": [
                        "kinesis:ListTagsForStream",
                        "kinesis:GetShardIterator"
                      ],
                      "Resource": "arn:aws:kinesis:us-east-1:000000000000:stream/s"
                    }
                  ]
                }
                """, text.stdout().substring(text.stdout().indexOf("{")));
        assertEquals("", text.stderr());
        var json = stream("check s -o json").run(1);
        json.check("no result", json.stdout().contains(
                "{\"action\":\"kinesis:ListTagsForStream\",\"result\":\"denied\",\"neededBy\":[\"describe --tags\"]}\n"));
        json.check("no policy", json.stdout().endsWith("\"Action\":[\"kinesis:ListTagsForStream\",\"kinesis:GetShardIterator\"],"
                + "\"Resource\":\"arn:aws:kinesis:us-east-1:000000000000:stream/s\"}]}}\n"));
        assertEquals("stream check: stream t: Stream t under account 000000000000 not found. (ResourceNotFoundException);"
                + " 'describe' lists the streams of the region, and 'stream create' creates a stream\n", stream("check t").run(1).stderr());
    }

    private Script.Builder stream(String line) {
        return Script.kinesisAt(fake.url(), "stream", line.split(" "));
    }

    private void fails(String stderr, String line) throws Exception {
        var failed = stream(line).run(1);
        assertEquals(stderr, failed.stderr());
        assertEquals("", failed.stdout());
    }
}
