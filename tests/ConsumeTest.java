import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonFactory;
import fake.Difference;
import fake.OnKinesis;
import fake.Script;
import fake.TestKinesis;
import java.io.IOException;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@OnKinesis
class ConsumeTest {
    private static final Pattern POLL = Pattern.compile("shard (\\S+) got \\d+ records?");

    @Test
    void printsEveryRecordOnce_andInTheOrderOfItsShard_whileProduceWrites() throws Exception {
        Difference.NO_ITERATOR_BEHIND_THE_NEWEST_RECORD.skipIfHere();
        var stream = TestKinesis.stream(4);
        try (var consume = reading(stream, 4, "-o", "json", "--poll-interval", "200ms")) {
            Script.kinesis("produce", stream, "-n", "100", "--rate", "50").run(0);
            consume.awaitStdout(out -> out.lines().count() >= 100).signal("INT").awaitExit(130);

            var records = consume.stdout().lines().map(ConsumeTest::fields).toList();
            var all = Stream.iterate(0, n -> n + 1).limit(100).map(n -> "message data " + n).collect(Collectors.toSet());
            assertEquals(100, records.size());
            assertEquals(all, records.stream().map(record -> record.get("data")).collect(Collectors.toSet()));
            var last = new HashMap<String, BigInteger>();
            for (var record : records) {
                var number = new BigInteger(record.get("sequenceNumber"));
                var before = last.put(record.get("shardId"), number);
                consume.check("not in order: " + record, before == null || before.compareTo(number) < 0);
            }
            assertEquals(4, last.size());
        }
    }

    @Test
    void writesTheTranscript_ofEveryPoll() throws Exception {
        Difference.NO_ITERATOR_BEHIND_THE_NEWEST_RECORD.skipIfHere();
        var stream = TestKinesis.stream(1);
        try (var consume = Script.shell("exec ./jbang consume " + stream + " -v --poll-interval 1s $kinesis 2>&1").start()) {
            consume.awaitStdout(out -> out.contains("got 0 records"));
            Script.kinesis("produce", stream, "-n", "1").run(0);
            consume.awaitStdout(out -> out.contains("got 0 records\n") && out.lines().filter(line -> line.contains("data")).count() == 1);
            consume.check("not the transcript", consume.stdout().matches("""
                    (\\[jbang].*
                    )*1 shard located
                    (shard shardId-000000000000 got 0 records
                    )+shard shardId-000000000000 got 1 record
                    shard shardId-000000000000 data: message data 0
                    (shard shardId-000000000000 got 0 records
                    )*"""));
        }
    }

    @Test
    void saysNothingOfEmptyPolls_andNothingAtAllWhenQuiet() throws Exception {
        Difference.NO_ITERATOR_BEHIND_THE_NEWEST_RECORD.skipIfHere();
        var stream = TestKinesis.stream(1);
        try (var loud = Script.kinesis("consume", stream, "--poll-interval", "200ms").start();
                var quiet = Script.kinesis("consume", stream, "--poll-interval", "200ms", "-q").start();
                var produce = Script.kinesis("produce", stream, "--rate", "2").start()) { // until both have come to poll
            loud.awaitStdout(out -> out.lines().count() >= 2);
            quiet.awaitStdout(out -> out.lines().count() >= 2);
            loud.check("empty polls on stderr", !loud.stderr().contains("got 0") && loud.stderr().contains("got "));
            assertEquals("", quiet.stderr());
        }
    }

    @Test
    void endsWithZero_whenTheReaderOfThePipeHasEnough() throws Exception {
        var stream = TestKinesis.stream(4);
        try (var produce = Script.kinesis("produce", stream, "--rate", "20").start()) {
            produce.awaitStdout(out -> !out.isEmpty());
            var head = Script.shell("./jbang consume " + stream + " -q $kinesis | head -3").run(0);
            assertEquals(3, head.stdout().lines().count());
            assertEquals("", head.stderr());
        }
    }

    @Test
    void isReadByJq_asJson() throws Exception {
        Script.needs("jq");
        var stream = TestKinesis.stream(4);
        try (var produce = Script.kinesis("produce", stream, "--rate", "20").start()) {
            produce.awaitStdout(out -> !out.isEmpty());
            var jq = Script.shell("./jbang consume " + stream + " -q -o json $kinesis | head -5 | jq -r .data").run(0);
            assertEquals(5, jq.stdout().lines().filter(line -> line.matches("message data \\d+")).count());
        }
    }

    @Test
    void printsTheDataAndANewline_asRaw() throws Exception {
        var stream = TestKinesis.stream(1);
        try (var consume = reading(stream, 1, "--from", "earliest", "-o", "raw")) {
            Script.kinesis("produce", stream, "-n", "2", "--rate", "100", "--ordered").run(0);
            consume.awaitStdout(out -> out.equals("message data 0\nmessage data 1\n"));
        }
    }

    @Test
    void fails_whenStdoutIsFull() throws Exception {
        Script.needs("/dev/full");
        var stream = TestKinesis.stream(1);
        try (var produce = Script.kinesis("produce", stream, "--rate", "20").start()) {
            produce.awaitStdout(out -> !out.isEmpty());
            var full = Script.shell("exec ./jbang consume " + stream + " -q $kinesis > /dev/full").run(1);
            assertEquals("consume: cannot write to stdout: No space left on device\n", full.stderr());
        }
    }

    @Test
    void endsAtOnce_whenItIsInterruptedOrTerminated() throws Exception {
        for (var signal : Map.of("INT", 130, "TERM", 143).entrySet()) {
            var stream = TestKinesis.stream(4);
            try (var consume = reading(stream, 4, "--from", "earliest", "--poll-interval", "1h")) { // asleep, as nearly always
                consume.signal(signal.getKey()).awaitExit(signal.getValue());
                assertEquals("", consume.stdout());
                consume.check("an error", !consume.stderr().contains("consume:"));
            }
        }
    }

    @Test
    void failsAndNamesTheShard_whenTheStreamIsDeleted() throws Exception {
        var stream = TestKinesis.stream(1);
        try (var consume = reading(stream, 1, "--from", "earliest", "--poll-interval", "200ms")) {
            TestKinesis.client().deleteStream(request -> request.streamName(stream));
            consume.awaitExit(1).check("no reason", consume.stderr().lines()
                    .anyMatch(line -> line.startsWith("consume: shard shardId-000000000000: ")));
            consume.check("a stack trace", !consume.stderr().contains("\tat "));
        }
    }

    /** A consumer whose shards all have their iterators: what is written from now on is its to read. */
    private static Script reading(String stream, int shards, String... options) throws IOException, InterruptedException {
        return Script.kinesis("consume", stream, "-v").and(options).start().awaitStderr(err -> {
            var polled = new HashSet<String>();
            POLL.matcher(err).results().forEach(poll -> polled.add(poll.group(1)));
            return polled.size() == shards;
        });
    }

    private static Map<String, String> fields(String line) {
        try (var json = new JsonFactory().createParser(line)) {
            var fields = new TreeMap<String, String>();
            json.nextToken();
            for (var name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                fields.put(name, json.nextTextValue());
            }
            return fields;
        } catch (IOException e) {
            throw new AssertionError("no JSON: " + line, e);
        }
    }
}
