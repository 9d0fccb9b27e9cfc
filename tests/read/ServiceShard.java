package lib.read;

import fake.StreamStub;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import lib.cli.Log;
import lib.kinesis.GetRecordsResult;
import lib.kinesis.KinesisRecord;
import lib.kinesis.KinesisStream;
import lib.positions.ShardPosition;
import lib.positions.Until;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.StartingPosition;

/** The open shard "a", which holds its records for a while by a clock of its own, and then goes on with the oldest one without a word. */
final class ServiceShard extends StreamStub {
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

    private final List<KinesisRecord> records = new ArrayList<>();
    private final Lag lag;

    ServiceShard(Lag lag) {
        this.lag = lag;
    }

    /** A reader of the shard "a". */
    static ShardReader reader(KinesisStream stream, Polling polling, Until until, ShardPosition position, boolean isResumed) {
        return reader(stream, polling, until, position, isResumed, null);
    }

    /** The same, with what it says. */
    static ShardReader reader(KinesisStream stream, Polling polling, Until until, ShardPosition position, boolean isResumed,
            Consumer<String> said) {
        var log = new Log();
        log.to(said);
        var settings = new ShardReader.Settings(stream, polling, until, Duration.ofSeconds(5), log);
        var retained = new Retention(stream, settings.giveUp(), log).reader("a", position.start(), isResumed);
        return new ShardReader(settings, "a", position.start(), retained, false, new FetchLimit(1));
    }

    /** Adds a record that arrived this long ago. The sequence numbers count from 1. */
    void put(Duration ago) {
        records.add(new KinesisRecord(String.valueOf(records.size() + 1), "key", now.minus(ago), "data".getBytes(StandardCharsets.UTF_8)));
    }

    private int oldest() {
        return (int) records.stream().filter(record -> !record.arrival().isAfter(now.minus(retention))).count();
    }

    @Override
    public String getShardIterator(String shardId, StartingPosition start) {
        iteratorTypes.add(start.typeAsString());
        var from = switch (start.type()) {
            case TRIM_HORIZON -> 0;
            case AFTER_SEQUENCE_NUMBER -> Integer.parseInt(start.sequenceNumber());
            case AT_SEQUENCE_NUMBER -> Integer.parseInt(start.sequenceNumber()) - 1;
            case AT_TIMESTAMP -> (int) records.stream().filter(record -> record.arrival().isBefore(start.timestamp())).count();
            default -> throw new IllegalArgumentException(start.toString());
        };
        if (refusesGone && start.sequenceNumber() != null && from <= oldest()) {
            var details = AwsErrorDetails.builder().errorCode("InvalidArgumentException").errorMessage("too old").build();
            throw InvalidArgumentException.builder().statusCode(400).awsErrorDetails(details).build();
        }
        return String.valueOf(from);
    }

    @Override
    public GetRecordsResult getRecords(String shardIterator, int limit) {
        beforeGetRecords.run();
        var from = Math.max(oldest(), Integer.parseInt(shardIterator));
        var to = Math.min(records.size(), from + limit);
        var isTip = to == records.size() && (lag != Lag.AGE || from == to);
        var last = to == 0 ? now : records.get(to - 1).arrival();
        var newest = lag != Lag.FROM_NEWEST || records.isEmpty() ? now : records.get(records.size() - 1).arrival();
        return new GetRecordsResult(List.copyOf(records.subList(from, to)), String.valueOf(to),
                isTip ? 0 : Duration.between(last, newest).toMillis(), List.of(),
                DateTimeFormatter.RFC_1123_DATE_TIME.format(now.atZone(ZoneOffset.UTC)));
    }

    /** The sequence numbers from the first to the last. */
    static List<String> numbers(int first, int last) {
        return IntStream.rangeClosed(first, last).mapToObj(String::valueOf).toList();
    }
}
