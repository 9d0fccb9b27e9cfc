package lib.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import lib.cli.Failure;
import lib.cli.Size;
import lib.cli.UsageException;
import lib.kinesis.StreamRef;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.CreateStreamRequest;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.awssdk.services.kinesis.model.RecordDistributionStrategy;

/** The options for the settings of a stream, new or not. A setting for which there is no option stays as it is. */
public final class StreamSettings {
    private static final Duration MIN_RETENTION = Duration.ofHours(24); // API reference, DecreaseStreamRetentionPeriod
    private static final Duration MAX_RETENTION = Duration.ofHours(8_760); // API reference, IncreaseStreamRetentionPeriod
    private static final int MIN_RECORD = 1 << 20; // API reference, UpdateMaxRecordSize
    private static final int MAX_RECORD = 10 << 20;
    private static final int TAG_KEY = 128; // API reference, Tag
    private static final int TAG_VALUE = 256;

    @Option(names = "--retention", paramLabel = "TIME", description = "Keep records for TIME, 24h to 365d.")
    private Duration retention;

    @Option(names = "--max-record-size", paramLabel = "SIZE", converter = Size.class,
            description = "Maximum size of a record with its partition key, 1MiB to 10MiB.")
    private Integer maxRecordSize;

    @Option(names = "--distribution", paramLabel = "STRATEGY",
            description = "What selects the shard of a record: user (its partition key) or, in on-demand mode, auto (Kinesis).")
    private Strategy distribution;

    @Option(names = "--warm-throughput", paramLabel = "SIZE", converter = Throughput.class,
            description = "In on-demand mode: throughput per second that is available immediately, such as 200MiB or 1GiB.")
    private Integer warmThroughput;

    @Option(names = "--tag", paramLabel = "KEY=VALUE", mapFallbackValue = "", description = "Set a tag; can be repeated.")
    private Map<String, String> tags = new TreeMap<>();

    @Option(names = "--encrypt", paramLabel = "KEY",
            description = "Encrypt records with this KMS key: an ID, ARN or alias. The AWS managed key is alias/aws/kinesis.")
    private String key;

    enum Strategy {
        auto(RecordDistributionStrategy.AUTO), user(RecordDistributionStrategy.USER_PARTITION_KEY);

        private final RecordDistributionStrategy strategy;

        Strategy(RecordDistributionStrategy strategy) {
            this.strategy = strategy;
        }
    }

    /** Converts a size to whole MiB. */
    static final class Throughput implements ITypeConverter<Integer> {
        private static final Pattern GRAMMAR = Pattern.compile("([1-9]\\d{0,5})(MiB|GiB)");

        @Override
        public Integer convert(String text) {
            var matcher = GRAMMAR.matcher(text);
            if (!matcher.matches()) {
                throw new UsageException("'" + text + "' is not a throughput; write 200MiB or 1GiB");
            }
            return Integer.parseInt(matcher.group(1)) << (matcher.group(2).equals("GiB") ? 10 : 0);
        }
    }

    /**
     * Checks the settings of an existing stream.
     *
     * @param provisioned whether the stream becomes PROVISIONED
     * @param noEncrypt   whether encryption ends
     * @param untagged    keys of tags to remove
     * @throws UsageException when the settings exclude each other, or the service takes no such value
     */
    public void check(boolean provisioned, boolean noEncrypt, List<String> untagged) {
        check();
        if (provisioned && needsOnDemand() != null) {
            throw new UsageException("--mode provisioned and " + needsOnDemand() + " exclude each other");
        }
        if (noEncrypt && key != null) {
            throw new UsageException("--encrypt and --no-encrypt exclude each other");
        }
        untagged.stream().filter(tags::containsKey).findFirst().ifPresent(tag -> {
            throw new UsageException("--tag and --untag of " + tag + " exclude each other");
        });
    }

    /**
     * Checks the settings of a new stream.
     *
     * @throws UsageException when the service takes no such value, or only for an on-demand stream
     */
    public void check(boolean onDemand) {
        check();
        if (!onDemand && needsOnDemand() != null) {
            throw new UsageException(needsOnDemand() + " needs --on-demand");
        }
    }

