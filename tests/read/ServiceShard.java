package lib.read;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import lib.cli.Log;
import lib.kinesis.StreamRef;
import lib.positions.ShardPosition;
import lib.positions.Until;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorResponse;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.Record;

/** The open shard "a", which holds its records for a while by a clock of its own, and then goes on with the oldest one without a word. */
final class ServiceShard implements KinesisClient {
    static final Duration RETENTION = Duration.ofHours(24);

    /** The time from which the arrival of a reply's last record is subtracted to get MillisBehindLatest. */
    enum Lag {
        /** The current time, as on AWS (API reference, GetRecords); the lag is 0 when there are no more records. */
        FROM_NOW,

        /** The same, but a reply whose last record is the newest one has a lag, too. */
        AGE,

        /** The arrival of the newest record, as kinesis-mock has it. */
        FROM_NEWEST
    }

    final List<String> iteratorTypes = new ArrayList<>();
    Instant now = Instant.parse("2026-11-24T12:00:00Z");
    Duration retention = RETENTION;
    Runnable beforeGetRecords = () -> {};

    /** Whether it refuses a sequence number that it no longer holds, as some engines do. */
    boolean refusesGone;

    private final List<Record> records = new ArrayList<>();
    private final Lag lag;

    ServiceShard(Lag lag) {
        this.lag = lag;
    }

    /** A reader of the shard "a". */
    static ShardReader reader(KinesisClient kinesis, Polling polling, Until until, ShardPosition position, boolean isResumed) {
        return reader(kinesis, polling, until, position, isResumed, null);
    }

    /** The same, with what it says. */
    static ShardReader reader(KinesisClient kinesis, Polling polling, Until until, ShardPosition position, boolean isResumed,
            Consumer<String> said) {
        var log = new Log();
        log.to(said);
        var settings = new ShardReader.Settings(kinesis, StreamRef.parse("s"), polling, until, Duration.ofSeconds(5), log);
        var retained = new Retention(kinesis, settings.stream(), settings.giveUp(), settings.log()).reader("a", position.start(), isResumed);
        return new ShardReader(settings, "a", position.start(), retained, false, new FetchLimit(1));
    }

    /** Adds a record that has arrived so long ago; the first has the sequence number 1, and so on. */
    void put(Duration ago) {
        records.add(Record.builder().sequenceNumber(String.valueOf(records.size() + 1)).partitionKey("key").data(SdkBytes.fromUtf8String("data"))
                .approximateArrivalTimestamp(now.minus(ago)).build());
    }

    private int oldest() {
        return (int) records.stream().filter(record -> !record.approximateArrivalTimestamp().isAfter(now.minus(retention))).count();
    }

    @Override
    public GetShardIteratorResponse getShardIterator(GetShardIteratorRequest request) {
        iteratorTypes.add(request.shardIteratorTypeAsString());
        var from = switch (request.shardIteratorType()) {
            case TRIM_HORIZON -> 0;
            case AFTER_SEQUENCE_NUMBER -> Integer.parseInt(request.startingSequenceNumber());
            case AT_SEQUENCE_NUMBER -> Integer.parseInt(request.startingSequenceNumber()) - 1;
            case AT_TIMESTAMP -> (int) records.stream().filter(record -> record.approximateArrivalTimestamp().isBefore(request.timestamp())).count();
            default -> throw new IllegalArgumentException(request.toString());
        };
        if (refusesGone && request.startingSequenceNumber() != null && from <= oldest()) {
            throw InvalidArgumentException.builder().statusCode(400)
                    .awsErrorDetails(AwsErrorDetails.builder().errorCode("InvalidArgumentException").errorMessage("too old").build()).build();
        }
        return GetShardIteratorResponse.builder().shardIterator(String.valueOf(from)).build();
    }

    @Override
    public GetRecordsResponse getRecords(GetRecordsRequest request) {
        beforeGetRecords.run();
        var from = Math.max(oldest(), Integer.parseInt(request.shardIterator()));
        var to = Math.min(records.size(), from + request.limit());
        var isTip = to == records.size() && (lag != Lag.AGE || from == to);
        var last = to == 0 ? now : records.get(to - 1).approximateArrivalTimestamp();
        var newest = lag != Lag.FROM_NEWEST ? now : records.isEmpty() ? now : records.get(records.size() - 1).approximateArrivalTimestamp();
        return (GetRecordsResponse) GetRecordsResponse.builder().records(records.subList(from, to)).nextShardIterator(String.valueOf(to))
                .millisBehindLatest(isTip ? 0 : Duration.between(last, newest).toMillis())
                .sdkHttpResponse(SdkHttpResponse.builder().statusCode(200)
                        .putHeader("Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(now.atZone(ZoneOffset.UTC))).build()).build();
    }

    /** The sequence numbers from the first to the last. */
    static List<String> numbers(int first, int last) {
        return IntStream.rangeClosed(first, last).mapToObj(String::valueOf).toList();
    }

    @Override
    public String serviceName() {
        return "fake";
    }

    @Override
    public void close() {}
}
