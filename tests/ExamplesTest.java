import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.Difference;
import fake.FaultProxy;
import fake.OnKinesis;
import fake.Script;
import fake.TestKinesis;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ExamplesTest {
    private static final List<String> EXAMPLES = List.of("examples/describe.java", "examples/produce.java", "examples/consume.java");
    private static final int MAX_LINES = 60;
    private static final Pattern FILE = Pattern.compile("[\\w/]+\\.java");
    private static final Pattern PRINTED = Pattern.compile("shard (\\S+) data: message data (\\d+)");

    /** Two JBangs that build the same script concurrently fail. */
    @BeforeAll
    static void build() throws Exception {
        for (var example : EXAMPLES) {
            Script.jbang("build", example).run(0);
        }
    }

    @Test
    void everyExample_isAPage_onTheSdkAlone_andNamesFilesThatExist() throws Exception {
        for (var example : EXAMPLES) {
            var text = Files.readString(Script.ROOT.resolve(example));
            assertTrue(text.lines().count() <= MAX_LINES, example);
            assertFalse(text.contains("//SOURCES"), example);
            var dependencies = text.lines().filter(line -> line.startsWith("//DEPS")).map(line -> line.replaceAll("//DEPS |:[^:]*$", ""));
            assertEquals(List.of("software.amazon.awssdk:kinesis", "org.slf4j:slf4j-nop"), dependencies.toList(), example);
            text.lines().filter(line -> line.startsWith("import ")).forEach(line ->
                    assertTrue(line.matches("import (static )?(java|software\\.amazon\\.awssdk)\\..*"), example + ": " + line));

            var comment = text.substring(text.indexOf("/*\n"), text.indexOf("*/"));
            var named = FILE.matcher(comment).results().map(MatchResult::group).collect(Collectors.toSet());
            assertTrue(named.contains(example) && named.stream().anyMatch(name -> name.startsWith("lib/")), example);
            named.forEach(name -> assertTrue(Files.exists(Script.ROOT.resolve(name)), example + ": there is no " + name));
        }
    }

    @Test
    @OnKinesis
    void describe_listsTheStreams_orTheShards() throws Exception {
        var stream = TestKinesis.stream(2);
        TestKinesis.split(stream, "shardId-000000000000");
        if (!Difference.NO_NEXT_TOKEN_OF_STREAMS.isHere()) {
            assertTrue(example("describe").run(0).stdout().lines().anyMatch(stream::equals));
        }
        var describe = example("describe", stream).run(0);
        var expected = TestKinesis.shards(stream).stream().map(shard -> "%s  %s  hash keys %s to %s\n".formatted(shard.shardId(),
                shard.shardId().endsWith("0") ? "CLOSED" : "OPEN  ", shard.hashKeyRange().startingHashKey(),
                shard.hashKeyRange().endingHashKey()));
        assertEquals(expected.collect(Collectors.joining()), describe.stdout());
        assertEquals("", describe.stderr());
    }

    @Test
    @OnKinesis
    void consume_printsTheRecordsOfProduce_eachWithItsShard() throws Exception {
        var stream = TestKinesis.stream(2);
        try (var consume = example("consume", stream).start(); var produce = example("produce", stream).start()) {
            consume.awaitStdout(out -> out.lines().count() >= 2).close();
            var printed = PRINTED.matcher(consume.stdout()).results().toList();
            assertEquals(consume.stdout().lines().count(), printed.size(), consume.stdout());
            assertEquals("2 shards located\n", consume.stderr());
            for (var record : printed) {
                var number = Integer.parseInt(record.group(2));
                produce.awaitStdout(out -> out.lines().count() > number);
                assertEquals("produced record to shard " + record.group(1), produce.stdout().lines().toList().get(number));
            }
            assertEquals("", produce.stderr());
        }
    }

    @Test
    @OnKinesis
    void consume_renewsAnExpiredIterator_afterTheLastRecord() throws Exception {
        var stream = TestKinesis.stream(1);
        var expires = new AtomicBoolean();
        try (var proxy = new FaultProxy(); var consume = exampleAt(proxy.endpoint(), "consume", stream).start()) {
            proxy.injectIf("GetRecords", call -> {
                var expired = expires.compareAndSet(true, false);
                if (expired) {
                    TestKinesis.put(stream, "b"); // a new iterator at LATEST would be beyond
                }
                return expired;
            }, FaultProxy.refusal(400, "ExpiredIteratorException"));
            Script.await(() -> !proxy.calls("GetRecords").isEmpty(), consume);
            TestKinesis.put(stream, "a");
            consume.awaitStdout(out -> out.endsWith("data: a\n"));
            expires.set(true);
            consume.awaitStdout(out -> out.equals("shard shardId-000000000000 data: a\nshard shardId-000000000000 data: b\n"));
        }
    }

    @Test
    @OnKinesis
    void consume_endsAtTheEndOfAClosedShard() throws Exception {
        var stream = TestKinesis.stream(1);
        try (var proxy = new FaultProxy(); var consume = exampleAt(proxy.endpoint(), "consume", stream).start()) {
            Script.await(() -> !proxy.calls("GetRecords").isEmpty(), consume);
            TestKinesis.put(stream, "last");
            TestKinesis.split(stream, "shardId-000000000000");
            consume.awaitExit(0);
            assertEquals("shard shardId-000000000000 data: last\n", consume.stdout());
            assertEquals("1 shards located\nshard shardId-000000000000 ended\n", consume.stderr());
        }
    }

    @Test
    @OnKinesis
    void consume_endsWithTheErrorOfALoop_whileOtherLoopsRun() throws Exception {
        var stream = TestKinesis.stream(2);
        try (var proxy = new FaultProxy()) {
            proxy.inject("GetRecords", 0, 1, FaultProxy.refusal(400, "InvalidArgumentException"));
            var consume = exampleAt(proxy.endpoint(), "consume", stream).run(1);
            consume.check("no error", consume.stderr().contains("InvalidArgumentException"));
        }
    }

    private static Script.Builder example(String name, String... arguments) {
        return exampleAt(TestKinesis.endpoint().toString(), name, arguments);
    }

    private static Script.Builder exampleAt(String endpoint, String name, String... arguments) {
        return Script.jbang("examples/" + name + ".java").and(arguments).env("AWS_ENDPOINT_URL_KINESIS", endpoint)
                .env("AWS_REGION", "us-east-1").env("AWS_ACCESS_KEY_ID", "local").env("AWS_SECRET_ACCESS_KEY", "local");
    }
}
