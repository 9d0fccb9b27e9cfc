package lib.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.FakeKinesis;
import fake.FakeStreams;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import lib.aws.Aws;
import lib.cli.Failure;
import lib.cli.Log;
import lib.kinesis.KinesisStream;
import lib.kinesis.StreamRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.CreateStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DeregisterStreamConsumerRequest;

/** Calls that the service refuses again and again, or whose responses are lost, and changes that the service does not show. */
@Timeout(60)
class StepsTest {
    private static final DeregisterStreamConsumerRequest REQUEST = DeregisterStreamConsumerRequest.builder().build();

    private final FakeStreams fake = new FakeStreams();
    private final KinesisClient kinesis = Aws.local(URI.create(fake.url())).kinesis(1);
    private final KinesisStream stream = KinesisStream.of(kinesis, StreamRef.parse("s"));
    private final List<String> lines = new ArrayList<>();
    private final Log log = new Log();

    StepsTest() throws IOException {
        log.to(lines::add);
        fake.create("s", 1);
    }

    @AfterEach
    void close() {
        kinesis.close();
        fake.close();
        assertEquals(List.of(), fake.violations);
    }

    @Test
    void aCallThatIsRefusedForALimit_failsAfterAWhile_andNamesTheSteps() throws Exception {
        fake.refuse("UpdateShardCount", "LimitExceededException", 1000);
        var waiting = new Waiting(stream, null, Waiting.LONGEST_UNSEEN, log);
        var steps = new Resharding(waiting.state()).scale(4);
        var failure = assertThrows(Failure.class,
                () -> new Steps(kinesis, stream, waiting, Duration.ofMillis(100), log).make(steps, true));
        assertEquals("stream s: The test refuses UpdateShardCount (LimitExceededException); not done: 2 shards, 4 shards",
                failure.getMessage());
    }

    @Test
    void aCallWhoseResponseIsLost_andWhichAnotherCallFindsDone_isDone() throws Exception {
        var calls = new AtomicInteger();
        make(Step.ofAnyStatus(REQUEST, (client, request) -> {
            throw calls.incrementAndGet() == 1 ? SdkClientException.create("lost") : FakeKinesis.refusal("ResourceNotFoundException");
        }, "consumer app1 deregistered", state -> calls.get() == 2, state -> true)); // the consumer goes just before the second call
        assertEquals(List.of("stream s: lost; retrying", "stream s: consumer app1 deregistered"), lines);
    }

    @Test
    void aStreamThatAnotherUserMakes_isNotTakenForTheNewOne() {
        var request = CreateStreamRequest.builder().streamName("s").shardCount(1).build();
        var create = Step.creating(request, KinesisClient::createStream, "a new stream of 1 shard", state -> state.hasOpenShards(1));
        assertEquals("stream s: Stream s under account 000000000000 already exists. (ResourceInUseException)",
                assertThrows(Failure.class, () -> make(create)).getMessage());
        assertEquals(List.of(), lines);
    }

    @Test
    void aNewStreamWithoutItsSettings_isNotDone() throws Exception {
        var settings = CommandLine.populateCommand(new StreamSettings(), "--distribution", "auto");
        var create = new Creation(StreamRef.parse("s"), null, true, settings).steps().get(0);
        fake.stream("s").mode = "ON_DEMAND";
        assertFalse(create.isDone().holds(state()));
        fake.stream("s").recordDistribution = "AUTO";
        assertTrue(create.isDone().holds(state()));
    }

    @Test
    void aSplitAtAnotherHashKey_isNotDone() throws Exception {
        var split = new Resharding(state()).split("shardId-000000000000", BigInteger.valueOf(5_000));
        kinesis.splitShard(request -> request.streamName("s").shardToSplit("shardId-000000000000").newStartingHashKey("1000"));
        fake.settle();
        assertFalse(split.isDone().holds(state()));
    }

    private StreamState state() throws InterruptedException {
        return new Waiting(stream, null, Waiting.LONGEST_UNSEEN, log).state();
    }

    @Test
    void aCallThatIsRefusedForGood_isMadeOnce() {
        var calls = new AtomicInteger();
        var failure = assertThrows(Failure.class, () -> make(Step.ofAnyStatus(REQUEST, (client, request) -> {
            calls.incrementAndGet();
            throw FakeKinesis.refusal("ResourceNotFoundException");
        }, "done", state -> false, state -> true)));
        assertEquals(1, calls.get());
        assertEquals("stream s: no (ResourceNotFoundException); 'describe' lists the streams of the region, and 'stream create' creates a"
                + " stream",
                failure.getMessage());
    }

    @Test
    void aStreamThatStaysWithoutTheChange_orThatGoes_isNotWaitedForWithoutEnd() {
        fails("stream s is ACTIVE, and does not show the change: done",
                Step.of(REQUEST, (client, request) -> {}, "done", null, state -> false));
        fails("stream s is not there, and does not show the change: a new stream",
                Step.creating(REQUEST, (client, request) -> fake.remove("s"), "a new stream", state -> true));
    }

    private void fails(String message, Step step) {
        var waiting = new Waiting(stream, null, Duration.ofMillis(300), log);
        assertEquals(message, assertThrows(Failure.class, () -> make(waiting, step))
                .getMessage());
    }

    private void make(Step step) throws InterruptedException {
        make(new Waiting(stream, null, Waiting.LONGEST_UNSEEN, log), step);
    }

    private void make(Waiting waiting, Step step) throws InterruptedException {
        new Steps(kinesis, stream, waiting, Steps.LONGEST_REFUSAL, log).make(List.of(step), true);
    }
}
