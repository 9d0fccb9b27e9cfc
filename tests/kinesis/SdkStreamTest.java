package lib.kinesis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.FakeClient;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import lib.cli.Failure;
import lib.kinesis.KinesisStream.PutEntry;
import lib.kinesis.KinesisStream.PutResult;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.kinesis.model.ChildShard;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryResponse;
import software.amazon.awssdk.services.kinesis.model.GetRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorResponse;
import software.amazon.awssdk.services.kinesis.model.KinesisResponse;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.ListStreamConsumersRequest;
import software.amazon.awssdk.services.kinesis.model.ListStreamConsumersResponse;
import software.amazon.awssdk.services.kinesis.model.ListTagsForStreamRequest;
import software.amazon.awssdk.services.kinesis.model.ListTagsForStreamResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardFilter;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;

/** The requests that each call makes, and what becomes of the responses. */
class SdkStreamTest {
    private static final String ARN = "arn:aws:kinesis:us-east-1:123456789012:stream/s1";
    private static final String DATE = "Tue, 24 Nov 2026 17:02:26 GMT";
    private static final Instant TIME = Instant.parse("2026-11-24T17:02:26Z");

    @Test
    void describe_hasNameAndArn_andBringsTheSummaryWithTheServicesTime() {
        var description = StreamDescriptionSummary.builder().streamName("s1").build();
        var client = new FakeClient(dated(DescribeStreamSummaryResponse.builder().streamDescriptionSummary(description).build(), DATE));
        var summary = stream(client).describe();
        assertEquals(new StreamSummary(description, DATE), summary);
        assertEquals(TIME, summary.time());
        assertEquals(List.of(DescribeStreamSummaryRequest.builder().streamName("s1").streamARN(ARN).build()), client.requests);
    }

    @Test
    void describe_refusesADateThatIsNone_onlyWhenTheTimeIsAskedFor() {
        var client = new FakeClient(dated(DescribeStreamSummaryResponse.builder().build(), "now"));
        var summary = stream(client).describe();
        assertThrows(Failure.class, summary::time);
    }

    @Test
    void listShards_readsEveryPage_andSendsTheTokenAlone() {
        var client = new FakeClient(page("t1", "a", "b"), page("t2", "c"), page(null, "d"));
        assertEquals(List.of("a", "b", "c", "d"), ids(stream(client).listShards()));
        assertEquals(List.of(
                ListShardsRequest.builder().streamName("s1").streamARN(ARN).build(),
                ListShardsRequest.builder().nextToken("t1").build(),
                ListShardsRequest.builder().nextToken("t2").build()), client.requests);
    }

    @Test
    void listShards_sendsTheFilter() {
        var client = new FakeClient(page(null, "a"));
        var filter = ShardFilter.builder().type("AT_TIMESTAMP").timestamp(TIME).build();
        stream(client).listShards(filter);
        assertEquals(List.of(ListShardsRequest.builder().streamName("s1").streamARN(ARN).shardFilter(filter).build()), client.requests);
    }

    @Test
    void listShards_endsAtPagesWithoutAnythingNew_andTakesAnEmptyOneAsAnEngineMaySend() {
        assertEquals(List.of("a", "b"), list(page("t1", "a"), page("t2"), page(null, "b")));
        for (var again : List.of(page("t"), page("t", "a"))) { // no shards, and the same ones
            var pages = Stream.concat(Stream.of(page("t", "a")), Collections.nCopies(20, again).stream());
            assertEquals("the endpoint sent an invalid response: 10 pages of ListShards in a row have no new items,"
                    + " and more pages follow; check --endpoint-url", refusal(pages));
        }
    }

    @Test
    void listShards_endsAtMorePages_orMoreShards_thanAnyStreamHas() {
        var number = new AtomicInteger();
        var pages = Stream.generate(() -> page("t", "s" + number.getAndIncrement())).limit(Pages.MAX_PAGES + 1);
        assertTrue(refusal(pages).contains("ListShards has sent 1,000 items in 1,000 pages, and more pages follow"));
        var many = IntStream.rangeClosed(0, Pages.MAX_ITEMS).mapToObj(n -> "s" + n).toArray(String[]::new);
        assertTrue(refusal(Stream.of(page(null, many))).contains("200,001 items in 1 pages"));
    }

