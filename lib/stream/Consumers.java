package lib.stream;

import java.util.List;
import lib.cli.UsageException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ConsumerStatus;
import software.amazon.awssdk.services.kinesis.model.DeregisterStreamConsumerRequest;
import software.amazon.awssdk.services.kinesis.model.RegisterStreamConsumerRequest;

/** The consumers of a stream with enhanced fan-out: the steps that register and deregister one. */
public final class Consumers {
    private Consumers() {}

    /** @throws UsageException when the service takes no such name (API reference, RegisterStreamConsumer) */
    public static void checkName(String name) {
        if (!name.matches("[a-zA-Z0-9_.-]{1,128}")) {
            throw new UsageException("'" + name + "' is not a consumer name (1 to 128 of a-z A-Z 0-9 _ . -)");
        }
    }

    /**
     * Returns the steps that register the consumer; none when it is registered.
     */
    public static List<Step> register(Change change, String name) throws InterruptedException {
        var stream = change.active();
        var request = RegisterStreamConsumerRequest.builder().streamARN(stream.summary().streamARN()).consumerName(name).build();
        Step.Condition isActive = state -> status(state, name) == ConsumerStatus.ACTIVE;
        Step.Condition isThere = state -> status(state, name) != null;
        var result = "consumer " + name + " registered";
        var register = Step.ofAnyStatus(request, KinesisClient::registerStreamConsumer, result, isActive, isThere);
        var status = status(stream, name);
        if (status == null) {
            return List.of(register);
        }
        return switch (status) {
            case ACTIVE -> change.unchanged(result);
            case DELETING -> List.of(gone(name), register);
            default -> List.of(Step.waiting(result, isActive, isThere));
        };
    }

    /** Returns the step that deregisters the consumer; none when there is no such consumer. */
    public static List<Step> deregister(Change change, String name) throws InterruptedException {
        var stream = change.active();
        var status = status(stream, name);
        if (status == null) {
            return change.unchanged("no consumer " + name);
        }
        if (status == ConsumerStatus.DELETING) {
            return List.of(gone(name));
        }
        var request = DeregisterStreamConsumerRequest.builder().streamARN(stream.summary().streamARN()).consumerName(name).build();
        return List.of(Step.ofAnyStatus(request, KinesisClient::deregisterStreamConsumer, "consumer " + name + " deregistered",
                state -> isGone(state, name), state -> status(state, name) == ConsumerStatus.DELETING));
    }

    private static Step gone(String name) {
        return Step.waiting("consumer " + name + " deregistered", state -> isGone(state, name), state -> true);
    }

    private static boolean isGone(StreamState stream, String name) throws InterruptedException {
        return !stream.exists() || status(stream, name) == null;
    }

    /** Returns the status of the consumer; null when there is none of the name. */
    private static ConsumerStatus status(StreamState stream, String name) throws InterruptedException {
        stream.checkExists();
        return stream.consumers().stream().filter(consumer -> consumer.consumerName().equals(name)).findFirst()
                .map(consumer -> consumer.consumerStatus()).orElse(null);
    }
}
