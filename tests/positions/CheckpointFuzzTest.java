package lib.positions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.Fuzz;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import lib.cli.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFuzzTest {
    @TempDir Path temp;

    /** Only what is read is saved: a save waits for the disk. */
    @Test
    void mutatedFile_isReadAsWhatASaveOfItIs_orAFailureOfOneLine() throws IOException {
        var file = temp.resolve("file");
        var contents = contents(file);
        Fuzz.rounds(500, random -> {
            Files.write(file, Fuzz.mutate(random, contents.get(random.nextInt(contents.size()))));
            Checkpoint checkpoint;
            try {
                checkpoint = Checkpoint.read(file, CheckpointTest.STREAM);
            } catch (Failure e) {
                assertFalse(e.getMessage().isBlank() || e.getMessage().contains("\n") || e.getMessage().length() > 1000, e.getMessage());
                return;
            }
            var read = positions(checkpoint);
            for (var position : read.values()) {
                var time = position.hasEnded() ? null : position.start().timestamp();
                assertTrue(time == null || time.toEpochMilli() < Long.MAX_VALUE / 2, position::toString);
            }
            Files.delete(file);
            save(file, checkpoint.partitionKey(), read);
            assertEquals(read, positions(Checkpoint.read(file, CheckpointTest.STREAM)));
        });
    }

    private static List<byte[]> contents(Path file) throws IOException {
        var random = new Random(1);
        var contents = new ArrayList<byte[]>();
        while (contents.size() < 20) {
            var positions = new TreeMap<String, ShardPosition>();
            for (var n = random.nextInt(4); n >= 0; n--) {
                positions.put("shardId-%012d".formatted(random.nextInt(100)), position(random));
            }
            save(file, random.nextBoolean() ? null : "key", positions);
            contents.add(Files.readAllBytes(file));
            Files.delete(file);
        }
        return contents;
    }

    private static void save(Path file, String key, Map<String, ShardPosition> positions) throws IOException {
        try (var checkpoint = Checkpoint.open(file, CheckpointTest.STREAM, key)) {
            positions.forEach(checkpoint::set);
        }
    }

    private static Map<String, ShardPosition> positions(Checkpoint checkpoint) {
        var positions = new TreeMap<String, ShardPosition>();
        checkpoint.shardIds().forEach(shardId -> positions.put(shardId, checkpoint.get(shardId)));
        return positions;
    }

    private static ShardPosition position(Random random) {
        var sequenceNumber = new BigInteger(185, random).toString();
        return switch (random.nextInt(5)) {
            case 0 -> ShardPosition.shardEnd();
            case 1 -> ShardPosition.trimHorizon();
            case 2 -> ShardPosition.after(sequenceNumber);
            case 3 -> ShardPosition.within(sequenceNumber, random.nextInt(1000), "deaggregate, none");
            default -> ShardPosition.at(Instant.ofEpochMilli(random.nextInt()));
        };
    }
}
