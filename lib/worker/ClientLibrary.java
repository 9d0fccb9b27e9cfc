package lib.worker;

import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import lib.aws.Aws;
import lib.cli.Failure;
import lib.cli.Log;
import lib.kinesis.StreamRef;
import lib.leases.LeaseClock;
import lib.worker.FailureWatch.Probe;
import software.amazon.awssdk.arns.Arn;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.kinesis.common.ConfigsBuilder;
import software.amazon.kinesis.common.InitialPositionInStream;
import software.amazon.kinesis.common.InitialPositionInStreamExtended;
import software.amazon.kinesis.common.KinesisClientUtil;
import software.amazon.kinesis.common.StreamIdentifier;
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.coordinator.SchedulerCoordinatorFactory;
import software.amazon.kinesis.coordinator.WorkerStateChangeListener;
import software.amazon.kinesis.leases.LeaseAssignmentStrategy;
import software.amazon.kinesis.leases.LeaseManagementConfig;
import software.amazon.kinesis.metrics.NullMetricsFactory;
import software.amazon.kinesis.processor.ShardRecordProcessorFactory;
import software.amazon.kinesis.processor.SingleStreamTracker;
import software.amazon.kinesis.retrieval.RetrievalSpecificConfig;
import software.amazon.kinesis.retrieval.fanout.FanOutConfig;
import software.amazon.kinesis.retrieval.polling.PollingConfig;
import software.amazon.kinesis.retrieval.polling.SimpleRecordsFetcherFactory;

/** The Kinesis Client Library as a worker has it: its clients, its timing, and where it reads from. */
final class ClientLibrary {
    private static final Duration LONGEST_CALL = Duration.ofSeconds(20); // 10 MiB; after 30 s the library would cancel it without a word

    /** The next batch of a shard is fetched while one is printed, more of them only as long as they are small. */
    private static final int PREFETCH_BATCHES = 1;
    private static final int PREFETCH_BYTES = 1 << 20;

    private static final Duration DISPATCH_POLL = Duration.ofMillis(200); // by which each change of a shard comes later than it could
    private static final Duration SHARD_SYNC_PAUSE = Duration.ofMillis(500); // after the leases are made; its own would be a minute
    private static final Duration PARENT_POLL = Duration.ofSeconds(1); // by which a child begins later than it could

    /** Over HTTP/2, which the library wants, few servers take plain connections; the local Kinesis does, and logs each that is reset. */
    private static final NettyNioAsyncHttpClient.Builder HTTP_1 =
            NettyNioAsyncHttpClient.builder().protocol(Protocol.HTTP1_1).maxConcurrency(Integer.MAX_VALUE);

    private static final CloudWatchAsyncClient NO_METRICS = new CloudWatchAsyncClient() { // which nobody asks
        @Override
        public String serviceName() {
            return SERVICE_NAME;
        }

        @Override
        public void close() {}
    };

    private final Executor lines = FailureSpell.lines();
    private final StreamRef stream;
    private final WorkerOptions application;
    private final LivenessFile alive;
    private final KinesisAsyncClient kinesis;
    private final DynamoDbAsyncClient dynamodb;
    private final CloudWatchAsyncClient cloudWatch;

    /**
     * @param leases        is told of the calls to DynamoDB
     * @param alive         is told of the calls
     * @param giveUp        is told when its calls fail for good, which it would not notice
     * @param kinesisProbe  see {@link FailureWatch}
     * @param dynamodbProbe the same
     */
    ClientLibrary(StreamRef stream, WorkerOptions application, Aws aws, LeaseClock leases, LivenessFile alive, Log log,
            Consumer<Failure> giveUp, Probe kinesisProbe, Probe dynamodbProbe) {
        this.stream = stream;
        this.application = application;
        this.alive = alive;
        var builder = aws.kinesis(KinesisAsyncClient.builder(), watched("Kinesis", log, giveUp, kinesisProbe)
                .andThen(application.isEnhancedFanOut ? config -> {} : Aws.calls(1, LONGEST_CALL, LONGEST_CALL)));
        kinesis = (aws.isPlain() ? builder.httpClientBuilder(HTTP_1) : KinesisClientUtil.adjustKinesisClientBuilder(builder)).build();
        var callsToDynamoDb = watched("DynamoDB", log, giveUp, dynamodbProbe).andThen(application.dynamoDbCalls())
                .andThen(config -> config.addExecutionInterceptor(leases));
        dynamodb = aws.other(DynamoDbAsyncClient.builder(), callsToDynamoDb, "DYNAMODB", Aws.LOCAL_DYNAMODB_PORT).build();
        cloudWatch = application.hasMetrics ? cloudWatch(aws, log) : NO_METRICS;
    }

