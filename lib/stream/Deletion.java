package lib.stream;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.List;
import java.util.stream.Collectors;
import lib.cli.Failure;
import lib.cli.Log;
import lib.cli.OpenFile;
import lib.cli.UsageException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Consumer;
import software.amazon.awssdk.services.kinesis.model.DeleteStreamRequest;

/** Deletes a stream, after a question to the person at the terminal. */
public final class Deletion {
    private Deletion() {}

    /** @throws UsageException when there is no terminal, where a person could be asked */
    public static void checkTerminal() {
        if (!OpenFile.STDIN.isTerminal() || !OpenFile.STDERR.isTerminal()) {
            throw new UsageException("without a terminal to ask on, delete needs --yes");
        }
    }

    /**
     * Returns the step that deletes the stream; none when there is no such stream.
     *
     * @param withConsumers whether the consumers with enhanced fan-out go, too
     * @param asks          whether to ask the user
     * @throws Failure when it has consumers, and they do not go, or the user does not want it
     */
    public static List<Step> steps(StreamState stream, boolean withConsumers, boolean asks, Log log) throws Exception {
        if (!stream.exists()) {
            log.warn("there is no stream %s", stream.name());
            return List.of();
        }
        var step = step(stream, withConsumers);
        if (asks && !isWanted(stream)) {
            throw new Failure("stream " + stream.name() + " is not deleted");
        }
        return List.of(step);
    }

    private static boolean isWanted(StreamState stream) throws IOException {
        System.err.print("Delete stream " + stream.name() + " with all of its records? [y/N] ");
        var answer = new BufferedReader(new InputStreamReader(System.in)).readLine();
        return answer != null && answer.strip().matches("(?i)y(es)?");
    }

    private static Step step(StreamState stream, boolean withConsumers) throws InterruptedException {
        var count = stream.summary().consumerCount();
        if (!withConsumers && count != null && count > 0) {
            var names = stream.consumers().stream().map(Consumer::consumerName).collect(Collectors.joining(", "));
            throw new Failure("stream " + stream.name() + " has the consumers " + names + "; --force deletes them, too");
        }
        var request = DeleteStreamRequest.builder().streamName(stream.ref().name()).streamARN(stream.ref().arn())
                .enforceConsumerDeletion(withConsumers ? true : null).build();
        return Step.untilDone(request, KinesisClient::deleteStream, "deleted", Waiting.isGone(stream));
    }
}
