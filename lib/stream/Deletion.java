package lib.stream;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import lib.cli.Failure;
import lib.cli.OpenFile;
import lib.cli.UsageException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Consumer;
import software.amazon.awssdk.services.kinesis.model.DeleteStreamRequest;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** Deletes a stream, after a question to the person at the terminal. */
public final class Deletion {
    private Deletion() {}

    /** @throws UsageException when there is no terminal, where a person could be asked */
    private static void checkTerminal() {
        if (!OpenFile.STDIN.isTerminal() || !OpenFile.STDERR.isTerminal()) {
            throw new UsageException("delete needs --yes where stdin or stderr is not a terminal");
        }
    }

    /**
     * Returns the step that deletes the stream; none when there is no such stream.
     *
     * @param withConsumers whether the consumers with enhanced fan-out go, too
     * @param isSure        whether not to ask the user
     * @throws Failure        when it has consumers, and they do not go, or the user does not want it
     * @throws UsageException when there is no terminal to ask on
     */
    public static List<Step> steps(Change change, boolean withConsumers, boolean isSure) throws Exception {
        var asks = !isSure && !change.isDryRun();
        if (asks) {
            checkTerminal();
        }
        var stream = change.state();
        if (!stream.exists()) {
            change.log().info("stream %s does not exist", stream.name());
            return List.of();
        }
        if (stream.is(StreamStatus.DELETING)) {
            return List.of(Step.waiting("deleted", isGone(stream), state -> true));
        }
        var step = step(stream, withConsumers);
        if (asks && !isWanted(stream)) {
            throw new Failure("stream " + stream.name() + " is not deleted: the answer was not y");
        }
        return List.of(step);
    }

    private static boolean isWanted(StreamState stream) throws IOException {
        System.err.print("Delete stream " + stream.name() + " with all of its records? [y/N] ");
        var answer = new BufferedReader(new InputStreamReader(System.in)).readLine();
        if (answer == null) {
            System.err.print("\n");
        }
        return answer != null && answer.strip().matches("(?i)y(es)?");
    }

    private static Step step(StreamState stream, boolean withConsumers) throws InterruptedException {
        var consumers = withConsumers ? "" : consumers(stream);
        if (!consumers.isEmpty()) {
            throw new Failure("stream " + stream.name() + " has consumers: " + consumers + "; --force deletes the consumers, too");
        }
        var request = DeleteStreamRequest.builder().streamName(stream.ref().name()).streamARN(stream.ref().arn())
                .enforceConsumerDeletion(withConsumers ? true : null).build();
        return Step.ofAnyStatus(request, KinesisClient::deleteStream, "deleted", isGone(stream),
                state -> state.is(StreamStatus.DELETING));
    }

    /** Returns the names of the consumers, or how many there are where the user may not list them; empty for none. */
    private static String consumers(StreamState stream) throws InterruptedException {
        var count = Objects.requireNonNullElse(stream.summary().consumerCount(), -1); // moto does not tell it
        try {
            return count == 0 ? "" : stream.consumers().stream().map(Consumer::consumerName).collect(Collectors.joining(", "));
        } catch (Failure e) {
            return count < 0 ? "" : Integer.toString(count);
        }
    }

    /** Returns the condition that the stream is gone, or another one has its name. */
    private static Step.Condition isGone(StreamState before) {
        var created = before.summary().streamCreationTimestamp();
        return state -> !state.exists() || !state.summary().streamCreationTimestamp().equals(created);
    }
}
