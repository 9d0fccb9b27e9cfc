import java.math.BigInteger;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import lib.Aws;
import lib.Failure;
import lib.LocalKinesis;
import lib.LocalKinesis.NewStream;
import lib.Log;
import lib.ShardReader;
import lib.Shards;
import lib.StreamRef;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** The Kinesis that the tests share: started by the first that asks, ended with the run. A stream for each test. */
final class TestKinesis {
    private static volatile boolean ending;
    private static final LocalKinesis KINESIS = start();
    private static final KinesisClient CLIENT = Aws.local(KINESIS.endpoint()).kinesis();
    private static final AtomicInteger STREAMS = new AtomicInteger();

    private TestKinesis() {}

    static URI endpoint() {
        return KINESIS.endpoint();
    }

    static KinesisClient client() {
        return CLIENT;
    }

    /** The name of a new stream. */
    static String stream(int shards) throws InterruptedException {
        return stream("stream-" + STREAMS.incrementAndGet(), shards);
    }

    static String stream(String name, int shards) throws InterruptedException {
        KINESIS.create(List.of(new NewStream(name, shards)));
        return name;
    }

    /** Deletes the stream and makes another of its name. */
    static void recreate(String stream) throws InterruptedException {
        CLIENT.deleteStream(request -> request.streamName(stream));
        while (exists(stream)) {
            Thread.sleep(20);
        }
        stream(stream, 1);
    }

    private static boolean exists(String stream) {
        try {
            CLIENT.describeStreamSummary(request -> request.streamName(stream));
            return true;
        } catch (ResourceNotFoundException e) {
            return false;
        }
    }

    /** Puts records of these data, in this order, with one partition key. */
    static void put(String stream, String... data) {
        for (var one : data) {
            CLIENT.putRecord(request -> request.streamName(stream).partitionKey("key").data(SdkBytes.fromUtf8String(one)));
        }
    }

    /** Splits the shard at the middle of its hash keys, and returns when the stream is active again. */
    static void split(String stream, String shardId) throws InterruptedException {
        var range = shards(stream).stream().filter(shard -> shard.shardId().equals(shardId)).findFirst().orElseThrow().hashKeyRange();
        var middle = new BigInteger(range.startingHashKey()).add(new BigInteger(range.endingHashKey())).shiftRight(1);
        CLIENT.splitShard(request -> request.streamName(stream).shardToSplit(shardId).newStartingHashKey(middle.toString()));
        awaitActive(stream);
    }

    static void merge(String stream, String shardId, String adjacent) throws InterruptedException {
        CLIENT.mergeShards(request -> request.streamName(stream).shardToMerge(shardId).adjacentShardToMerge(adjacent));
        awaitActive(stream);
    }

    static List<Shard> shards(String stream) {
        return Shards.list(CLIENT, StreamRef.parse(stream)).all();
    }

    static void awaitActive(String stream) throws InterruptedException {
        while (CLIENT.describeStreamSummary(request -> request.streamName(stream)).streamDescriptionSummary().streamStatus()
                != StreamStatus.ACTIVE) {
            Thread.sleep(20);
        }
    }

    /** All records of the shard, up to its tip. */
    static List<Record> records(String stream, String shardId) throws InterruptedException {
        var records = new ArrayList<Record>();
        var iterator = CLIENT.getShardIterator(request -> request.streamName(stream).shardId(shardId)
                .shardIteratorType(ShardIteratorType.TRIM_HORIZON)).shardIterator();
        while (true) {
            var current = iterator;
            var reply = CLIENT.getRecords(request -> request.shardIterator(current));
            records.addAll(reply.records());
            if (reply.millisBehindLatest() == 0) {
                return records;
            }
            iterator = reply.nextShardIterator();
            Thread.sleep(ShardReader.MIN_POLL_INTERVAL.toMillis());
        }
    }

    private static LocalKinesis start() {
        try {
            var kinesis = LocalKinesis.start(0, false, new Log());
            Runtime.getRuntime().addShutdownHook(new Thread(() -> ending = true));
            kinesis.end().thenAccept(TestKinesis::report);
            return kinesis;
        } catch (Exception e) {
            throw new IllegalStateException("no Kinesis for the tests: " + e.getMessage(), e);
        }
    }

    /** It should not end before the tests do: if it does, all that comes fails, and this line says why. */
    private static void report(Failure end) {
        if (!ending) {
            System.err.println(Instant.now() + " " + end.getMessage());
        }
    }
}
