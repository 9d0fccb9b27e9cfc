package bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import lib.aws.Aws;
import lib.cli.Log;
import lib.local.LocalKinesis;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** From the call that puts a record to the line on stdout, on the local Kinesis. */
public final class Latency {
    private static final int RECORDS = 200; // of each run
    private static final int PAUSE_MILLIS = 60; // at most

    private Latency() {}

    public static void run(Bench bench) throws Exception {
        System.out.printf("%nlatency, from put to the line on stdout, on the local Kinesis%n");
        System.out.printf("  %-24s %9s %9s %9s%n", "", "p50 ms", "p99 ms", "records");
        try (var local = LocalKinesis.start(0, false, new Log()); var kinesis = Aws.local(local.endpoint()).kinesis()) {
            local.create(List.of(LocalKinesis.NewStream.parse("latency:4")));
            for (var interval : List.of("1s", "200ms")) {
                var consume = Bench.scriptAt(
                        local.endpoint().toString(), "consume", "latency", "-q", "-o", "raw", "--poll-interval", interval);
                var millis = measure(kinesis, consume, Math.max(1, RECORDS * bench.runs() / bench.less()));
                System.out.printf("  %-24s %9.0f %9.0f %9d%n",
                        "--poll-interval " + interval, percentile(millis, 50), percentile(millis, 99), millis.size());
                bench.results().add(Map.of("title", "latency, --poll-interval " + interval, "millis", millis));
            }
        }
    }

    private static List<Double> measure(KinesisClient kinesis, List<String> command, int records) throws Exception {
        var consume = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (var lines = new BufferedReader(new InputStreamReader(consume.getInputStream())); AutoCloseable end = consume::destroy) {
            var sent = new ConcurrentHashMap<String, Long>();
            var isReading = new CountDownLatch(1);
            var millis = new ArrayList<Double>();
            var reader = new Thread(() -> lines.lines().forEach(line -> {
                isReading.countDown();
                var then = sent.remove(line);
                if (then != null) {
                    millis.add((System.nanoTime() - then) / 1e6);
                }
            }));
            reader.start();
            while (isReading.getCount() > 0 && consume.isAlive()) { // it begins at what comes after its start
                put(kinesis, "begin");
                Thread.sleep(PAUSE_MILLIS);
            }
            var random = new Random(0);
            for (int n = 0; n < records; n++) {
                Thread.sleep(random.nextInt(PAUSE_MILLIS));
                sent.put("record " + n, System.nanoTime());
                put(kinesis, "record " + n);
            }
            while (!sent.isEmpty() && consume.isAlive()) {
                Thread.sleep(PAUSE_MILLIS);
            }
            consume.destroy();
            reader.join();
            if (millis.size() < records) {
                throw new IllegalStateException("consume has printed " + millis.size() + " of " + records + " records");
            }
            return millis;
        }
    }

    private static void put(KinesisClient kinesis, String data) {
        kinesis.putRecord(request -> request.streamName("latency").partitionKey(data).data(SdkBytes.fromUtf8String(data)));
    }

    private static double percentile(List<Double> values, int percent) {
        return values.stream().sorted().toList().get((values.size() - 1) * percent / 100);
    }
}
