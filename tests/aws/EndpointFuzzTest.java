package lib.aws;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import fake.FakeKinesis;
import fake.Fuzz;
import fake.Liar;
import fake.Printed;
import fake.Protocol;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import lib.cli.ErrorLine;
import lib.cli.Log;
import lib.describe.ConsumerTable;
import lib.describe.ShardTable;
import lib.describe.StreamDescription;
import lib.describe.Traffic;
import lib.kinesis.Distribution;
import lib.kinesis.GetRecordsResult;
import lib.kinesis.KinesisStream;
import lib.kinesis.KinesisStream.PutEntry;
import lib.kinesis.KinesisStream.PutResult;
import lib.kinesis.Shards;
import lib.kinesis.StreamRef;
import lib.positions.Checkpoint;
import lib.positions.Position;
import lib.positions.ShardPosition;
import lib.positions.StartingPositions;
import lib.read.LagTable;
import lib.read.ShardReader;
import lib.records.UserRecord;
import lib.write.RecordWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;

/**
 * Responses of an endpoint with something wrong in them: each is refused in one line of plain words, or is good for all that the scripts do
 * with it.
 */
class EndpointFuzzTest {
    private static final Pattern INTERNAL = Pattern.compile(
            "Index \\d|Cannot invoke|For input string|java\\.|null|could not be parsed|overflow|unmarshall|\n");
    private static final int LONGEST_LINE = 2_500; // a message and an error code, both shortened
    private static final Duration GIVE_UP = Duration.ofSeconds(1);

    private Random random;

    /** Makes calls, and does with the responses what the scripts do. */
    private interface Call {
        void make(KinesisClient kinesis, KinesisStream stream) throws Exception;
    }

    private static final List<Call> CALLS = List.of(
            (kinesis, stream) -> use(stream.listShards()),
            (kinesis, stream) -> {
                var summary = stream.describe();
                var described = new StreamDescription(summary);
                described.print(new Printed().text(80));
                described.print(new Printed().json());
                Distribution.of(summary);
            },
            (kinesis, stream) -> {
                var time = Instant.parse("2026-11-24T12:00:00Z");
                var described = new StreamDescription(StreamDescriptionSummary.builder().build(), time, null);
                new ConsumerTable(described, stream.listConsumers("arn:s1", null).consumers()).print(new Printed().json());
            },
            (kinesis, stream) -> {
                var page = stream.listTags(null);
                assertTrue(page.tags().stream().allMatch(tag -> tag.key() != null && !tag.key().isEmpty()) && page.hasMoreTags() != null);
            },
            (kinesis, stream) -> {
                var page = kinesis.listStreams();
                assertTrue(page.streamNames().stream().noneMatch(String::isEmpty) && page.hasMoreStreams() != null);
            },
            (kinesis, stream) -> assertFalse(stream.getShardIterator(Liar.CHILD, ShardPosition.trimHorizon().start()).isEmpty()),
            (kinesis, stream) -> use(stream.getRecords(Liar.CHILD + "/0", 100)),
            (kinesis, stream) -> use(stream.getRecords(Liar.PARENT + "/0", 100)),
            (kinesis, stream) -> {
                var entry = new PutEntry("k", null, "d".getBytes(StandardCharsets.UTF_8));
                for (var result : stream.putRecords(List.of(entry, entry))) {
                    assertTrue(result.errorCode() != null || isStored(result));
                }
            },
            (kinesis, stream) -> assertTrue(isStored(stream.putRecord(new PutEntry("k", null, new byte[1]), null))));

    @Test
    void whatIsWrongInAnAnswer_isRefusedInPlainWords_orDoesNoHarm() throws Exception {
        try (var liar = new Liar(); var kinesis = kinesis(liar)) {
            var stream = KinesisStream.of(kinesis, StreamRef.parse("s1"));
            Fuzz.rounds(800, random -> {
                this.random = random;
                try {
                    CALLS.get(random.nextInt(CALLS.size())).make(kinesis, stream);
                } catch (Exception e) {
                    var line = ErrorLine.of(e);
                    assertFalse(INTERNAL.matcher(line).find() || line.length() > LONGEST_LINE, () -> {
                        e.printStackTrace();
                        return line;
                    });
                }
            });
        }
    }

    private KinesisClient kinesis(Liar liar) {
        var region = liar.send(Liar.ANY, this::send);
        return CommandLine.populateCommand(new Aws(), "--local", "--endpoint-url", liar.url(), "--region", region).kinesis(1);
    }

