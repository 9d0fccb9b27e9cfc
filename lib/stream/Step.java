package lib.stream;

import java.util.function.BiConsumer;
import java.util.function.Consumer;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.KinesisRequest;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/**
 * A call that changes a stream.
 *
 * @param request    null for a step that only waits
 * @param result     what is so afterwards, for the user, such as {@code retention 168h}
 * @param before     what was so before, null when there was nothing of the kind
 * @param isDone     whether the service shows the change as done
 * @param isUnderWay whether the service shows the change as begun
 */
public record Step(KinesisRequest request, Consumer<KinesisClient> call, String result, String before, Condition isDone,
        Condition isUnderWay) {
    /** Tests what the service shows of a stream. */
    interface Condition {
        boolean holds(StreamState state) throws InterruptedException;
    }

    /** Returns a step of a stream that exists, after which it is active, and the condition holds. */
    static <R extends KinesisRequest> Step of(R request, BiConsumer<KinesisClient, R> call, String result, String before,
            Condition isDone) {
        return new Step(request, kinesis -> call.accept(kinesis, request), result, before,
                state -> state.checkActive() && isDone.holds(state), state -> !state.is(StreamStatus.ACTIVE));
    }

    /** Returns a step that makes a stream, after which it is active, and the condition holds. */
    static <R extends KinesisRequest> Step creating(R request, BiConsumer<KinesisClient, R> call, String result, Condition isDone) {
        return new Step(request, kinesis -> call.accept(kinesis, request), result, null,
                state -> state.is(StreamStatus.ACTIVE) && isDone.holds(state), state -> state.exists() && !state.is(StreamStatus.ACTIVE));
    }

    /** Returns a step whose conditions do not depend on the status of the stream. */
    static <R extends KinesisRequest> Step ofAnyStatus(R request, BiConsumer<KinesisClient, R> call, String result, Condition isDone,
            Condition isUnderWay) {
        return new Step(request, kinesis -> call.accept(kinesis, request), result, null, isDone, isUnderWay);
    }

    /** Returns a step that makes no call. */
    static Step waiting(String result, Condition isDone, Condition isUnderWay) {
        return new Step(null, kinesis -> {}, result, null, isDone, isUnderWay);
    }

    /** Returns the result, and what it replaces. */
    String summary() {
        return before == null ? result : result + " (was " + before + ")";
    }
}
