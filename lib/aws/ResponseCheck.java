package lib.aws;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import lib.cli.Failure;
import lib.kinesis.HashKeys;
import lib.kinesis.Shards;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryResponse;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorResponse;
import software.amazon.awssdk.services.kinesis.model.HashKeyRange;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.ListStreamConsumersResponse;
import software.amazon.awssdk.services.kinesis.model.ListStreamsResponse;
import software.amazon.awssdk.services.kinesis.model.ListTagsForStreamResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;

/**
 * Refuses responses of Kinesis that lack a field which the scripts read, or have an impossible value in it, before other code sees them.
 * Engines leave out other fields.
 */
final class ResponseCheck implements ExecutionInterceptor {
    private static final Pattern HASH_KEY = Pattern.compile("\\d{1,39}"); // a bound for BigInteger; the range is checked below
    private static final Pattern NAME = Pattern.compile("(?s).{1,128}"); // of a stream, consumer or tag
    private static final Pattern TEXT = Pattern.compile("(?s).+");
    private static final Instant LAST_TIME = Instant.parse("9999-12-31T23:59:59.999Z");
    private static final int MAX_RECORD_KIB = 1 << 20; // a hundred times as large as any
    private static final int QUOTED = 40;

    /** Sets a negative MillisBehindLatest to 0: an engine can compute it of times that are not in order. */
    @Override
    public SdkResponse modifyResponse(Context.ModifyResponse context, ExecutionAttributes attributes) {
        var response = context.response();
        return response instanceof GetRecordsResponse reply && reply.millisBehindLatest() != null && reply.millisBehindLatest() < 0
                ? reply.toBuilder().millisBehindLatest(0L).build() : response;
    }