    private static void use(Shards shards) throws Exception {
        for (var tree : List.of(true, false)) {
            ShardTable.print(new Printed().text(80), shards.all(), tree);
            ShardTable.print(new Printed().json(), shards.all(), tree);
        }
        ShardTable.printShardOf(new Printed().text(80), "key", Distribution.BY_KEY, shards.all());
        new StartingPositions(Checkpoint.inMemory(), shards, Position.LATEST, quiet()).set(shard -> true);
        var listed = new FakeKinesis();
        listed.shards = shards.all();
        new RecordWriter(new RecordWriter.Settings(listed, false, true, 1, GIVE_UP, GIVE_UP, quiet()), new Nobody()).abandon("it is made");
    }

    private static void use(GetRecordsResult reply) throws Exception {
        var batch = new ShardReader.Batch(Liar.CHILD, reply.records(), reply.millisBehindLatest());
        var traffic = new Traffic(Instant::now);
        traffic.accept(batch);
        traffic.accept(batch);
        traffic.history();
        var checkpoint = Checkpoint.inMemory();
        checkpoint.set(Liar.CHILD, ShardPosition.trimHorizon());
        var fetched = new FakeKinesis().reply(Liar.CHILD, reply);
        new LagTable(fetched, checkpoint, Instant::now, GIVE_UP, quiet()).print(new Printed().json(), null);
        reply.records().forEach(record -> new BigInteger(record.sequenceNumber()));
        assertTrue(reply.millisBehindLatest() == null || reply.millisBehindLatest() >= 0);
        assertTrue(reply.childShards().stream().noneMatch(child -> child.parentShards().isEmpty()));
        Shards.checkParents(reply.childShards().stream()
                .map(child -> Shard.builder().shardId(child.shardId()).parentShardId(child.parentShards().get(0)).build()).toList());
    }

    private static boolean isStored(PutResult result) {
        return new BigInteger(result.sequenceNumber()).signum() >= 0 && !result.shardId().isEmpty();
    }

    /** Is told nothing. */
    private static final class Nobody implements RecordWriter.Listener {
        @Override
        public void stored(List<UserRecord> records) {}

        @Override
        public void retried(int records) {}

        @Override
        public void undelivered(UserRecord record, String why) {}

        @Override
        public void ended() {}
    }

    private void send(HttpExchange exchange, Protocol protocol, Map<String, Object> answer) throws IOException {
        if (random.nextInt(4) == 0) {
            Liar.send(exchange, random.nextInt(4) == 0 ? 400 : 200, protocol, Fuzz.mutate(random, protocol.write(answer)));
            return;
        }
        for (var changes = random.nextInt(3); changes >= 0; changes--) {
            change(answer);
        }
        Liar.send(exchange, 200, protocol, protocol.write(answer));
    }

    /** Changes a field of the map, or of one within it. */
    @SuppressWarnings("unchecked")
    private void change(Map<String, Object> map) {
        if (map.isEmpty()) {
            return;
        }
        var name = map.keySet().stream().sorted().skip(random.nextInt(map.size())).findFirst().orElseThrow();
        var value = map.get(name);
        if (value instanceof Map && random.nextInt(4) > 0) {
            change((Map<String, Object>) value);
        } else if (value instanceof List<?> list && !list.isEmpty() && list.get(0) instanceof Map && random.nextInt(4) > 0) {
            change((Map<String, Object>) list.get(random.nextInt(list.size())));
        } else if (random.nextInt(3) == 0) {
            map.remove(name);
        } else {
            map.put(name, nonsense(value));
        }
    }

    private Object nonsense(Object value) {
        return switch (random.nextInt(12)) {
            case 0 -> null;
            case 1 -> "";
            case 2 -> random.nextBoolean() ? "12x" : "\u001b[2J\nno";
            case 3 -> "9".repeat(1 << random.nextInt(18));
            case 4 -> random.nextLong();
            case 5 -> List.of(Long.MAX_VALUE, Long.MIN_VALUE, -1L, 0L, 1L << 31).get(random.nextInt(5));
            case 6 -> random.nextBoolean() ? random.nextDouble() * 1e300 : Double.NaN;
            case 7 -> random.nextBoolean();
            case 8 -> new HashMap<>(Map.of("a", "b"));
            case 9 -> new ArrayList<>(Arrays.asList(value, null, "x", 1));
            case 10 -> new ArrayList<>(Collections.nCopies(random.nextInt(1000), value));
            default -> Fuzz.bytes(random, random.nextInt(20));
        };
    }

    private static Log quiet() {
        return CommandLine.populateCommand(new Log(), "-q");
    }
}
