package fake;

import java.math.BigInteger;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import lib.aws.Aws;
import lib.kinesis.KinesisStream;
import lib.kinesis.Quotas;
import lib.kinesis.StreamRef;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** The Kinesis that the tests share: as an extension, started for the first test on one. A stream for each test. */
public final class TestKinesis implements BeforeAllCallback, BeforeEachCallback {
    /** The configuration parameter that names the {@link Backend}. */
    public static final String BACKEND = "kinesis.backend";

    /** So that two runs on one Kinesis do not meet. */
    private static final String RUN = Long.toString(System.currentTimeMillis(), 36);

    private static final AtomicInteger STREAMS = new AtomicInteger();
    private static final Set<String> CREATED = ConcurrentHashMap.newKeySet();

    private static volatile Backend backend;
    private static volatile KinesisClient client;
    private static Unavailable unavailable;

    /** There is no Kinesis for the tests. */
    public static final class Unavailable extends RuntimeException {
        Unavailable(Exception cause) {
            super("no Kinesis for the tests: " + cause.getMessage(), cause);
        }
    }

    /** For a class that is annotated, whose fields may want it. */
    @Override
    public void beforeAll(ExtensionContext test) {
        start(test.getConfigurationParameter(BACKEND).orElse(Backend.LOCAL));
    }

    /** For a method that is. */
    @Override
    public void beforeEach(ExtensionContext test) {
        beforeAll(test);
    }

    private static synchronized void start(String name) {
        if (unavailable != null) {
            throw unavailable;
        }
        if (backend != null) {
            return;
        }
        try {
            var started = Backend.start(name);
            Runtime.getRuntime().addShutdownHook(new Thread(started.end()));
            client = Aws.local(started.endpoint()).kinesis();
            backend = started;
        } catch (Exception e) {
            unavailable = new Unavailable(e);
            throw unavailable;
        }
    }

    /** What the tests ran on; null when none needed a Kinesis. */
    public static String engine() {
        return backend == null ? null : backend.engine();
    }

    public static URI endpoint() {
        needsAnnotation();
        return backend.endpoint();
    }

    /** The environment variables that scripts need to speak to the tests' Kinesis. */
    static Map<String, String> environment() {
        return backend == null ? Map.of() : backend.environment();
    }

    public static KinesisClient client() {
        needsAnnotation();
        return client;
    }

    private static void needsAnnotation() {
        if (backend == null) {
            throw new IllegalStateException("a test on a Kinesis wants @" + OnKinesis.class.getSimpleName());
        }
    }

    /** The name of a new stream. */
    public static String stream(int shards) throws Exception {
        return stream(unusedName(), shards);
    }

    /** A name that no stream has; a stream of it is deleted after the run. */
    public static String unusedName() {
        var name = "stream-" + RUN + "-" + STREAMS.incrementAndGet();
        CREATED.add(name);
        return name;
    }

    /** Has streams of these names deleted after the run. */
    public static void deleteAfterwards(Set<String> names) {
        CREATED.addAll(names);
    }

    public static String stream(String name, int shards) throws Exception {
        client().createStream(request -> request.streamName(name).shardCount(shards));
        CREATED.add(name);
        awaitActive(name);
        return name;
    }

    /** Deletes the stream and makes another of its name. */
    public static void recreate(String stream) throws Exception {
        client.deleteStream(request -> request.streamName(stream));
        Script.await(() -> !exists(stream), stream);
        stream(stream, 1);
    }

    /** Those of the run, and what tests have registered with them. */
    static void deleteStreams() {
        CREATED.stream().filter(TestKinesis::exists)
                .forEach(stream -> client.deleteStream(request -> request.streamName(stream).enforceConsumerDeletion(true)));
    }

    public static boolean exists(String stream) {
        try {
            client.describeStreamSummary(request -> request.streamName(stream));
            return true;
        } catch (ResourceNotFoundException e) {
            return false;
        }
    }

    /** Puts records of these data, in this order, with one partition key. */
    public static void put(String stream, String... data) {
        for (var one : data) {
            client.putRecord(request -> request.streamName(stream).partitionKey("key").data(SdkBytes.fromUtf8String(one)));
        }
    }

    /** Splits the shard at the middle of its hash keys, and returns when the stream is active again. */
    public static void split(String stream, String shardId) throws Exception {
        var range = shards(stream).stream().filter(shard -> shard.shardId().equals(shardId)).findFirst().orElseThrow().hashKeyRange();
        var middle = new BigInteger(range.startingHashKey()).add(new BigInteger(range.endingHashKey())).shiftRight(1);
        client.splitShard(request -> request.streamName(stream).shardToSplit(shardId).newStartingHashKey(middle.toString()));
        awaitActive(stream);
    }

    public static void merge(String stream, String shardId, String adjacent) throws Exception {
        client.mergeShards(request -> request.streamName(stream).shardToMerge(shardId).adjacentShardToMerge(adjacent));
        awaitActive(stream);
    }

    public static List<Shard> shards(String stream) {
        return KinesisStream.of(client, StreamRef.parse(stream)).listShards().all();
    }

    public static void awaitActive(String stream) throws Exception {
        Script.await(() -> client.describeStreamSummary(request -> request.streamName(stream)).streamDescriptionSummary().streamStatus()
                == StreamStatus.ACTIVE, stream);
    }

    /** The second that comes, when it has come: what is put before is of another, and some times of the service have no fractions. */
    public static Instant nextSecond() throws Exception {
        var next = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
        Script.await(() -> !Instant.now().isBefore(next), next);
        return next;
    }

    /** All records of the stream. */
    public static List<Record> records(String stream) throws InterruptedException {
        var records = new ArrayList<Record>();
        for (var shard : shards(stream)) {
            records.addAll(records(stream, shard.shardId()));
        }
        return records;
    }

    /** All records of the shard, up to its tip. */
    public static List<Record> records(String stream, String shardId) throws InterruptedException {
        var records = new ArrayList<Record>();
        var iterator = client.getShardIterator(request -> request.streamName(stream).shardId(shardId)
                .shardIteratorType(ShardIteratorType.TRIM_HORIZON)).shardIterator();
        while (true) {
            var current = iterator;
            var reply = client.getRecords(request -> request.shardIterator(current));
            records.addAll(reply.records());
            if (reply.millisBehindLatest() == 0) {
                return records;
            }
            iterator = reply.nextShardIterator();
            Thread.sleep(Quotas.MIN_POLL_INTERVAL.toMillis());
        }
    }
}
