package lib.permissions;

import java.util.List;
import java.util.Locale;

/**
 * An IAM action that scripts need.
 *
 * @param neededBy the scripts that need the action; with options, only a run with one of these options needs it
 */
record Permission(String action, List<String> neededBy) {
    /** Lists the actions in the order of the checks: some calls need what an earlier one returns. */
    static final List<Permission> ALL = List.of(
            of("kinesis:ListStreams", "describe"),
            of("kinesis:DescribeStreamSummary", "describe", "produce", "consume --checkpoint|--key", "worker"),
            of("kinesis:ListShards", "describe", "produce --aggregate", "consume", "worker"),
            of("kinesis:ListTagsForStream", "describe --tags"),
            of("kinesis:ListStreamConsumers", "describe"),
            of("kinesis:DescribeStreamConsumer", "worker --efo"),
            of("kinesis:GetShardIterator", "describe --checkpoint|--watch", "consume", "worker"),
            of("kinesis:GetRecords", "describe --checkpoint|--watch", "consume", "worker"),
            of("kinesis:PutRecords", "produce"),
            of("kinesis:PutRecord", "produce --ordered"),
            of("kinesis:SubscribeToShard", "worker --efo"),
            of("kinesis:RegisterStreamConsumer", "worker --efo"),
            of("dynamodb:CreateTable", "worker"),
            of("dynamodb:UpdateTable", "worker"),
            of("dynamodb:DescribeTable", "worker"),
            of("dynamodb:Scan", "worker"),
            of("dynamodb:Query", "worker"),
            of("dynamodb:GetItem", "worker"),
            of("dynamodb:PutItem", "worker"),
            of("dynamodb:UpdateItem", "worker"),
            of("dynamodb:DeleteItem", "worker"),
            of("cloudwatch:PutMetricData", "worker --metrics"),
            of("kms:GenerateDataKey", "produce"),
            of("kms:Decrypt", "describe --checkpoint|--watch", "consume", "worker"));

    /** Whether the user has the permission. */
    enum Result {
        ALLOWED, DENIED, NOT_CHECKED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    private static Permission of(String action, String... neededBy) {
        return new Permission(action, List.of(neededBy));
    }
}
