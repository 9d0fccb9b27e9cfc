package lib.permissions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.Difference;
import fake.OnKinesis;
import fake.Printed;
import fake.Script;
import fake.TestKinesis;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import lib.cli.Failure;
import lib.cli.Log;
import lib.kinesis.StreamRef;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.regions.Region;

class PermissionCheckTest {
    private static final StreamRef S1 = StreamRef.parse("s1");

    private final FakeService service = new FakeService();
    private final List<Duration> waits = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();
    private final Printed printed = new Printed();

    @Test
    void onAws_whatChangesSomethingIsADryRun_andTheRestIsMade() throws Exception {
        assertTrue(check(S1, true).print(printed.text(80)));
        assertEquals("""
                ACTION                          RESULT       NEEDED BY
                kinesis:ListStreams             allowed      describe
                kinesis:DescribeStreamSummary   allowed      describe, produce, consume --checkpoint|--key, worker
                kinesis:ListShards              allowed      describe, produce --aggregate, consume, worker
                kinesis:ListTagsForStream       allowed      describe --tags
                kinesis:ListStreamConsumers     allowed      describe
                kinesis:DescribeStreamConsumer  allowed      worker --efo
                kinesis:GetShardIterator        allowed      describe --checkpoint|--watch, consume, worker
                kinesis:GetRecords              allowed      describe --checkpoint|--watch, consume, worker
                kinesis:PutRecords              allowed      produce
                kinesis:PutRecord               allowed      produce --ordered
                kinesis:SubscribeToShard        allowed      worker --efo
                kinesis:RegisterStreamConsumer  not checked  worker --efo
                dynamodb:CreateTable            not checked  worker
                dynamodb:UpdateTable            not checked  worker
                dynamodb:DescribeTable          not checked  worker
                dynamodb:Scan                   not checked  worker
                dynamodb:Query                  not checked  worker
                dynamodb:GetItem                not checked  worker
                dynamodb:PutItem                not checked  worker
                dynamodb:UpdateItem             not checked  worker
                dynamodb:DeleteItem             not checked  worker
                cloudwatch:PutMetricData        not checked  worker --metrics
                kms:GenerateDataKey             not checked  produce
                kms:Decrypt                     not checked  describe --checkpoint|--watch, consume, worker
                """, printed.toString());
        assertEquals(List.of("ListStreams", "DescribeStreamSummary", "ListShards", "ListTagsForStream", "ListStreamConsumers",
                "DescribeStreamConsumer", "GetShardIterator", "GetRecords DryRun", "PutRecords DryRun", "PutRecord DryRun",
                "SubscribeToShard DryRun"), service.calls);
        assertEquals(1, service.closed);
    }

    @Test
    void elsewhere_noRecordIsPut_andNoCallIsADryRun() throws Exception {
        assertTrue(check(S1, false).print(printed.text(80)));
        assertEquals(List.of("ListStreams", "DescribeStreamSummary", "ListShards", "ListTagsForStream", "ListStreamConsumers",
                "DescribeStreamConsumer", "GetShardIterator", "GetRecords"), service.calls);
        assertResults("not checked", "PutRecords", "PutRecord", "SubscribeToShard");
        assertEquals(0, service.fanOutClients);
    }

    @Test
    void aCallThatReads_asksForOneThingOnly() throws Exception {
        check(S1, false).print(printed.text(80));
        var limits = service.requests.stream().map(request -> request.getValueForField("Limit", Integer.class)
                .or(() -> request.getValueForField("MaxResults", Integer.class)).orElse(0)).toList();
        assertEquals(List.of(1, 0, 1, 1, 1, 0, 0, 1), limits, service.calls.toString());
    }

