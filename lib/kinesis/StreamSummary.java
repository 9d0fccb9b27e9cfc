package lib.kinesis;

import java.time.Instant;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;

/**
 * What DescribeStreamSummary tells of a stream.
 *
 * @param time by the service's clock when it was described, or up to a second less
 */
public record StreamSummary(StreamDescriptionSummary description, Instant time) {}
