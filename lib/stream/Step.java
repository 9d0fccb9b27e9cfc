package lib.stream;

import java.util.function.BiConsumer;
import java.util.function.Consumer;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.KinesisRequest;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/**
 * A call that changes a stream.
 *
 * @param result     what is so afterwards, for the user, such as {@code retention 168h}
 * @param before     what was so before, null when there was nothing of the kind
 * @param isDone     whether the service shows the change as done
 * @param endsActive whether the stream is busy until the change is done, and ACTIVE then
 */
public record Step(KinesisRequest request, Consumer<KinesisClient> call, String result, String before, Condition isDone,
        boolean endsActive) {
    /** Whether a stream is as someone wants it. */
    public interface Condition {
        boolean holds(StreamState state) throws InterruptedException;
    }

    /** Returns a step of a stream that exists, after which it is active, and the condition holds. */
    static <R extends KinesisRequest> Step of(R request, BiConsumer<KinesisClient, R> call, String result, String before,
            Condition isDone) {
        return new Step(request, kinesis -> call.accept(kinesis, request), result, before,
                state -> state.isActive() && isDone.holds(state), true);
    }

    /** Returns a step that makes a stream, after which it is active, and the condition holds. */
    static <R extends KinesisRequest> Step creating(R request, BiConsumer<KinesisClient, R> call, String result, Condition isDone) {
        return new Step(request, kinesis -> call.accept(kinesis, request), result, null,
                state -> state.is(StreamStatus.ACTIVE) && isDone.holds(state), true);
    }

    /** Returns a step after which the condition holds, whatever the status of the stream. */
    static <R extends KinesisRequest> Step untilDone(R request, BiConsumer<KinesisClient, R> call, String result, Condition isDone) {
        return new Step(request, kinesis -> call.accept(kinesis, request), result, null, isDone, false);
    }

    /** Returns the result, and what it replaces. */
    public String summary() {
        return before == null ? result : result + " (was " + before + ")";
    }
}