    private void check() {
        if (retention != null && (retention.compareTo(MIN_RETENTION) < 0 || retention.compareTo(MAX_RETENTION) > 0
                || !retention.equals(Duration.ofHours(retention.toHours())))) {
            throw new UsageException("--retention must be whole hours from 24h to 365d");
        }
        if (maxRecordSize != null && (maxRecordSize < MIN_RECORD || maxRecordSize > MAX_RECORD || maxRecordSize % 1024 != 0)) {
            throw new UsageException("--max-record-size must be whole KiB from 1MiB to 10MiB");
        }
        if (key != null && !key.matches("[\\w:/.-]{1,2048}")) {
            throw new UsageException("--encrypt: '" + key + "' is not the id, ARN or alias of a KMS key; write alias/aws/kinesis, for"
                    + " example");
        }
        tags.forEach((tag, value) -> {
            if (tag.isEmpty() || tag.length() > TAG_KEY || value.length() > TAG_VALUE) {
                throw new UsageException("--tag: a key has 1 to 128 characters, and a value up to 256");
            }
        });
    }

    /**
     * Checks that the stream can have the settings.
     *
     * @throws Failure when they need an on-demand stream, and it is none
     */
    public void check(String stream, boolean isOnDemand) {
        if (!isOnDemand && needsOnDemand() != null) {
            throw new Failure("stream " + stream + " is PROVISIONED, and " + needsOnDemand()
                    + " needs an ON_DEMAND stream; 'stream set --mode on-demand' switches the mode");
        }
    }

    /** Returns an option that only an on-demand stream can have; null for none. */
    private String needsOnDemand() {
        if (warmThroughput != null) {
            return "--warm-throughput";
        }
        return distribution == Strategy.auto ? "--distribution auto" : null;
    }

    public boolean isEmpty() {
        return retention == null && maxRecordSize == null && distribution == null && warmThroughput == null && tags.isEmpty()
                && key == null;
    }

    /** Adds the steps for those settings that an existing stream does not have. */
    public void addTo(SettingSteps steps) throws InterruptedException {
        addDescribed(steps);
        if (retention != null) {
            steps.retention((int) retention.toHours());
        }
        if (key != null) {
            steps.encryption(key);
        }
        steps.tags(tags);
    }

    private void addDescribed(SettingSteps steps) {
        if (distribution != null) {
            steps.distribution(distribution.strategy);
        }
        if (warmThroughput != null) {
            steps.warmThroughput(warmThroughput);
        }
        if (maxRecordSize != null) {
            steps.maxRecordSize(maxRecordSize >> 10);
        }
    }

    /** Adds the settings that CreateStream takes. */
    void addTo(CreateStreamRequest.Builder request) {
        request.recordDistributionStrategy(distribution == Strategy.auto ? RecordDistributionStrategy.AUTO : null)
                .warmThroughputMiBps(warmThroughput).maxRecordSizeInKiB(maxRecordSize == null ? null : maxRecordSize >> 10)
                .tags(tags.isEmpty() ? null : tags);
    }

    /** Returns the settings that CreateStream takes, for the user; empty for none. */
    String ofNewStream() {
        var texts = new ArrayList<String>();
        if (distribution == Strategy.auto) {
            texts.add("record distribution AUTO");
        }
        if (warmThroughput != null) {
            texts.add("warm throughput " + warmThroughput + " MiB/s");
        }
        if (maxRecordSize != null) {
            texts.add("largest record " + (maxRecordSize >> 10) + " KiB");
        }
        if (!tags.isEmpty()) {
            texts.add("tags " + SettingSteps.list(tags));
        }
        return texts.isEmpty() ? "" : " with " + String.join(", ", texts);
    }

    /** Returns whether the stream has the settings that CreateStream takes. Tags are not looked at. */
    boolean areOf(StreamState stream) {
        var steps = new SettingSteps(stream);
        addDescribed(steps);
        return steps.steps().isEmpty();
    }

    /** Adds the steps for the settings that CreateStream does not take. */
    void addLater(StreamRef ref, List<Step> steps) {
        if (retention != null && !retention.equals(MIN_RETENTION)) { // which a new stream has
            var hours = (int) retention.toHours();
            steps.add(Step.of(SettingSteps.increase(ref, hours), KinesisClient::increaseStreamRetentionPeriod,
                    "retention " + hours + "h", null, state -> state.summary().retentionPeriodHours() == hours));
        }
        if (key != null) {
            steps.add(Step.of(SettingSteps.encrypt(ref, key), KinesisClient::startStreamEncryption, "encryption " + key, null,
                    state -> state.summary().encryptionType() == EncryptionType.KMS)); // under another name of the key, perhaps
        }
    }
}
