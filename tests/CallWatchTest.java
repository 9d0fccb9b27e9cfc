package lib;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

class CallWatchTest {
    private final List<String> lines = new ArrayList<>();
    private final BlockingQueue<String> failures = new LinkedBlockingQueue<>();
    private final Semaphore probed = new Semaphore(0);
    private final Log log = new Log();
    private volatile boolean answers = true;

    CallWatchTest() {
        log.to(lines::add);
    }

    @Test
    void whatMayPass_isALineWhenItBegins_andOneWhenItIsOver() {
        var watch = watch(Duration.ofMinutes(1));
        fail(watch, "GetRecords", SdkClientException.create("Connection reset"));
        fail(watch, "GetRecords", AwsServiceException.builder().statusCode(503).build());
        fail(watch, "GetRecords", AwsServiceException.builder().statusCode(503).awsErrorDetails(AwsErrorDetails.builder().build()).build());
        watch.afterExecution(null, attributes("ListShards"));
        watch.afterExecution(null, attributes("GetRecords"));
        watch.afterExecution(null, attributes("GetRecords"));
        assertEquals(List.of("Kinesis GetRecords: Connection reset; trying again", "Kinesis GetRecords: goes on, after 3 failed tries"), lines);
        assertEquals(List.of(), List.copyOf(failures));
    }

    @Test
    void whatTheLibraryCountsOn_isNoFailure() {
        var watch = watch(Duration.ZERO);
        for (var code : List.of("ConditionalCheckFailedException", "ExpiredIteratorException", "ResourceInUseException", "ResourceNotFoundException",
                "ProvisionedThroughputExceededException", "LimitExceededException")) {
            fail(watch, "Any", FakeKinesis.refusal(code));
        }
        fail(watch, "GetRecords", FakeKinesis.refusal("InvalidArgumentException"));
        fail(watch, "GetRecords", AbortedException.create("by the library"));
        fail(watch, "GetRecords", new CancellationException());
        assertEquals(List.of(), lines);
        assertEquals(List.of(), List.copyOf(failures));
    }

    @Test
    void whatDoesNotPass_endsTheWorker() {
        var watch = watch(Duration.ofMinutes(1));
        fail(watch, "GetRecords", FakeKinesis.refusal("AccessDeniedException"));
        fail(watch, "GetShardIterator", FakeKinesis.refusal("InvalidArgumentException"));
        assertEquals(List.of("Kinesis GetRecords: no (AccessDeniedException)", "Kinesis GetShardIterator: no (InvalidArgumentException)"), List.copyOf(failures));
    }

    @Test
    void whatFailsForTooLong_endsTheWorker() {
        var watch = watch(Duration.ZERO);
        fail(watch, "GetRecords", SdkClientException.create("Connection reset"));
        fail(watch, "GetRecords", SdkClientException.create("Connection reset"));
        assertEquals("Kinesis GetRecords: Connection reset (for 0 s, after 1 tries)", failures.poll());
    }

    @Test
    void whatIsNotAskedForAgain_isFoundOut_whenTheServiceDoesNotAnswer() throws Exception {
        answers = false;
        fail(watch(Duration.ofMillis(100)), "GetRecords", SdkClientException.create("Connection reset"));
        assertEquals("no answer", failures.poll(10, TimeUnit.SECONDS));
    }

    @Test
    void whatIsNotAskedForAgain_endsNothing_whenTheServiceAnswers() throws Exception {
        var watch = watch(Duration.ofMillis(100));
        fail(watch, "GetRecords", SdkClientException.create("Connection reset"));
        assertTrue(probed.tryAcquire(10, TimeUnit.SECONDS));
        assertEquals(List.of(), List.copyOf(failures));

        watch = watch(Duration.ofSeconds(2)); // by then the answer has come
        fail(watch, "GetRecords", SdkClientException.create("Connection reset"));
        watch.onExecutionFailure(new Failed(FakeKinesis.refusal("ProvisionedThroughputExceededException")), attributes("GetRecords")); // an answer
        answers = false;
        assertFalse(probed.tryAcquire(3, TimeUnit.SECONDS));
    }

    @Test
    void aSubscription_isASuccess_asSoonAsItBegins() {
        var watch = watch(Duration.ofMinutes(1));
        fail(watch, "SubscribeToShard", SdkClientException.create("Connection reset"));
        watch.afterTransmission(new Answered(), attributes("SubscribeToShard"));
        assertEquals(List.of("Kinesis SubscribeToShard: Connection reset; trying again", "Kinesis SubscribeToShard: goes on, after 1 failed tries"), lines);
    }

    @Test
    void aTableThatIsGone_endsTheWorker() {
        fail(watch(Duration.ofMinutes(1)), "UpdateItem", DynamoDbException.builder().statusCode(400)
                .awsErrorDetails(AwsErrorDetails.builder().errorCode("ResourceNotFoundException").errorMessage("no table").build()).build());
        assertEquals("Kinesis UpdateItem: no table (ResourceNotFoundException)", failures.poll());
    }

    private CallWatch watch(Duration longest) {
        return new CallWatch("Kinesis", longest, log, failure -> failures.add(failure.getMessage()), () -> {
            probed.release();
            if (!answers) {
                throw new Failure("no answer");
            }
        });
    }

    private static void fail(CallWatch watch, String operation, Throwable error) {
        watch.onExecutionFailure(new Failed(error), attributes(operation));
    }

    private static ExecutionAttributes attributes(String operation) {
        return new ExecutionAttributes().putAttribute(SdkExecutionAttribute.OPERATION_NAME, operation);
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
