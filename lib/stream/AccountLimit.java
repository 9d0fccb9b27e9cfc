package lib.stream;

import lib.cli.Failure;
import lib.cli.Log;
import lib.kinesis.KinesisStream;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.DescribeLimitsResponse;

/** The number of shards that the account may have in the region (API reference, DescribeLimits). */
public final class AccountLimit {
    private AccountLimit() {}

    /**
     * Checks that so many more shards fit in. Does not where the user may not see the limit, or the engine has none.
     *
     * @throws Failure when they do not
     */
    public static void check(KinesisClient kinesis, KinesisStream stream, int more, Log log) throws InterruptedException {
        if (more <= 0) {
            return;
        }
        DescribeLimitsResponse limits;
        try {
            limits = stream.atStart(kinesis::describeLimits, log);
        } catch (Failure e) {
            log.verbose("%s; so the limit of the account is not checked", e.getMessage());
            return;
        }
        if (limits.shardLimit() != null && limits.openShardCount() != null && limits.openShardCount() + (long) more > limits.shardLimit()) {
            throw new Failure("stream %s: %,d more shards are too many: the account has %,d open shards, and may have %,d; delete streams,"
                    .formatted(stream.name(), more, limits.openShardCount(), limits.shardLimit()) + " or ask AWS to raise the limit");
        }
    }
}
