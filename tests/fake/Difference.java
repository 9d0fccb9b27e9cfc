package fake;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.util.regex.Pattern;

/** The table of differences: what an engine that the tests run on lacks. A test that needs it is skipped on the engine, with the reason. */
public enum Difference {
    NO_SUBSCRIBE_TO_SHARD("kinesis-mock 0.5",
            "kinesis-mock has SubscribeToShard since 0.6; LocalStack 4.14.0, which has 0.5, does it itself"),
    NO_CONSUMERS("kinesalite", "kinesalite 3.3.3 has no consumers with enhanced fan-out"),
    NO_UPDATE_SHARD_COUNT("kinesalite", "kinesalite 3.3.3 has no UpdateShardCount"),
    NO_ENCRYPTION("kinesalite", "kinesalite 3.3.3 has no StartStreamEncryption"),
    NO_TAGS_OF_A_NEW_STREAM("kinesalite|kinesis-mock 0.5|LocalStack",
            "kinesalite 3.3.3 and kinesis-mock 0.5 ignore the tags of CreateStream"),
    NO_MAX_RECORD_SIZE("kinesalite|kinesis-mock 0.5|LocalStack", "kinesalite 3.3.3 and kinesis-mock 0.5 have no UpdateMaxRecordSize"),
    NO_CHILD_SHARDS("kinesalite",
            "kinesalite 3.3.3 gives no ChildShards at the end of a shard, which the Kinesis Client Library waits for"),
    NO_NEXT_TOKEN_OF_STREAMS("kinesalite",
            "kinesalite 3.3.3 gives no NextToken in ListStreams, without which the paginator of the AWS SDK never ends"),
    NO_STREAM_MODE("kinesalite", "kinesalite 3.3.3 has no StreamModeDetails"),
    NO_ITERATOR_BEHIND_THE_NEWEST_RECORD("kinesalite", "kinesalite 3.3.3 never answers GetShardIterator AT_TIMESTAMP, "
            + "which --from latest sends, while the shard has no record of that time or later"),
    MORE_MEMORY_FOR_JSON("kinesalite", "kinesalite 3.3.3 needs JSON, of which the AWS SDK holds more copies in memory than of CBOR");

    private final Pattern engine;
    private final String why;

    /** @param engine what the line in which {@link TestKinesis#engine} names it contains, as a regular expression */
    Difference(String engine, String why) {
        this.engine = Pattern.compile(engine);
        this.why = why;
    }

    /** Returns whether the tests run on an engine with this difference. */
    public boolean isHere() {
        return engine.matcher(TestKinesis.engine()).find();
    }

    /** Skips the test on an engine with this difference. */
    public void skipIfHere() {
        assumeFalse(isHere(), why);
    }
}
