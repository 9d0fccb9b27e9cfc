import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.stream.IntStream;
import lib.FakeEndpoint;
import lib.FakeShards;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;

/** What consume takes in memory. The stream is a fake: so many megabytes hold up an engine, and with it every test that shares it. */
class SmallHeapTest {
    @Test
    void largeRecordsOnManyShards_passThroughASmallHeap_whileTheReaderIsSlow() throws Exception {
        var shards = new FakeShards(6);
        var data = new byte[1_000_000];
        Arrays.fill(data, (byte) 'x');
        for (int n = 0; n < 36; n++) {
            var hashKey = new BigInteger("56713727820156410577229101238628035242").multiply(BigInteger.valueOf(n % 6)).toString();
            shards.putRecord(request -> request.partitionKey("key").explicitHashKey(hashKey).data(SdkBytes.fromByteArrayUnsafe(data)));
        }
        try (var kinesis = new FakeEndpoint(shards)) {
            var consume = Script.command("bash", "-o", "pipefail", "-c", "\"$@\" | (IFS= read -rN1 first; sleep 3; printf %s \"$first\"; cat) | wc -lc", "-")
                    .and(Script.kinesisAt(kinesis.url(), "consume", "s1", "-q", "-o", "raw", "--from", "earliest", "-e"))
                    .env("JDK_JAVA_OPTIONS", "-Xmx28m").run(0);
            assertEquals(IntStream.of(36, 36_000_036).boxed().toList(),
                    Arrays.stream(consume.stdout().trim().split("\\s+")).map(Integer::valueOf).toList());
        }
    }
}
