package lib.aws;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import fake.Fuzz;
import fake.Liar;
import fake.Printed;
import fake.Protocol;
import java.io.IOException;
import java.math.BigInteger;
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
import lib.positions.Checkpoint;
import lib.positions.Position;
import lib.positions.StartingPositions;
import lib.read.Lag;
import lib.read.ShardOrder;
import lib.read.ShardReader;
import lib.write.Aggregator;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** Answers of an endpoint with something wrong in them: each is refused in one line of plain words, or is good for all that the scripts do with it. */
class EndpointFuzzTest {
    private static final StreamRef STREAM = StreamRef.parse("s1");
    private static final Pattern INTERNAL = Pattern.compile("Index \\d|Cannot invoke|For input string|java\\.|null|could not be parsed|overflow|unmarshall|\n");
    private static final int LONGEST_LINE = 2_500; // a message and an error code, both shortened

    private Random random;

    /** A call, and what the scripts do with its response. */
    private interface Call {
        void make(KinesisClient kinesis) throws Exception;
    }

    private static final List<Call> CALLS = List.of(
            kinesis -> {
                var shards = Shards.list(kinesis, STREAM);
                for (var tree : List.of(true, false)) {
                    ShardTable.print(new Printed().text(80), shards.all(), tree);
                    ShardTable.print(new Printed().json(), shards.all(), tree);
                }
                ShardTable.printShardOf(new Printed().text(80), "key", Distribution.BY_KEY, shards.all());
                new StartingPositions(Checkpoint.inMemory(), shards, Position.LATEST, quiet()).set(shard -> true);
                new Aggregator(shards.all(), shards::all);
            },
            kinesis -> {
                var reply = kinesis.describeStreamSummary(request -> request.streamName("s1"));
                var described = new StreamDescription(reply.streamDescriptionSummary(), Shards.time(reply), Map.of());
                described.print(new Printed().text(80));
                described.print(new Printed().json());
                new ConsumerTable(described, kinesis.listStreamConsumers(request -> request.streamARN("a")).consumers()).print(new Printed().json());
                Distribution.of(described.summary());
            },
            kinesis -> {
                var page = kinesis.listTagsForStream(request -> request.streamName("s1"));
                assertTrue(page.tags().stream().allMatch(tag -> tag.key() != null) && page.hasMoreTags() != null);
            },
            kinesis -> {
                var page = kinesis.listStreams();
                assertTrue(page.streamNames().stream().noneMatch(String::isEmpty) && page.hasMoreStreams() != null);
            },
            kinesis -> {
                read(kinesis.getRecords(request -> request.shardIterator(kinesis.getShardIterator(shard -> shard.streamName("s1").shardId(Liar.CHILD)
                        .shardIteratorType("TRIM_HORIZON")).shardIterator())));
                read(kinesis.getRecords(request -> request.shardIterator(Liar.PARENT + "/0")));
            },
            kinesis -> {
                var entry = PutRecordsRequestEntry.builder().partitionKey("k").data(SdkBytes.fromUtf8String("d")).build();
                for (var result : kinesis.putRecords(request -> request.streamName("s1").records(entry, entry)).records()) {
                    assertTrue(result.errorCode() != null || new BigInteger(result.sequenceNumber()).signum() >= 0 && !result.shardId().isEmpty());
                }
            });

    @Test
    void whatIsWrongInAnAnswer_isRefusedInPlainWords_orDoesNoHarm() throws Exception {
        try (var liar = new Liar();
                var kinesis = CommandLine.populateCommand(new Aws(), "--local", "--endpoint-url", liar.url(), "--region", liar.send(Liar.ANY, this::send)).kinesis(1)) {
            Fuzz.rounds(500, random -> {
                this.random = random;
                try {
                    CALLS.get(random.nextInt(CALLS.size())).make(kinesis);
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

    private static void read(GetRecordsResponse reply) throws IOException {
        var batch = new ShardReader.Batch(Liar.CHILD, reply.records(), reply.millisBehindLatest());
        var traffic = new Traffic(Instant::now);
        traffic.accept(batch);
        traffic.accept(batch);
        traffic.history();
        new Lag.Meter(Instant::now).accept(batch);
        reply.records().forEach(record -> new BigInteger(record.sequenceNumber()));
        assertTrue(reply.millisBehindLatest() == null || reply.millisBehindLatest() >= 0);
        assertTrue(reply.childShards().stream().noneMatch(child -> child.parentShards().isEmpty()));
        new ShardOrder().add(reply.childShards().stream().map(child -> Shard.builder().shardId(child.shardId()).parentShardId(child.parentShards().get(0)).build()).toList());
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
