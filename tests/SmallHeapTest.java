import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import software.amazon.awssdk.core.SdkBytes;

/** What consume takes in memory. */
@Isolated("its megabytes hold up the Kinesis that other tests share")
@OnKinesis
class SmallHeapTest {
    @Test
    void largeRecordsOnManyShards_passThroughASmallHeap_whileTheReaderIsSlow() throws Exception {
        var stream = TestKinesis.stream(6);
        var data = new byte[1_000_000];
        Arrays.fill(data, (byte) 'x');
        for (int n = 0; n < 36; n++) {
            var hashKey = new BigInteger("56713727820156410577229101238628035242").multiply(BigInteger.valueOf(n % 6)).toString();
            TestKinesis.client().putRecord(request -> request.streamName(stream).partitionKey("key").explicitHashKey(hashKey)
                    .data(SdkBytes.fromByteArray(data)));
        }
        var consume = Script.shell("./jbang consume " + stream + " -q -o raw --from earliest -e $kinesis | (sleep 3; wc -lc)")
                .env("JDK_JAVA_OPTIONS", "-Xmx28m").run(0);
        assertEquals(IntStream.of(36, 36_000_036).boxed().toList(),
                Arrays.stream(consume.stdout().trim().split("\\s+")).map(Integer::valueOf).toList());
    }
}
