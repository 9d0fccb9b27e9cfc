package lib.stream;

import java.util.List;
import java.util.Optional;
import lib.cli.UsageException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Consumer;
import software.amazon.awssdk.services.kinesis.model.ConsumerStatus;
import software.amazon.awssdk.services.kinesis.model.DeregisterStreamConsumerRequest;
import software.amazon.awssdk.services.kinesis.model.RegisterStreamConsumerRequest;

/** The consumers of a stream with enhanced fan-out: the steps that register and deregister one. */
public final class Consumers {
    private Consumers() {}

    /** @throws UsageException when the service takes no such name (API reference, RegisterStreamConsumer) */
    public static void checkName(String name) {
        if (!name.matches("[a-zA-Z0-9_.-]{1,128}")) {
            throw new UsageException("'" + name + "' is no name of a consumer (1 to 128 of a-z A-Z 0-9 _ . -)");
        }
    }

    /** Returns the step that registers the consumer; none when it is registered. */
    public static List<Step> register(StreamState stream, String name) throws InterruptedException {
        if (isActive(stream, name)) {
            return List.of();
        }
        var request = RegisterStreamConsumerRequest.builder().streamARN(stream.summary().streamARN()).consumerName(name).build();
        return List.of(Step.untilDone(request, KinesisClient::registerStreamConsumer, "consumer " + name + " registered",
                state -> isActive(state, name)));
    }

    /** Returns the step that deregisters the consumer; none when there is no such consumer. */
    public static List<Step> deregister(StreamState stream, String name) throws InterruptedException {
        if (find(stream, name).isEmpty()) {
            return List.of();
        }
        var request = DeregisterStreamConsumerRequest.builder().streamARN(stream.summary().streamARN()).consumerName(name).build();
        return List.of(Step.untilDone(request, KinesisClient::deregisterStreamConsumer, "consumer " + name + " deregistered",
                state -> find(state, name).isEmpty()));
    }

    private static boolean isActive(StreamState stream, String name) throws InterruptedException {
        return find(stream, name).filter(consumer -> consumer.consumerStatus() == ConsumerStatus.ACTIVE).isPresent();
    }

    private static Optional<Consumer> find(StreamState stream, String name) throws InterruptedException {
        return stream.consumers().stream().filter(consumer -> consumer.consumerName().equals(name)).findFirst();
    }
}
