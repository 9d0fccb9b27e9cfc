///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Create, change and delete a Kinesis stream, and wait until the change is complete
//JAVA 17+
//DEPS software.amazon.awssdk:kinesis:2.57.8
//DEPS info.picocli:picocli:4.7.7
//SOURCES lib/stream/package-info.java lib/permissions/package-info.java lib/describe/package-info.java lib/aws/package-info.java
//SOURCES lib/kinesis/package-info.java lib/cli/package-info.java
//COMPILE_OPTIONS -encoding UTF-8 -XDstringConcat=inline
//RUNTIME_OPTIONS -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
//RUNTIME_OPTIONS -Xlog:disable -Xlog:all=warning,cds*=off,os+thread=off:stderr -XX:+DisplayVMOutputToStderr
//RUNTIME_OPTIONS --enable-native-access=ALL-UNNAMED
//CDS

import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import lib.aws.Aws;
import lib.cli.AnswerPrinter;
import lib.cli.Cli;
import lib.cli.Failure;
import lib.cli.Log;
import lib.cli.Stdout;
import lib.cli.UsageException;
import lib.describe.StreamDescription;
import lib.kinesis.HashKeys;
import lib.kinesis.Quotas;
import lib.kinesis.Shards;
import lib.kinesis.StreamRef;
import lib.permissions.PermissionCheck;
import lib.stream.Change;
import lib.stream.Consumers;
import lib.stream.Creation;
import lib.stream.Deletion;
import lib.stream.Resharding;
import lib.stream.SettingSteps;
import lib.stream.StreamSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.services.kinesis.model.StreamMode;

@Command(name = "stream", mixinStandardHelpOptions = true, sortOptions = false, scope = ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND", commandListHeading = "%nCommands ('stream COMMAND --help' shows the options):%n",
        description = "Create, change and delete a Kinesis stream. Each command waits until the change is complete.",
        footer = """

                Examples:
                  stream create s1 --shards 4
                  stream create s1 --on-demand --if-missing --retention 7d
                  stream scale s1 8
                  stream split s1 3             shard 3 into two equal halves
                  stream merge s1 3 4
                  stream set s1 --retention 7d --tag team=data
                  stream check s1               the permissions of the other scripts
                  stream delete s1
                """)
class stream implements Callable<Integer> {
    enum Mode {
        PROVISIONED("provisioned"), ON_DEMAND("on-demand");

        private final String text;