    @Test
    void listShards_isAsOfTheServicesClock() {
        assertEquals(TIME, stream(new FakeClient(dated(page(null, "a"), DATE))).listShards().listed());
    }

    @Test
    void listShards_refusesADateThatIsNone() {
        assertEquals("the endpoint sent an invalid response: the Date header 'today'; check --endpoint-url",
                refusal(Stream.of(dated(page(null, "a"), "today"))));
    }

    @Test
    void getShardIterator_sendsThePosition() {
        var reply = GetShardIteratorResponse.builder().shardIterator("i").build();
        var client = new FakeClient(reply, reply);
        var stream = stream(client);
        var after = StartingPosition.builder().type("AFTER_SEQUENCE_NUMBER").sequenceNumber("17").build();
        assertEquals("i", stream.getShardIterator("a", after));
        stream.getShardIterator("a", StartingPosition.builder().type("AT_TIMESTAMP").timestamp(TIME).build());
        var request = GetShardIteratorRequest.builder().streamName("s1").streamARN(ARN).shardId("a");
        assertEquals(List.of(
                request.shardIteratorType("AFTER_SEQUENCE_NUMBER").startingSequenceNumber("17").build(),
                request.shardIteratorType("AT_TIMESTAMP").startingSequenceNumber(null).timestamp(TIME).build()), client.requests);
    }

    @Test
    void getRecords_bringsTheFieldsOfEachRecord_alsoWhenOnesThatAnEngineLeavesOutAreMissing() {
        var full = Record.builder().sequenceNumber("1").partitionKey("k").approximateArrivalTimestamp(TIME)
                .data(SdkBytes.fromUtf8String("d"));
        var bare = Record.builder().sequenceNumber("2").data(SdkBytes.fromUtf8String(""));
        var client = new FakeClient(GetRecordsResponse.builder().records(full.build(), bare.build()).build());
        var records = stream(client).getRecords("i", 10).records();
        assertEquals(2, records.size());
        assertRecord("1", "k", TIME, "d", records.get(0));
        assertRecord("2", null, null, "", records.get(1));
    }

    private static void assertRecord(String sequenceNumber, String partitionKey, Instant arrival, String data, KinesisRecord record) {
        assertEquals(sequenceNumber, record.sequenceNumber());
        assertEquals(partitionKey, record.partitionKey());
        assertEquals(arrival, record.arrival());
        assertArrayEquals(utf8(data), record.data());
    }

    @Test
    void getRecords_bringsIteratorLagChildrenAndDate_orNullForWhatIsMissing() {
        var child = ChildShard.builder().shardId("b").parentShards("a").build();
        var client = new FakeClient(
                dated(GetRecordsResponse.builder().nextShardIterator("j").millisBehindLatest(7L).childShards(child).build(), "today"),
                GetRecordsResponse.builder().build());
        var stream = stream(client);
        assertEquals(new GetRecordsResult(List.of(), "j", 7L, List.of(child), "today"), stream.getRecords("i", 10));
        assertEquals(new GetRecordsResult(List.of(), null, null, List.of(), null), stream.getRecords("j", 20));
        var request = GetRecordsRequest.builder().streamARN(ARN); // which has no name
        assertEquals(List.of(request.shardIterator("i").limit(10).build(), request.shardIterator("j").limit(20).build()), client.requests);
    }

    @Test
    void putRecords_sendsTheFieldsOfEachRecord_andBringsTheResults_andTheErrors() {
        var client = new FakeClient(PutRecordsResponse.builder().failedRecordCount(1).records(
                PutRecordsResultEntry.builder().shardId("a").sequenceNumber("1").build(),
                PutRecordsResultEntry.builder().errorCode("InternalFailure").errorMessage("no").build()).build());
        var entries = List.of(new PutEntry("k", "17", utf8("d")), new PutEntry(null, null, utf8("")));
        assertEquals(List.of(new PutResult("a", "1", null, null), new PutResult(null, null, "InternalFailure", "no")),
                stream(client).putRecords(entries));
        assertEquals(List.of(PutRecordsRequest.builder().streamName("s1").streamARN(ARN).records(
                PutRecordsRequestEntry.builder().partitionKey("k").explicitHashKey("17").data(SdkBytes.fromUtf8String("d")).build(),
                PutRecordsRequestEntry.builder().data(SdkBytes.fromUtf8String("")).build()).build()), client.requests);
    }

