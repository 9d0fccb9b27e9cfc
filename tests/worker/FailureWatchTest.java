package lib.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import fake.FakeKinesis;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import lib.cli.Failure;
import lib.cli.Log;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

class FailureWatchTest {
    private static final SdkException RESET = SdkClientException.create("Connection reset");

    private final List<String> lines = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private final Log log = new Log();
    private final FakeClock clock = new FakeClock();
    private int probes;
    private boolean answers = true;

    FailureWatchTest() {
        log.to(lines::add);
    }

    @Test
    void spellOfFailures_isALineWhenItBegins_andOneWhenItIsOver() {
        var watch = watch(Duration.ofMinutes(1));
        fail(watch, "GetRecords", RESET);
        clock.advance(Duration.ofSeconds(20));
        fail(watch, "GetRecords", AwsServiceException.builder().statusCode(503).build());
        fail(watch, "ListShards", AwsServiceException.builder().statusCode(503).awsErrorDetails(AwsErrorDetails.builder().build()).build());
        clock.advance(Duration.ofSeconds(11));
        succeed(watch, "GetRecords");
        succeed(watch, "ListShards");
        clock.advance(Duration.ofSeconds(9));
        assertEquals(List.of("Kinesis GetRecords: Connection reset; retrying"), lines);
        clock.advance(Duration.ofSeconds(1)); // without a call
        assertEquals(List.of("Kinesis GetRecords: Connection reset; retrying", "Kinesis: recovered after 31s, failed calls: 3"), lines);

        fail(watch, "ListShards", RESET);
        assertEquals("Kinesis ListShards: Connection reset; retrying", lines.get(2));
        assertEquals(List.of(), failures);
    }

    @Test
    void callsOfManyShards_ofWhichSomeFail_areOneSpell() {
        var watch = watch(Duration.ofMinutes(2));
        for (int call = 0; call < 90_000; call++) { // 300 a second
            if (call % 10 == 0) {
                fail(watch, "GetRecords", RESET);
            } else {
                succeed(watch, "GetRecords");
            }
            if (call % 300 == 0) {
                clock.advance(Duration.ofSeconds(1));
            }
        }
        assertEquals(List.of("Kinesis GetRecords: Connection reset; retrying"), lines);
        clock.advance(Duration.ofSeconds(11));
        assertEquals("Kinesis: recovered after 5m0s, failed calls: 9,000", lines.get(1));
        assertEquals(List.of(), failures);
        assertEquals(0, probes);
        assertEquals(0, clock.tasks.size());
    }

    @Test
    void spell_lastsWhileAnOperationHasOnlyFailed_alsoWhileOthersSucceed() {
        var watch = watch(Duration.ofMinutes(2));
        for (int second = 0; second < 60; second++) {
            if (second % 20 == 0) { // each call hangs
                fail(watch, "GetRecords", RESET);
            }
            succeed(watch, "ListShards");
            clock.advance(Duration.ofSeconds(1));
        }
        assertEquals(1, lines.size());
        clock.advance(Duration.ofSeconds(10)); // by now the library would have retried it
        assertEquals("Kinesis: recovered after 40s, failed calls: 3", lines.get(1));
    }

    @Test
    void verbose_showsEachFailure() {
        new CommandLine(CommandSpec.create().addMixin("log", CommandSpec.forAnnotatedObject(log))).parseArgs("-v");
        var watch = watch(Duration.ofMinutes(1));
        fail(watch, "GetRecords", RESET);
        fail(watch, "ListShards", RESET);
        assertEquals(List.of("Kinesis GetRecords: Connection reset; retrying", "Kinesis ListShards: Connection reset; retrying"), lines);
    }