        Mode(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    @Spec CommandSpec command;

    @Command(description = "Create a stream with the name STREAM.", footer = """

            Examples:
              stream create s1 --shards 4
              stream create s1 --on-demand --distribution auto
              stream create s1 --if-missing --retention 7d --encrypt alias/aws/kinesis
            """)
    int create(@Option(names = "--shards", paramLabel = "N", description = "Number of shards (default: 1).") Integer shards,
            @Option(names = "--on-demand", description = "Let Kinesis choose the number of shards and adapt it to the traffic.")
            boolean onDemand,
            @Option(names = "--if-missing", description = "Succeed if the stream exists with these settings; end with exit code 1"
                    + " if the settings differ.")
            boolean ifMissing, @Mixin StreamSettings settings, @Mixin Change change) throws Exception {
        if (change.ref().arn() != null) {
            throw new UsageException("a new stream has no ARN yet; write its name");
        }
        if (shards != null && (shards < 1 || onDemand)) {
            throw new UsageException(onDemand ? "--shards and --on-demand exclude each other" : "--shards must be 1 or more");
        }
        settings.check(onDemand);
        var creation = new Creation(change.ref(), shards, onDemand, settings);
        try {
            return run(change, () -> creation.steps(change, ifMissing));
        } catch (Failure e) {
            if (ifMissing && e.isRefusal("ResourceInUseException")) { // another user was faster
                return run(change, () -> creation.steps(change, true));
            }
            throw e;
        }
    }

    @Command(description = "Change the number of shards. Prints the plan: one or more calls of UpdateShardCount, each of which at most"
            + " doubles or halves the number.", footer = """

            Examples:
              stream scale s1 8
              stream scale s1 100 --dry-run     print the calls as AWS CLI commands
              stream scale s1 100 --no-wait     return after the last call
            """)
    int scale(@Parameters(index = "1", paramLabel = "SHARDS", description = "New number of open shards.") int target, @Mixin Change change)
            throws Exception {
        if (target < 1) {
            throw new UsageException("SHARDS must be 1 or more");
        }
        return run(change, () -> {
            var resharding = new Resharding(change.active());
            var steps = resharding.scale(target);
            change.log().info("stream %s: %s", change.ref().name(), resharding.plan(steps));
            change.checkLimit(target - resharding.openShards());
            return steps;
        });
    }

    @Command(description = "Split each SHARD into two equal halves, or one shard at a hash key.", footer = """

            Examples:
              stream split s1 3              shard 3 into two equal halves
              stream split s1 3 4 5          each of three shards into two equal halves
              stream split s1 --at user7     the shard of a partition key, at its hash key
            """)
    int split(@Parameters(index = "1..*", arity = "0..*", paramLabel = "SHARD", converter = Shards.IdConverter.class,
                    description = "ID or number of an open shard: 3 is shardId-000000000003. Without SHARD, --at and --at-hash-key"
                            + " split the shard that holds the hash key.")
            List<String> shardIds,
            @Option(names = "--at", paramLabel = "KEY",
                    description = "Start the upper child shard at the hash key of this partition key.")
            String key,
            @Option(names = "--at-hash-key", paramLabel = "N", description = "Start the upper child shard at this hash key.")
            String hashKey,
            @Mixin Change change) throws Exception {
        var ids = shardIds == null ? List.<String>of() : shardIds;
        if (new HashSet<>(ids).size() < ids.size()) {
            throw new UsageException("a SHARD is named twice");
        }
        if (key != null && hashKey != null || ids.size() > 1 && (key != null || hashKey != null)) {
            throw new UsageException("--at and --at-hash-key exclude each other, and take one SHARD at most");
        }
        if (ids.isEmpty() && key == null && hashKey == null) {
            throw new UsageException("say what to split: a SHARD, --at or --at-hash-key");
        }
        if (key != null && !Quotas.isPartitionKey(key)) {
            throw new UsageException("--at must have 1 to 256 characters");
        }
        if (hashKey != null && !HashKeys.isHashKey(hashKey)) {
            throw new UsageException("--at-hash-key must be a whole number from 0 to 2^128-1");
        }
        return run(change, () -> {
            var resharding = new Resharding(change.active());
            change.checkLimit(Math.max(1, ids.size()));
            if (key == null && hashKey == null) {
                return resharding.split(ids);
            }
            var at = key != null ? HashKeys.of(key) : new BigInteger(hashKey);
            return List.of(resharding.split(ids.isEmpty() ? null : ids.get(0), at));
        });
    }

    @Command(description = "Merge two adjacent shards.", footer = """

            Example:
              stream merge s1 3 4
            """)
    int merge(@Parameters(index = "1", paramLabel = "SHARD", converter = Shards.IdConverter.class,
                    description = "ID or number of an open shard.")
            String shardId,
            @Parameters(index = "2", paramLabel = "SHARD", converter = Shards.IdConverter.class,
                    description = "Another open shard, with an adjacent range of hash keys.")
            String otherId, @Mixin Change change) throws Exception {
        if (shardId.equals(otherId)) {
            throw new UsageException("a SHARD is named twice");
        }
        return run(change, () -> List.of(new Resharding(change.active()).merge(shardId, otherId)));
    }

    @Command(description = "Change the settings of a stream. Settings that already have the given value are skipped.", footer = """

            Examples:
              stream set s1 --retention 7d --tag team=data --untag owner
              stream set s1 --mode on-demand --warm-throughput 200MiB
              stream set s1 --no-encrypt
            """)
    int set(@Option(names = "--mode", paramLabel = "MODE", description = "Capacity mode: on-demand or provisioned.") Mode mode,
            @Mixin StreamSettings settings,
            @Option(names = "--no-encrypt", description = "Stop encrypting records.") boolean noEncrypt,
            @Option(names = "--untag", paramLabel = "KEY", description = "Remove the tag with this key; can be repeated.")
            List<String> untag,
            @Mixin Change change) throws Exception {
        var untagged = untag == null ? List.<String>of() : untag;
        if (settings.isEmpty() && mode == null && !noEncrypt && untagged.isEmpty()) {
            throw new UsageException("say what to set: --retention, --mode, --max-record-size, --distribution, --warm-throughput, --tag,"
                    + " --untag, --encrypt or --no-encrypt");
        }
        settings.check(mode == Mode.PROVISIONED, noEncrypt, untagged);
        return run(change, () -> {
            var state = change.active();
            settings.check(state.name(), mode == Mode.ON_DEMAND || state.isOnDemand());
            var steps = new SettingSteps(state);
            if (mode == Mode.ON_DEMAND) { // before the settings that only such a stream has
                steps.mode(StreamMode.ON_DEMAND);
            }
            settings.addTo(steps);
            if (noEncrypt) {
                steps.noEncryption();
            }
            steps.noTags(untagged);
            if (mode == Mode.PROVISIONED) {
                steps.mode(StreamMode.PROVISIONED);
            }
            if (!steps.same().isEmpty()) {
                change.unchanged(String.join(", ", steps.same()));
            }
            return steps.steps();
        });
    }

    @Command(description = "Register a consumer with enhanced fan-out. AWS charges for the consumer until you deregister it.", footer = """

            Example:
              stream register s1 app1
            """)
    int register(@Parameters(index = "1", paramLabel = "NAME", description = "Name of the consumer.") String name, @Mixin Change change)
            throws Exception {
        Consumers.checkName(name);
        return run(change, () -> Consumers.register(change, name));
    }

    @Command(description = "Deregister a consumer with enhanced fan-out.", footer = """

            Example:
              stream deregister s1 app1
            """)
    int deregister(@Parameters(index = "1", paramLabel = "NAME", description = "Name of the consumer.") String name, @Mixin Change change)
            throws Exception {
        Consumers.checkName(name);
        return run(change, () -> Consumers.deregister(change, name));
    }

    @Command(description = "Check the permissions that describe, produce, consume and worker need on a stream, and print the policy to add."
            + " Changes nothing. Ends with exit code 1 when a permission is denied.", footer = """

            Examples:
              stream check s1
              stream check s1 -o json | jq -r 'select(.result == "denied").action'
            """)
    int check(@Parameters(paramLabel = "STREAM", converter = StreamRef.Converter.class, description = "Name or ARN of the stream.")
            StreamRef ref,
            @Option(names = {"-o", "--output"}, paramLabel = "FORMAT", defaultValue = "text",
                    description = "text, or json: one object per line (default: ${DEFAULT-VALUE}).")
            Change.Output output, @Mixin Aws aws, @Mixin Log log) throws Exception {
        try (var kinesis = aws.kinesis(1)) {
            var answer = new AnswerPrinter(new Stdout(), output == Change.Output.json, command.usageMessage().width());
            return new PermissionCheck(kinesis, ref, aws.isOfAws(), aws::kinesisAsync, log).print(answer) ? Cli.OK : Cli.FAILED;
        }
    }

    @Command(description = "Delete a stream and all of its records, after a confirmation on the terminal.", footer = """

            Examples:
              stream delete s1
              stream delete s1 --yes --force     without confirmation, with its consumers
            """)
    int delete(@Option(names = {"-y", "--yes"}, description = "Do not ask for confirmation.") boolean yes,
            @Option(names = "--force", description = "Also delete the consumers with enhanced fan-out.") boolean force,
            @Mixin Change change) throws Exception {
        return run(change, () -> Deletion.steps(change, force, yes));
    }

    /** Makes the change and describes the stream as it is then. */
    private int run(Change change, Change.Plan plan) throws Exception {
        change.make(plan, (stream, stdout, log) ->
                StreamDescription.print(new AnswerPrinter(stdout, true, 0), stream, false, shard -> true, false, log));
        return Cli.OK;
    }

    @Override
    public Integer call() {
        throw new UsageException("say what to do: create, scale, split, merge, set, register, deregister,"
                + " check or delete");
    }

    public static void main(String... args) {
        Cli.main(new stream(), Aws::warmUp, args);
    }
}