    @Test
    void putRecord_sendsTheFields_andTheSequenceNumberBefore() {
        var reply = PutRecordResponse.builder().shardId("a").sequenceNumber("2").build();
        var client = new FakeClient(reply, reply);
        var stream = stream(client);
        assertEquals(new PutResult("a", "2", null, null), stream.putRecord(new PutEntry("k", "17", utf8("d")), "1"));
        stream.putRecord(new PutEntry("k", null, utf8("d")), null);
        var request = PutRecordRequest.builder().streamName("s1").streamARN(ARN).partitionKey("k").data(SdkBytes.fromUtf8String("d"));
        assertEquals(List.of(request.explicitHashKey("17").sequenceNumberForOrdering("1").build(),
                request.explicitHashKey(null).sequenceNumberForOrdering(null).build()), client.requests);
    }

    @Test
    void listTags_sendsNameAndArn_andTheLastKeyOfThePageBefore() {
        var page = ListTagsForStreamResponse.builder().hasMoreTags(false).build();
        var client = new FakeClient(page, page);
        assertEquals(page, stream(client).listTags(null));
        assertEquals(page, stream(client).listTags("k"));
        var request = ListTagsForStreamRequest.builder().streamName("s1").streamARN(ARN);
        assertEquals(List.of(request.build(), request.exclusiveStartTagKey("k").build()), client.requests);
    }

    @Test
    void listConsumers_sendsTheArn_andTheTokenOfThePageBefore() {
        var page = ListStreamConsumersResponse.builder().build();
        var client = new FakeClient(page, page);
        assertEquals(page, stream(client).listConsumers("arn:s1", null));
        assertEquals(page, stream(client).listConsumers("arn:s1", "more"));
        var request = ListStreamConsumersRequest.builder().streamARN("arn:s1");
        assertEquals(List.of(request.build(), request.nextToken("more").build()), client.requests);
    }

    @Test
    void aStreamThatIsNamed_isCalledWithoutAnArn() {
        var client = new FakeClient(page(null, "a"), DescribeStreamSummaryResponse.builder().build(), GetRecordsResponse.builder().build(),
                GetShardIteratorResponse.builder().build(), PutRecordsResponse.builder().build(), PutRecordResponse.builder().build(),
                ListTagsForStreamResponse.builder().hasMoreTags(false).build());
        var stream = KinesisStream.of(client, StreamRef.parse("s1"));
        var entry = new PutEntry("k", null, utf8("d"));
        stream.listShards();
        stream.describe();
        stream.getRecords("i", 1);
        stream.getShardIterator("a", StartingPosition.builder().type("LATEST").build());
        stream.putRecords(List.of(entry));
        stream.putRecord(entry, null);
        stream.listTags(null);
        assertEquals(7, client.requests.size());
        for (var request : client.requests) {
            assertNull(request.getValueForField("StreamARN", String.class).orElse(null), request.toString());
        }
    }

    private static KinesisStream stream(FakeClient client) {
        return KinesisStream.of(client, StreamRef.parse(ARN));
    }

    private static List<String> list(ListShardsResponse... pages) {
        return ids(stream(new FakeClient(pages)).listShards());
    }

    /** Returns why a listing of these pages fails. */
    private static String refusal(Stream<ListShardsResponse> pages) {
        var all = pages.toArray(ListShardsResponse[]::new);
        return assertThrows(Failure.class, () -> list(all)).getMessage();
    }

    private static List<String> ids(Shards shards) {
        return shards.all().stream().map(Shard::shardId).toList();
    }

    private static ListShardsResponse page(String nextToken, String... shardIds) {
        return ListShardsResponse.builder().nextToken(nextToken)
                .shards(Stream.of(shardIds).map(id -> Shard.builder().shardId(id).build()).toList()).build();
    }

    /** Returns the response with a Date header. */
    @SuppressWarnings("unchecked")
    private static <T extends SdkResponse> T dated(T response, String date) {
        return (T) response.toBuilder().sdkHttpResponse(SdkHttpResponse.builder().putHeader("Date", date).build()).build();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
