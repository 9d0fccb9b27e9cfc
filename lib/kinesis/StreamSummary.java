package lib.kinesis;

import lib.cli.Failure;
import lib.cli.Log;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;

/** Asks what DescribeStreamSummary tells, at the start of a run. */
public final class StreamSummary {
    private StreamSummary() {}

    /** @throws Failure when the call fails */
    public static StreamDescriptionSummary of(KinesisClient kinesis, StreamRef stream, Log log) throws InterruptedException {
        return Backoff.startup(stream, log).call(() -> kinesis.describeStreamSummary(
                request -> request.streamName(stream.name()).streamARN(stream.arn()))).streamDescriptionSummary();
    }

    /**
     * Returns null where the user may not make the call.
     *
     * @param otherwise what the run does then, for {@code -v}
     * @throws Failure when the call fails for another reason
     */
    public static StreamDescriptionSummary ifAllowed(KinesisClient kinesis, StreamRef stream, String otherwise, Log log)
            throws InterruptedException {
        try {
            return of(kinesis, stream, log);
        } catch (Failure e) {
            if (e.isRefusal("AccessDeniedException")) {
                log.verbose("%s; %s", e.getMessage(), otherwise);
                return null;
            }
            throw e;
        }
    }
}
