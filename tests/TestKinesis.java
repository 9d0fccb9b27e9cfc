import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import lib.Aws;
import lib.LocalKinesis;
import lib.LocalKinesis.NewStream;
import lib.Log;
import lib.ShardReader;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** The Kinesis that the tests share: started by the first that asks, ended with the run. A stream for each test. */
final class TestKinesis {
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
        var stream = new NewStream("stream-" + STREAMS.incrementAndGet(), shards);
        KINESIS.create(List.of(stream));
        return stream.name();
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
            return LocalKinesis.start(0, new Log());
        } catch (Exception e) {
            throw new IllegalStateException("no Kinesis for the tests: " + e.getMessage(), e);
        }
    }
}
