import static org.junit.jupiter.api.Assumptions.assumeFalse;

/** What a Kinesis that the tests can run on lacks. A test that needs it is skipped there, with the reason. */
enum Difference {
    NO_SUBSCRIBE_TO_SHARD("kinesis-mock 0.5", "kinesis-mock has SubscribeToShard since 0.6; LocalStack 4.14.0, which has 0.5, does it itself");

    private final String engine;
    private final String why;

    /** @param engine what the line in which {@link TestKinesis#engine} names it contains */
    Difference(String engine, String why) {
        this.engine = engine;
        this.why = why;
    }

    /** Ends a test that it concerns. */
    void skipIfHere() {
        assumeFalse(TestKinesis.engine().contains(engine), why);
    }
}
