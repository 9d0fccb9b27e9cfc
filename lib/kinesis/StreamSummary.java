package lib.kinesis;

import java.time.Instant;
import lib.cli.Failure;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;

/**
 * The response to a DescribeStreamSummary.
 *
 * @param date the Date header; null when the response had none
 */
public record StreamSummary(StreamDescriptionSummary description, String date) {
    /**
     * Returns the time by the service's clock, or up to a second less.
     *
     * @throws Failure when the header is no time
     */
    public Instant time() {
        return ServiceTime.parse(date);
    }
}
