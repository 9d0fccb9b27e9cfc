package lib.permissions;

import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import lib.cli.Failure;
import lib.cli.Log;
import lib.kinesis.KinesisStream;
import lib.kinesis.StreamRef;
import lib.permissions.DryRuns.Sleep;
import lib.permissions.Permission.Result;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.ShardFilterType;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardResponseHandler;

/** Checks permissions by calls that change nothing: calls that only read, and, where the endpoint heeds DryRun, calls with DryRun. */
final class PermissionCalls {
    /** Goes only into calls with DryRun, and so is not stored. */
    private static final PutRecordsRequestEntry RECORD =
            PutRecordsRequestEntry.builder().partitionKey("check").data(SdkBytes.fromUtf8String("check")).build();

    /** Finds the reasons that an identity-based policy does not remove (IAM user guide, access denied error messages). */
    private static final Pattern OTHER_POLICY = Pattern.compile("explicit deny|because no (?!identity-based)");

    private final KinesisClient kinesis;
    private final StreamRef ref;
    private final KinesisStream stream;
    private final boolean isOfAws;
    private final Supplier<KinesisAsyncClient> fanOut;
    private final DryRuns dryRuns;
    private final Log log;

    // what the calls have returned; null for nothing yet
    private String arn;
    private String shardId;
    private String consumerArn;
    private String iterator;

    PermissionCalls(KinesisClient kinesis, StreamRef ref, boolean isOfAws, Supplier<KinesisAsyncClient> fanOut, Sleep sleep, Log log) {
        this.kinesis = kinesis;
        this.ref = ref;
        stream = KinesisStream.of(kinesis, ref);
        this.isOfAws = isOfAws;
        this.fanOut = fanOut;
        dryRuns = new DryRuns(stream, isOfAws, sleep, log);
        this.log = log;
        arn = ref.arn();
    }

    /** Returns the ARN of the stream, with {@code ACCOUNT} in it when neither the user nor the service has told it. */
    String streamArn() {
        var region = kinesis.serviceClientConfiguration().region();
        return arn != null ? arn : "arn:%s:kinesis:%s:ACCOUNT:stream/%s".formatted(PartitionMetadata.of(region).id(), region, ref.name());
    }

    /**
     * Checks the permission for an action. Uses what the checks of earlier actions have returned, in the order of {@link Permission#ALL}.
     *
     * @throws Failure when the call fails for another reason than a missing permission
     */
    Result check(String action) throws InterruptedException {
        try {
            return switch (action) {
                case "kinesis:ListStreams" -> made(() -> kinesis.listStreams(request -> request.limit(1)));
                case "kinesis:DescribeStreamSummary" -> made(() -> arn = stream.describe().description().streamARN());
                case "kinesis:ListShards" -> made(this::findOpenShard);
                case "kinesis:ListTagsForStream" -> made(() -> kinesis.listTagsForStream(
                        request -> request.streamName(ref.name()).streamARN(ref.arn()).limit(1)));
                case "kinesis:ListStreamConsumers" -> arn == null ? skipped(action, "the ARN of the stream is not known")
                        : made(this::findConsumer);
                case "kinesis:DescribeStreamConsumer" -> consumerArn == null ? skipped(action, "no consumer is known")
                        : made(() -> kinesis.describeStreamConsumer(request -> request.consumerARN(consumerArn)));
                case "kinesis:GetShardIterator" -> shardId == null ? skipped(action, "no open shard is known")
                        : made(this::findIterator);
                case "kinesis:GetRecords" -> iterator == null ? skipped(action, "there is no shard iterator") : getRecords(action);
                case "kinesis:PutRecords" -> dryRun(action, () -> kinesis.putRecords(request -> request.streamName(ref.name())
                        .streamARN(ref.arn()).records(RECORD).dryRun(true)));
                case "kinesis:PutRecord" -> dryRun(action, () -> kinesis.putRecord(request -> request.streamName(ref.name())
                        .streamARN(ref.arn()).partitionKey(RECORD.partitionKey()).data(RECORD.data()).dryRun(true)));
                case "kinesis:SubscribeToShard" -> consumerArn == null || shardId == null
                        ? skipped(action, "no consumer or no open shard is known") : dryRun(action, this::subscribe);
                default -> Result.NOT_CHECKED; // another service, or a call that changes something and has no DryRun
            };
        } catch (Failure e) {
            return refused(action, e);
        }
    }

    private Result refused(String action, Failure e) {
        if (!isOfAws && e.isRefusal("UnknownOperationException")) {
            return skipped(action, "the endpoint does not know the call");
        }
        if (!e.isRefusal("AccessDeniedException")) {
            throw e;
        }
        if (OTHER_POLICY.matcher(e.getMessage()).find()) {
            log.warn("%s; the policy on stdout is not enough", e.getMessage());
        } else {
            log.verbose("%s", e.getMessage());
        }
        return Result.DENIED;
    }

    private Result skipped(String action, String why) {
        log.verbose("%s is not checked: %s", action, why);
        return Result.NOT_CHECKED;
    }

    private Result made(Runnable call) throws InterruptedException {
        stream.atStart(() -> {
            call.run();
            return null;
        }, log);
        return Result.ALLOWED;
    }

    private Result dryRun(String action, Runnable call) throws InterruptedException {
        if (!dryRuns.areHeeded()) {
            return skipped(action, "the endpoint would ignore DryRun");
        }
        dryRuns.make(action, call);
        return Result.ALLOWED;
    }

    /** Makes the first call with DryRun: if an endpoint of AWS ignores DryRun, a GetRecords does no harm. Elsewhere makes the call. */
    private Result getRecords(String action) throws InterruptedException {
        if (isOfAws) {
            return dryRun(action, () -> kinesis.getRecords(
                    request -> request.streamARN(ref.arn()).shardIterator(iterator).limit(1).dryRun(true)));
        }
        return made(() -> kinesis.getRecords(request -> request.streamARN(ref.arn()).shardIterator(iterator).limit(1)));
    }

    private void findOpenShard() {
        var shards = kinesis.listShards(request -> request.streamName(ref.name()).streamARN(ref.arn()).maxResults(1)
                .shardFilter(filter -> filter.type(ShardFilterType.AT_LATEST))).shards();
        shardId = shards.isEmpty() ? null : shards.get(0).shardId();
    }

    private void findConsumer() {
        var consumers = kinesis.listStreamConsumers(request -> request.streamARN(arn).maxResults(1)).consumers();
        consumerArn = consumers.isEmpty() ? null : consumers.get(0).consumerARN();
    }

    private void findIterator() {
        iterator = kinesis.getShardIterator(request -> request.streamName(ref.name()).streamARN(ref.arn()).shardId(shardId)
                .shardIteratorType(ShardIteratorType.TRIM_HORIZON)).shardIterator();
    }

    private void subscribe() {
        try (var client = fanOut.get()) {
            client.subscribeToShard(request -> request.consumerARN(consumerArn).shardId(shardId)
                    .startingPosition(position -> position.type(ShardIteratorType.LATEST)).dryRun(true),
                    SubscribeToShardResponseHandler.builder().subscriber(event -> {}).build()).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof SdkException refusal ? refusal : e;
        }
    }
}