    @Test
    void whatIsDenied_isInThePolicy_onItsResource() throws Exception {
        service.deny("ListStreams", "DescribeStreamConsumer", "PutRecords", "PutRecord", "SubscribeToShard");
        assertFalse(check(S1, true).print(printed.text(80)));
        assertResults("denied", "ListStreams", "DescribeStreamConsumer", "PutRecords", "PutRecord", "SubscribeToShard");
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
                        "kinesis:DescribeStreamConsumer",
                        "kinesis:SubscribeToShard"
                      ],
                      "Resource": "arn:aws:kinesis:eu-west-1:123456789012:stream/s1/consumer/*"
                    },
                    {
                      "Effect": "Allow",
                      "Action": [
                        "kinesis:PutRecords",
                        "kinesis:PutRecord"
                      ],
                      "Resource": "arn:aws:kinesis:eu-west-1:123456789012:stream/s1"
                    }
                  ]
                }
                """, printed.toString().substring(printed.toString().indexOf("\n\n") + 1));
    }

    @Test
    void asJson_eachPermissionIsAnObject_andThePolicyIsTheLast() throws Exception {
        service.deny("PutRecords");
        assertFalse(check(S1, true).print(printed.json()));
        var objects = printed.toString().lines().toList();
        assertEquals(Permission.ALL.size() + 1, objects.size());
        assertEquals("{\"action\":\"kinesis:ListShards\",\"result\":\"allowed\","
                + "\"neededBy\":[\"describe\",\"produce --aggregate\",\"consume\",\"worker\"]}", objects.get(2));
        assertEquals("{\"policy\":{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[\"kinesis:PutRecords\"],"
                + "\"Resource\":\"arn:aws:kinesis:eu-west-1:123456789012:stream/s1\"}]}}", objects.get(objects.size() - 1));
    }

    @Test
    void whatNeedsTheResponseOfADeniedCall_isNotChecked_andThePolicyHasTheRegion() throws Exception {
        service.region = Region.CN_NORTH_1;
        service.deny("DescribeStreamSummary", "ListShards");
        assertFalse(check(S1, true).print(printed.text(80)));
        assertResults("not checked", "ListStreamConsumers", "DescribeStreamConsumer", "GetShardIterator", "GetRecords",
                "SubscribeToShard");
        assertResults("allowed", "PutRecords", "PutRecord");
        assertTrue(printed.toString().contains("\"arn:aws-cn:kinesis:cn-north-1:ACCOUNT:stream/s1\""), printed::toString);
    }

    @Test
    void anArnThatTheUserGives_isThatOfThePolicy_alsoWithoutASummary() throws Exception {
        service.deny("DescribeStreamSummary");
        assertFalse(check(StreamRef.parse(FakeService.ARN), true).print(printed.text(80)));
        assertResults("allowed", "ListStreamConsumers", "DescribeStreamConsumer", "SubscribeToShard");
        assertTrue(printed.toString().contains("\"" + FakeService.ARN + "\""), printed::toString);
    }

    @Test
    void withoutAConsumerOrAnOpenShard_whatNeedsOneIsNotChecked() throws Exception {
        service.hasConsumer = false;
        assertTrue(check(S1, true).print(printed.text(80)));
        assertResults("not checked", "DescribeStreamConsumer", "SubscribeToShard");
        service.hasConsumer = true;
        service.hasShard = false;
        assertTrue(check(S1, true).print(printed.text(80)));
        assertResults("not checked", "GetShardIterator", "GetRecords", "SubscribeToShard");
        assertEquals(0, service.fanOutClients);
    }

    @Test
    void dryRuns_areASecondApart() throws Exception {
        check(S1, true).print(printed.text(80));
        var second = Duration.ofSeconds(1);
        assertEquals(List.of(second, second, second), waits);
        service.deny("PutRecords", "GetRecords");
        check(S1, true).print(printed.text(80));
        assertEquals(6, waits.size());
    }

    @Test
    void aThrottledCall_isRetried() throws Exception {
        service.passing.put("ListShards", "LimitExceededException");
        service.passing.put("PutRecord", "ThrottlingException");
        assertTrue(check(S1, true).print(printed.text(80)));
        assertEquals(List.of("PutRecord DryRun", "PutRecord DryRun"), service.calls.stream().filter("PutRecord DryRun"::equals).toList());
        assertResults("allowed", "ListShards", "PutRecord");
    }

    @Test
    void anotherError_endsTheCheck() {
        service.refusals.put("DescribeStreamSummary", "ResourceNotFoundException");
        var failure = assertThrows(Failure.class, () -> check(S1, true).print(printed.text(80)));
        assertEquals("stream s1: no (ResourceNotFoundException); 'describe' lists the streams of the region, and 'stream create' creates"
                + " a stream",
                failure.getMessage());
    }

    @Test
    void anotherError_comesAfterThePolicy_forWhatWasDeniedBefore() {
        service.refusals.put("ListTagsForStream", "AccessDeniedException");
        service.refusals.put("GetRecords", "KMSAccessDeniedException");
        assertThrows(Failure.class, () -> check(S1, true).print(printed.text(80)));
        assertTrue(printed.toString().contains("\"kinesis:ListTagsForStream\"\n"), printed::toString);
    }

    @Test
    void anErrorOfSubscribeToShard_endsTheCheck_asThatOfAnyCall() {
        service.refusals.put("SubscribeToShard", "ResourceInUseException");
        var failure = assertThrows(Failure.class, () -> check(S1, true).print(printed.text(80)));
        assertEquals("stream s1: no (ResourceInUseException)", failure.getMessage());
        assertEquals(1, service.closed);
    }

    @Test
    void anEndpointThatIgnoresDryRun_getsNoRecord() throws Exception {
        service.heedsDryRun = false;
        assertTrue(check(S1, true).print(printed.text(80)));
        assertEquals("GetRecords DryRun", service.calls.get(service.calls.size() - 1));
        assertResults("allowed", "GetRecords");
        assertResults("not checked", "PutRecords", "PutRecord", "SubscribeToShard");
        assertEquals(List.of("stream s1: the endpoint ignored DryRun in a call for kinesis:GetRecords, which may have taken effect; no"
                + " more such calls are made"),
                lines);
    }

    @Test
    void aCallThatAnEmulatorLacks_isNotChecked() throws Exception {
        service.refusals.put("ListStreamConsumers", "UnknownOperationException");
        assertTrue(check(S1, false).print(printed.text(80)));
        assertResults("not checked", "ListStreamConsumers", "DescribeStreamConsumer");
    }

    @Test
    void theReasonOfADenial_isShown_whenAnotherPolicyDenies() throws Exception {
        service.deny("PutRecords");
        check(S1, true).print(printed.text(80));
        assertEquals(List.of(), lines);
        for (var reason : List.of("with an explicit deny in a service control policy",
                "because no permissions boundary allows the kinesis:PutRecords action")) {
            lines.clear();
            service.message = reason;
            check(S1, true).print(printed.text(80));
            assertEquals(List.of("stream s1: " + reason + " (AccessDeniedException); the policy on stdout is not enough"), lines);
        }
        lines.clear();
        service.message = "because no identity-based policy allows the kinesis:PutRecords action";
        check(S1, true).print(printed.text(80));
        assertEquals(List.of(), lines);
    }

    @Test
    void thePermissions_areThoseOfTheDocs() throws Exception {
        var page = Files.readString(Script.ROOT.resolve("docs/configuration.md"));
        var section = page.substring(page.indexOf("| script |")).replaceFirst("(?m)^\\| stream \\|.*", "");
        var named = Pattern.compile("[`\"](?:\\w+:)?((?:[A-Z][a-z]+){2,}|Scan|Query|Decrypt)[`\"]").matcher(section).results()
                .map(name -> name.group(1)).collect(Collectors.toCollection(TreeSet::new));
        var checked = Permission.ALL.stream().map(permission -> permission.action().replaceFirst(".*:", ""))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(named, checked);
    }

    @Test
    @OnKinesis
    void onALocalKinesis_callsThatReadAreAllowed_andNoRecordIsStored() throws Exception {
        var stream = TestKinesis.stream(2);
        TestKinesis.split(stream, "shardId-000000000000");
        if (!Difference.NO_CONSUMERS.isHere()) {
            var summary = TestKinesis.client().describeStreamSummary(request -> request.streamName(stream)).streamDescriptionSummary();
            TestKinesis.client().registerStreamConsumer(request -> request.streamARN(summary.streamARN()).consumerName("billing"));
        }
        assertTrue(new PermissionCheck(TestKinesis.client(), StreamRef.parse(stream), false, service::fanOut, new Log())
                .print(printed.text(80)));
        assertResults("allowed", "ListStreams", "DescribeStreamSummary", "ListShards", "ListTagsForStream", "GetShardIterator",
                "GetRecords");
        assertResults(Difference.NO_CONSUMERS.isHere() ? "not checked" : "allowed", "ListStreamConsumers", "DescribeStreamConsumer");
        assertResults("not checked", "PutRecords", "PutRecord", "SubscribeToShard", "RegisterStreamConsumer");
        assertEquals(List.of(), TestKinesis.records(stream));
        assertEquals(0, service.fanOutClients);
    }

    private PermissionCheck check(StreamRef stream, boolean isOfAws) {
        var log = new Log();
        log.to(lines::add);
        return new PermissionCheck(new PermissionCalls(service, stream, isOfAws, service::fanOut, waits::add, log));
    }

    /** Checks the last result of these actions of Kinesis. */
    private void assertResults(String result, String... actions) {
        for (var action : actions) {
            var rows = printed.toString().lines().filter(line -> line.startsWith("kinesis:" + action + " ")).toList();
            var cells = rows.get(rows.size() - 1).split(" {2,}");
            assertEquals(result, cells[1], printed::toString);
        }
    }
}