    @Test
    void aReaderOfStderrThatStandsStill_holdsUpNoCall() {
        var standsStill = new CountDownLatch(1);
        log.to(line -> {
            try {
                standsStill.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        try {
            assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
                var watch = watch(Duration.ofMinutes(1), FailureSpell.lines());
                for (int spell = 0; spell < 2_000; spell++) {
                    fail(watch, "GetRecords", RESET);
                    succeed(watch, "GetRecords");
                    clock.advance(Duration.ofSeconds(11));
                }
                fail(watch, "GetRecords", FakeKinesis.refusal("AccessDeniedException"));
            });
            assertEquals(List.of("Kinesis GetRecords: no (AccessDeniedException)"), failures);
        } finally {
            standsStill.countDown();
        }
    }

    @Test
    void whatTheLibraryCountsOn_isNoFailure() {
        var watch = watch(Duration.ZERO);
        for (var code : List.of("ConditionalCheckFailedException", "ExpiredIteratorException", "ResourceInUseException",
                "ResourceNotFoundException", "ProvisionedThroughputExceededException", "LimitExceededException")) {
            fail(watch, "Any", FakeKinesis.refusal(code));
        }
        fail(watch, "GetRecords", FakeKinesis.refusal("InvalidArgumentException"));
        fail(watch, "GetRecords", AbortedException.create("by the library"));
        fail(watch, "GetRecords", new CancellationException());
        assertEquals(List.of(), lines);
        assertEquals(List.of(), failures);
    }

    @Test
    void whatDoesNotPass_endsTheWorker() {
        var watch = watch(Duration.ofMinutes(1));
        fail(watch, "GetRecords", FakeKinesis.refusal("AccessDeniedException"));
        fail(watch, "GetShardIterator", FakeKinesis.refusal("InvalidArgumentException"));
        assertEquals(List.of("Kinesis GetRecords: no (AccessDeniedException)", "Kinesis GetShardIterator: no (InvalidArgumentException)"),
                failures);
    }

    @Test
    void anOperationThatOnlyFails_endsTheWorker_alsoWhileOthersSucceed() {
        var watch = watch(Duration.ofMinutes(2));
        for (int second = 0; second <= 120; second++) {
            assertEquals(List.of(), failures);
            fail(watch, "GetRecords", RESET);
            succeed(watch, "ListShards");
            clock.advance(Duration.ofSeconds(1));
        }
        fail(watch, "GetRecords", RESET);
        assertEquals(List.of("Kinesis GetRecords: Connection reset (gave up after 120 s and 121 tries)"), failures);
    }

    @Test
    void anOperationThatIsThrottled_isAnswered() {
        var watch = watch(Duration.ofMinutes(2));
        for (int second = 0; second < 600; second++) {
            fail(watch, "GetRecords", second % 60 == 0 ? FakeKinesis.refusal("ProvisionedThroughputExceededException") : RESET);
            clock.advance(Duration.ofSeconds(1));
        }
        assertEquals(List.of(), failures);
    }

    @Test
    void failuresOfAnOperation_thatIsRarelyCalled_areCountedApart() {
        var watch = watch(Duration.ofSeconds(30));
        for (int n = 0; n < 10; n++) {
            fail(watch, "ListShards", RESET);
            succeed(watch, "GetRecords");
            clock.advance(Duration.ofSeconds(120));
        }
        assertEquals(List.of(), failures);
    }

    @Test
    void aServiceThatDoesNotAnswer_endsTheWorker_alsoWhenTheLibraryDoesNotRetry() {
        answers = false;
        var watch = watch(Duration.ofMinutes(2));
        fail(watch, "GetRecords", RESET);
        clock.advance(Duration.ofSeconds(119));
        assertEquals(List.of(), failures);
        clock.advance(Duration.ofSeconds(1));
        assertEquals(List.of("no answer"), failures);
    }

    @Test
    void aServiceThatAnswersTheProbe_hasRecovered_whenTheLibraryDoesNotRetry() {
        fail(watch(Duration.ofMinutes(2)), "GetRecords", RESET);
        clock.advance(Duration.ofMinutes(10));
        assertEquals(List.of("Kinesis GetRecords: Connection reset; retrying", "Kinesis: recovered after 2m0s, failed calls: 1"), lines);
        assertEquals(List.of(), failures);
        assertEquals(1, probes);
    }

    @Test
    void aServiceThatAnswers_isNotProbed() {
        var watch = watch(Duration.ofMinutes(2));
        fail(watch, "ListShards", RESET); // and is not retried
        fail(watch, "GetRecords", RESET);
        fail(watch, "GetRecords", FakeKinesis.refusal("ProvisionedThroughputExceededException")); // an answer
        clock.advance(Duration.ofMinutes(10));
        assertEquals(0, probes);
    }

    @Test
    void aSubscription_isASuccess_asSoonAsItBegins() {
        var watch = watch(Duration.ofMinutes(1));
        fail(watch, "SubscribeToShard", RESET);
        clock.advance(Duration.ofSeconds(5));
        watch.afterTransmission(new Answered(), attributes("SubscribeToShard"));
        clock.advance(Duration.ofSeconds(10));
        assertEquals(List.of("Kinesis SubscribeToShard: Connection reset; retrying", "Kinesis: recovered after 5s, failed calls: 1"),
                lines);
    }

    @Test
    void aTableThatIsGone_endsTheWorker() {
        var noTable = AwsErrorDetails.builder().errorCode("ResourceNotFoundException").errorMessage("no table").build();
        fail(watch(Duration.ofMinutes(1)), "UpdateItem", DynamoDbException.builder().statusCode(400).awsErrorDetails(noTable).build());
        assertEquals("Kinesis UpdateItem: no table (ResourceNotFoundException)", String.join("", failures));
    }

    private FailureWatch watch(Duration longest) {
        return watch(longest, Runnable::run);
    }

    private FailureWatch watch(Duration longest, Executor writer) {
        return new FailureWatch("Kinesis", longest, log, failure -> failures.add(failure.getMessage()), () -> {
            probes++;
            if (!answers) {
                throw new Failure("no answer");
            }
        }, writer, clock);
    }

    private static void succeed(FailureWatch watch, String operation) {
        watch.afterExecution(null, attributes(operation));
    }

    private static void fail(FailureWatch watch, String operation, Throwable error) {
        watch.onExecutionFailure(new Failed(error), attributes(operation));
    }

    private static ExecutionAttributes attributes(String operation) {
        return new ExecutionAttributes().putAttribute(SdkExecutionAttribute.OPERATION_NAME, operation);
    }

    /** Stands still unless it is advanced, and then runs each task at its time. */
    private static final class FakeClock implements FailureWatch.Clock {
        private final PriorityQueue<Task> tasks = new PriorityQueue<>(Comparator.comparingLong(Task::nanos));
        private long nanos;

        private record Task(long nanos, Runnable run) {}

        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public void after(Duration delay, Runnable task) {
            tasks.add(new Task(nanos + delay.toNanos(), task));
        }

        void advance(Duration time) {
            var end = nanos + time.toNanos();
            while (!tasks.isEmpty() && tasks.peek().nanos() <= end) {
                nanos = tasks.peek().nanos();
                tasks.remove().run().run();
            }
            nanos = end;
        }
    }

    private record Failed(Throwable exception) implements Context.FailedExecution {
        @Override
        public SdkRequest request() {
            return null;
        }

        @Override
        public Optional<SdkHttpRequest> httpRequest() {
            return Optional.empty();
        }

        @Override
        public Optional<SdkHttpResponse> httpResponse() {
            return Optional.empty();
        }

        @Override
        public Optional<SdkResponse> response() {
            return Optional.empty();
        }
    }

    private record Answered() implements Context.AfterTransmission {
        @Override
        public SdkHttpResponse httpResponse() {
            return SdkHttpResponse.builder().statusCode(200).build();
        }

        @Override
        public Optional<Publisher<ByteBuffer>> responsePublisher() {
            return Optional.empty();
        }

        @Override
        public Optional<InputStream> responseBody() {
            return Optional.empty();
        }

        @Override
        public SdkHttpRequest httpRequest() {
            return null;
        }

        @Override
        public Optional<RequestBody> requestBody() {
            return Optional.empty();
        }

        @Override
        public Optional<AsyncRequestBody> asyncRequestBody() {
            return Optional.empty();
        }

        @Override
        public SdkRequest request() {
            return null;
        }
    }
}
