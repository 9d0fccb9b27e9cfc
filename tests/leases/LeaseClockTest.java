package lib.leases;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.AttributeValueUpdate;
import software.amazon.awssdk.services.dynamodb.model.ExpectedAttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/** When a lease is over, by calls as the Kinesis Client Library makes them. */
class LeaseClockTest {
    private long nanos;
    private long millis;
    private final LeaseClock clock = new LeaseClock("me", Duration.ofSeconds(10), () -> new LeaseClock.Moment(nanos, millis));

    @Test
    void aLeaseThatIsNotRenewed_isOver_afterItsDuration() {
        var term = clock.begin("s1", null);
        pass(9_999);
        assertFalse(term.isOver());
        pass(1);
        assertTrue(term.isOver());
    }

    @Test
    void aRenewal_counts_fromItsBeginning() {
        var term = clock.begin("s1", null);
        pass(5_000);
        var call = call();
        pass(4_000);
        answer(call, renewal("s1"));
        pass(5_999);
        assertFalse(term.isOver());
        pass(1);
        assertTrue(term.isOver());
    }

    @Test
    void aRenewalThatComesTooLate_bringsNoLeaseBack_andANewTermIsAnother() {
        var term = clock.begin("s1", null);
        pass(9_000);
        var call = call();
        pass(1_000);
        answer(call, renewal("s1"));
        assertTrue(term.isOver());

        var next = clock.begin("s1", null);
        assertFalse(next.isOver());
        assertFalse(term.end()); // so that nobody drops the new lease
        assertTrue(next.end());
    }

    @Test
    void updatesThatDoNotCountOn_andThoseOfOtherLeases_renewNothing() {
        var term = clock.begin("s1", null);
        pass(9_000);
        answer(call(), renewal("s2"));
        answer(call(), update("s1", Map.of("leaseOwner", "other"), "leaseOwner")); // a hand-over begins
        answer(call(), update("s1", Map.of("leaseOwner", "other", "leaseCounter", "8"), "leaseCounter")); // somebody takes it
        answer(call(), update("s1", Map.of("childShardIds", "s3"), "leaseKey"));
        pass(1_000);
        assertTrue(term.isOver());
    }

    @Test
    void aSuspendedMachine_andAClockThatIsPutBack_prolongNothing() {
        var suspended = clock.begin("s1", null);
        millis += 10_000; // while the monotonic clock stands still
        assertTrue(suspended.isOver());

        var term = clock.begin("s1", null);
        nanos += 10_000_000_000L;
        millis -= 3_600_000;
        assertTrue(term.isOver());
    }

    @Test
    void aLeaseThatAnotherWorkerIsSeenToHave_isOver_unlessItIsHandedOver() {
        var term = clock.begin("s1", null);
        seen("s1", "me", null);
        seen("s1", "other", "me");
        seen("s2", "other", null);
        assertFalse(term.isOver());
        seen("s1", "other", null);
        assertTrue(term.isOver());
        assertTrue(term.end());
    }

    private void pass(long time) {
        nanos += Duration.ofMillis(time).toNanos();
        millis += time;
    }

    private ExecutionAttributes call() {
        var attributes = new ExecutionAttributes();
        clock.beforeExecution(null, attributes);
        return attributes;
    }

    private void answer(ExecutionAttributes call, UpdateItemRequest update) {
        clock.afterExecution(new Answer(update, UpdateItemResponse.builder().build()), call);
    }

    private void seen(String shardId, String owner, String checkpointOwner) {
        var item = new HashMap<>(Map.of("leaseKey", AttributeValue.fromS(shardId), "leaseCounter", AttributeValue.fromN("7"),
                "leaseOwner", AttributeValue.fromS(owner)));
        if (checkpointOwner != null) {
            item.put("checkpointOwner", AttributeValue.fromS(checkpointOwner));
        }
        clock.afterExecution(new Answer(null, GetItemResponse.builder().item(item).build()), call());
    }

    private static UpdateItemRequest renewal(String shardId) {
        return update(shardId, Map.of("leaseCounter", "8"), "leaseCounter");
    }

    private static UpdateItemRequest update(String shardId, Map<String, String> values, String expected) {
        var updates = new HashMap<String, AttributeValueUpdate>();
        values.forEach((name, value) -> updates.put(name, AttributeValueUpdate.builder().value(AttributeValue.fromS(value)).build()));
        return UpdateItemRequest.builder().key(Map.of("leaseKey", AttributeValue.fromS(shardId))).attributeUpdates(updates)
                .expected(Map.of(expected, ExpectedAttributeValue.builder().exists(true).build())).build();
    }

    private record Answer(SdkRequest request, SdkResponse response) implements Context.AfterExecution {
        @Override
        public SdkHttpRequest httpRequest() {
            return null;
        }

        @Override
        public SdkHttpResponse httpResponse() {
            return null;
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
        public Optional<RequestBody> requestBody() {
            return Optional.empty();
        }

        @Override
        public Optional<AsyncRequestBody> asyncRequestBody() {
            return Optional.empty();
        }
    }

    @Test
    void aWorkerThatHasAsManyShardsAsItMay_takesNoMore_untilOneEnds() {
        var term = clock.begin("s1", 1);
        assertNull(clock.begin("s2", 1));
        assertTrue(term.end());
        assertNotNull(clock.begin("s2", 1));
    }
}