    @Override
    public void afterUnmarshalling(Context.AfterUnmarshalling context, ExecutionAttributes attributes) {
        new Check(attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME)).check(context.response());
    }

    /** @param action of the API that was called */
    private record Check(String action) {
        void check(SdkResponse response) {
            if (response instanceof GetRecordsResponse reply) {
                records(reply);
            } else if (response instanceof PutRecordsResponse reply) {
                results(reply);
            } else if (response instanceof PutRecordResponse reply) {
                shardId("ShardId", reply.shardId());
                number("SequenceNumber", reply.sequenceNumber());
            } else if (response instanceof GetShardIteratorResponse reply) {
                text("ShardIterator", reply.shardIterator(), TEXT);
            } else if (response instanceof ListShardsResponse reply) {
                shards(reply);
            } else if (response instanceof DescribeStreamSummaryResponse reply) {
                summary(present("StreamDescriptionSummary", reply.streamDescriptionSummary()));
            } else if (response instanceof ListStreamsResponse reply) {
                required("StreamNames", reply.hasStreamNames(), reply.streamNames()).forEach(name -> text("StreamName", name, NAME));
                present("HasMoreStreams", reply.hasMoreStreams());
            } else if (response instanceof ListTagsForStreamResponse reply) {
                required("Tags", reply.hasTags(), reply.tags()).forEach(tag -> text("Key", tag.key(), NAME));
                present("HasMoreTags", reply.hasMoreTags());
            } else if (response instanceof ListStreamConsumersResponse reply) {
                consumers(reply);
            }
        }

        private void records(GetRecordsResponse reply) {
            for (var record : required("Records", reply.hasRecords(), reply.records())) {
                number("SequenceNumber", record.sequenceNumber());
                present("Data", record.data());
                if (record.approximateArrivalTimestamp() != null) {
                    time("ApproximateArrivalTimestamp", record.approximateArrivalTimestamp());
                }
            }
            if (reply.nextShardIterator() != null) {
                text("NextShardIterator", reply.nextShardIterator(), TEXT);
            }
            if (present("MillisBehindLatest", reply.millisBehindLatest()) > LAST_TIME.toEpochMilli()) {
                throw wrong("MillisBehindLatest", reply.millisBehindLatest());
            }
            for (var child : each("ChildShards", reply.childShards())) {
                shardId("ShardId", child.shardId());
                required("ParentShards", !child.parentShards().isEmpty(), child.parentShards())
                        .forEach(parent -> shardId("ParentShard", parent));
                range(child.hashKeyRange());
            }
        }

        private void results(PutRecordsResponse reply) {
            var failed = 0;
            for (var result : required("Records", reply.hasRecords(), reply.records())) {
                if (result.errorCode() != null) {
                    failed++;
                } else {
                    shardId("ShardId", result.shardId());
                    number("SequenceNumber", result.sequenceNumber());
                }
            }
            if (reply.failedRecordCount() != null && reply.failedRecordCount() > failed) { // which records, it does not tell
                throw wrong("FailedRecordCount", reply.failedRecordCount());
            }
        }

        private void shards(ListShardsResponse reply) {
            for (var shard : required("Shards", reply.hasShards(), reply.shards())) {
                shardId("ShardId", shard.shardId());
                Shards.parents(shard).forEach(parent -> shardId("ParentShardId", parent));
                range(shard.hashKeyRange());
                var numbers = present("SequenceNumberRange", shard.sequenceNumberRange());
                number("StartingSequenceNumber", numbers.startingSequenceNumber());
                if (numbers.endingSequenceNumber() != null) {
                    number("EndingSequenceNumber", numbers.endingSequenceNumber());
                }
            }
        }

        private void range(HashKeyRange range) {
            present("HashKeyRange", range);
            text("StartingHashKey", range.startingHashKey(), HASH_KEY);
            text("EndingHashKey", range.endingHashKey(), HASH_KEY);
            var start = new BigInteger(range.startingHashKey());
            var end = new BigInteger(range.endingHashKey());
            if (start.compareTo(end) > 0 || end.bitLength() > HashKeys.BITS) {
                throw wrong("EndingHashKey", end);
            }
        }

        private void summary(StreamDescriptionSummary summary) {
            text("StreamName", summary.streamName(), NAME);
            text("StreamARN", summary.streamARN(), TEXT);
            text("StreamStatus", summary.streamStatusAsString(), TEXT);
            if (present("RetentionPeriodHours", summary.retentionPeriodHours()) < 1) {
                throw wrong("RetentionPeriodHours", summary.retentionPeriodHours());
            }
            time("StreamCreationTimestamp", summary.streamCreationTimestamp());
            var recordKib = summary.maxRecordSizeInKiB();
            if (recordKib != null && (recordKib < 1 || recordKib > MAX_RECORD_KIB)) {
                throw wrong("MaxRecordSizeInKiB", recordKib);
            }
        }

        private void consumers(ListStreamConsumersResponse reply) {
            for (var consumer : each("Consumers", reply.consumers())) {
                text("ConsumerName", consumer.consumerName(), NAME);
                text("ConsumerARN", consumer.consumerARN(), TEXT);
                text("ConsumerStatus", consumer.consumerStatusAsString(), TEXT);
                time("ConsumerCreationTimestamp", consumer.consumerCreationTimestamp());
            }
        }

        private <T> T present(String field, T value) {
            if (value == null) {
                throw Failure.nonsense(action + " has no " + field);
            }
            return value;
        }

        /** @param isPresent whether the response has the list: the SDK returns an empty list for a missing one */
        private <T> List<T> required(String field, boolean isPresent, List<T> values) {
            return each(field, present(field, isPresent ? values : null));
        }

        private <T> List<T> each(String field, List<T> values) {
            values.forEach(value -> present("value in " + field, value));
            return values;
        }

        private void text(String field, String value, Pattern pattern) {
            if (!pattern.matcher(present(field, value)).matches()) {
                throw wrong(field, value);
            }
        }

        private void shardId(String field, String value) {
            if (!Shards.isShardId(present(field, value))) {
                throw wrong(field, value);
            }
        }

        private void number(String field, String value) {
            if (!Shards.isSequenceNumber(present(field, value))) {
                throw wrong(field, value);
            }
        }

        private void time(String field, Instant value) {
            if (present(field, value).isBefore(Instant.EPOCH) || value.isAfter(LAST_TIME)) {
                throw wrong(field, value);
            }
        }

        private Failure wrong(String field, Object value) {
            var text = value.toString();
            var quoted = text.length() <= QUOTED ? text : text.substring(0, QUOTED) + "…";
            return Failure.nonsense(action + " has the " + field + " '" + quoted + "'");
        }
    }
}