    private CloudWatchAsyncClient cloudWatch(Aws aws, Log log) {
        Consumer<Failure> giveUp = failure ->
                lines.execute(() -> log.warnOnce(Log.Kind.METRICS, "%s; the metrics are lost", failure.getMessage()));
        return aws.other(CloudWatchAsyncClient.builder(), watched("CloudWatch", log, giveUp, null), "CLOUDWATCH", null).build();
    }

    private Consumer<ClientOverrideConfiguration.Builder> watched(String service, Log log, Consumer<Failure> giveUp, Probe probe) {
        return config -> config.addExecutionInterceptor(alive).addExecutionInterceptor(
                new FailureWatch(service, application.giveUp, log, giveUp, probe, lines, FailureWatch.Clock.SYSTEM));
    }

    /**
     * @param begin    where shards begin that nobody has read; null for the oldest record
     * @param executor runs the processors. The library leaves its end to the caller, while it would interrupt an executor of its own, and
     *                 an interrupt closes stdout
     */
    Scheduler scheduler(
            Instant begin, ShardRecordProcessorFactory processors, ExecutorService executor, WorkerStateChangeListener listener) {
        var configs = configs(begin, processors);
        return new Scheduler(configs.checkpointConfig(),
                configs.coordinatorConfig().workerStateChangeListener(listener)
                        .maxInitializationAttempts(1) // a second one of the same Scheduler leaves out what failed in the first
                        .coordinatorFactory(new SchedulerCoordinatorFactory() {
                            @Override
                            public ExecutorService createExecutorService() {
                                return executor;
                            }
                        })
                        .parentShardPollIntervalMillis(PARENT_POLL.toMillis())
                        .shardConsumerDispatchPollIntervalMillis(DISPATCH_POLL.toMillis()),
                leaseManagement(),
                configs.lifecycleConfig().aggregatorUtil(LeasedShard.UNCHANGED),
                application.hasMetrics ? configs.metricsConfig() : configs.metricsConfig().metricsFactory(new NullMetricsFactory()),
                configs.processorConfig().callProcessRecordsEvenForEmptyRecordList(true), // so that a checkpoint comes in time
                configs.retrievalConfig().retrievalSpecificConfig(application.isEnhancedFanOut ? fanOut() : polling()));
    }

    private ConfigsBuilder configs(Instant begin, ShardRecordProcessorFactory processors) {
        var position = begin == null ? InitialPositionInStreamExtended.newInitialPosition(InitialPositionInStream.TRIM_HORIZON)
                : InitialPositionInStreamExtended.newInitialPositionAtTimestamp(Date.from(begin));
        var streamId = stream.arn() == null ? StreamIdentifier.singleStreamInstance(stream.name())
                : StreamIdentifier.singleStreamInstance(Arn.fromString(stream.arn()));
        return new ConfigsBuilder(new SingleStreamTracker(streamId, position), application.name, kinesis, dynamodb, cloudWatch,
                application.workerId(), processors);
    }

    /**
     * The leases of a dead worker are given to others at worst 2.3 times --takeover after its death, when it was the one who gives them:
     * its part in that ends after a half, is taken within a third, and its leases are then watched for once, and found within a third
     * and a sixth.
     */
    private LeaseManagementConfig leaseManagement() {
        var takeover = application.takeover.toMillis();
        var config = new LeaseManagementConfig(application.name, application.name, dynamodb, kinesis, application.workerId())
                .dynamoDbRequestTimeout(application.longestCall().plusSeconds(1)) // later than the client itself, which says more
                .shardSyncIntervalMillis(SHARD_SYNC_PAUSE.toMillis())
                .failoverTimeMillis(takeover)
                .leaseAssignmentIntervalMillis(takeover / 3)
                .dynamoDbLockBasedLeaderLeaseDurationInMillis(takeover / 2)
                .dynamoDbLockBasedLeaderHeartbeatPeriodInMillis(takeover / 6)
                .leaseAssignmentStrategy(LeaseAssignmentStrategy.LEASE_COUNT_BASED);
        if (application.maxLeases != null) {
            config.maxLeasesForWorker(application.maxLeases);
        }
        config.workerUtilizationAwareAssignmentConfig()
                .disableWorkerMetrics(true)
                .workerMetricsReporterFreqInMillis(takeover / 2); // two of them later nothing more is given to it
        return config;
    }

    private RetrievalSpecificConfig polling() {
        var fetchers = new SimpleRecordsFetcherFactory();
        fetchers.maxByteSize(PREFETCH_BYTES);
        return new PollingConfig(stream.name(), kinesis).idleTimeBetweenReadsInMillis(application.pollInterval.toMillis())
                .maxPendingProcessRecordsInput(PREFETCH_BATCHES).recordsFetcherFactory(fetchers);
    }

    private RetrievalSpecificConfig fanOut() {
        return new FanOutConfig(kinesis).streamName(stream.name()).applicationName(application.name);
    }
}
