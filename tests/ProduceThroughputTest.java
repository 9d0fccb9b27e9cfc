import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.FakeEndpoint;
import fake.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Much through little. The rates that the account on stderr says are printed, for the README, and not judged here. */
class ProduceThroughputTest {
    @TempDir Path folder;

    @Test
    void aMillionLines_goThroughASmallHeap() throws Exception {
        try (var kinesis = FakeEndpoint.counting(4, false)) {
            var produced = Script.kinesisAt(kinesis.url(), "produce", "s1", lines(1_000_000)).env("JDK_JAVA_OPTIONS", "-Xmx64m").run(0);
            assertEquals(1_000_000, kinesis.records());
            assertTrue(produced.stderr().contains("1,000,000 records stored: 100,000,000 bytes in "), produced::toString);
            System.out.print(produced.stderr());
        }
    }

    @Test
    void shardThatTakesAThousandRecordsASecond_takesManyMoreLines_asAggregates() throws Exception {
        try (var plain = FakeEndpoint.counting(1, true); var aggregated = FakeEndpoint.counting(1, true)) {
            System.out.print(Script.kinesisAt(plain.url(), "produce", "s1", lines(10_000)).run(0).stderr());
            System.out.print(Script.kinesisAt(aggregated.url(), "produce", "s1", lines(80_000), "--aggregate").run(0).stderr());
            assertEquals(10_000, plain.records());
            assertTrue(aggregated.records() < 1_000, () -> aggregated.records() + " Kinesis records");
        }
    }

    /** A file of so many lines of 100 bytes. */
    private String lines(int count) throws IOException {
        var file = folder.resolve("lines" + count);
        try (var out = Files.newBufferedWriter(file)) {
            for (int n = 0; n < count; n++) {
                out.write("%0100d\n".formatted(n));
            }
        }
        return file.toString();
    }
}
