package lib.stream;

import lib.cli.ErrorLine;
import lib.cli.Failure;
import lib.cli.Log;
import lib.kinesis.StreamRef;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.DescribeLimitsResponse;

/** The number of shards that the account may have in the region (API reference, DescribeLimits). */
final class AccountLimit {
    private AccountLimit() {}

    /**
     * Checks that the account can have so many more shards. Makes one attempt: the call is limited to one a second, and the service
     * checks the limit, too.
     *
     * @throws Failure when it cannot
     */
    static void check(KinesisClient kinesis, StreamRef stream, int more, Log log) {
        if (more <= 0) {
            return;
        }
        DescribeLimitsResponse limits;
        try {
            limits = kinesis.describeLimits();
        } catch (SdkException e) {
            log.verbose("the shard limit of the account is not checked: %s", ErrorLine.of(e));
            return;
        }
        if (limits.shardLimit() != null && limits.openShardCount() != null && limits.openShardCount() + (long) more > limits.shardLimit()) {
            throw new Failure(("stream %s: %,d more shards exceed the limit of the account: it has %,d open shards and may have %,d; delete"
                    + " streams, or ask AWS for more (a new limit takes some minutes)").formatted(stream.name(), more,
                    limits.openShardCount(), limits.shardLimit()));
        }
    }
}
