package lib.positions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import lib.cli.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;

class CheckpointTest {
    static final StreamDescriptionSummary STREAM = StreamDescriptionSummary.builder().streamName("s1")
            .streamARN("arn:aws:kinesis:us-east-1:000000000000:stream/s1")
            .streamCreationTimestamp(Instant.parse("2026-11-24T14:41:40.486Z")).build();

    @TempDir Path temp;

    /** The content of a file of {@link #STREAM} with one shard that has this position. */
    static String content(String position) {
        return """
                {"shards":{"shardId-000000000000":%s},"streamARN":"%s","streamCreationTimestamp":"%s","streamName":"s1","version":1}\
                """.formatted(position, STREAM.streamARN(), STREAM.streamCreationTimestamp());
    }

    @Test
    void theFile_hasTheFieldsOfEachPosition_andNoOthers() throws IOException {
        var file = temp.resolve("checkpoint");
        try (var checkpoint = Checkpoint.open(file, STREAM, null)) {
            checkpoint.set("a", ShardPosition.shardEnd());
            checkpoint.set("b", ShardPosition.after("49"));
            checkpoint.set("c", ShardPosition.at(Instant.parse("2026-11-24T14:41:46Z")));
            checkpoint.set("d", ShardPosition.trimHorizon());
            checkpoint.set("e", ShardPosition.within("49", 1, "none"));
        }
        var expected = content("x").replace("\"shardId-000000000000\":x", """
                "a":{"type":"SHARD_END"},
                "b":{"type":"AFTER_SEQUENCE_NUMBER","sequenceNumber":"49"},
                "c":{"type":"AT_TIMESTAMP","timestamp":"2026-11-24T14:41:46Z"},
                "d":{"type":"TRIM_HORIZON"},
                "e":{"type":"AT_SEQUENCE_NUMBER","sequenceNumber":"49","subSequenceNumber":1,"unpacking":"none"}""");
        assertEquals(fields(expected), fields(Files.readString(file)));
    }

    /** Returns the lines of the JSON, a field each, whatever their order and indentation. */
    private static List<String> fields(String json) {
        return Stream.of(json.split("[{},]")).map(field -> field.replaceAll("\\s", ""))
                .filter(field -> !field.isEmpty()).sorted().toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'type':'SHARD_END'}", "{'type':'TRIM_HORIZON'}", "{'type':'AFTER_SEQUENCE_NUMBER','sequenceNumber':'0049'}",
        "{'type':'AT_SEQUENCE_NUMBER','sequenceNumber':'49','subSequenceNumber':0,'unpacking':'none'}",
        "{'type':'AT_TIMESTAMP','timestamp':'2026-11-24T14:41:00Z'}", "{'type':'AT_TIMESTAMP','timestamp':'9999-12-31T23:59:59.999Z'}"})
    void position_isRead(String position) throws IOException {
        assertEquals(1, read(content(position.replace('\'', '"'))).shardIds().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "{}", "{'type':'LATEST'}",
        "{'type':'TRIM_HORIZON','sequenceNumber':'49'}", "{'type':'TRIM_HORIZON','timestamp':'x'}",
        "{'type':'AFTER_SEQUENCE_NUMBER'}", "{'type':'AFTER_SEQUENCE_NUMBER','sequenceNumber':''}",
        "{'type':'AFTER_SEQUENCE_NUMBER','sequenceNumber':'-1'}", "{'type':'AFTER_SEQUENCE_NUMBER','sequenceNumber':'+1'}",
        "{'type':'AFTER_SEQUENCE_NUMBER','sequenceNumber':'\u0661'}",
        "{'type':'AFTER_SEQUENCE_NUMBER','sequenceNumber':'49','timestamp':'x'}",
        "{'type':'AT_SEQUENCE_NUMBER','sequenceNumber':'49'}", "{'type':'AT_SEQUENCE_NUMBER','sequenceNumber':'49','subSequenceNumber':-1}",
        "{'type':'AT_TIMESTAMP'}", "{'type':'AT_TIMESTAMP','timestamp':'2026'}",
        "{'type':'AT_TIMESTAMP','timestamp':'+1000000000-12-31T23:59:59Z'}", "{'type':'AT_TIMESTAMP','timestamp':'+10000-01-01T00:00:00Z'}",
        "{'type':'AT_TIMESTAMP','timestamp':'-0001-01-01T00:00:00Z'}"})
    void positionThatIsNone_isRefused(String position) throws IOException {
        damaged(content(position.replace('\'', '"')));
    }

    @Test
    void sequenceNumberThatIsTooLong_isRefusedAtOnce() throws IOException {
        damaged(content("{\"type\":\"AFTER_SEQUENCE_NUMBER\",\"sequenceNumber\":\"" + "9".repeat(2_000_000) + "\"}"));
    }

    @Test
    void fileThatIsNoCheckpoint_isRefused() throws IOException {
        var good = content("{\"type\":\"TRIM_HORIZON\"}");
        for (var bad : new String[] {"", " ", "null", "[]", "1", "{}", good + good, good + "x", good + "\0", good + "{",
                good.substring(0, good.length() - 1), "[".repeat(1_000_000), good.replace("shardId-000000000000", "")}) {
            damaged(bad);
        }
        assertEquals(1, read(good + " \n").shardIds().size());
    }

    @ParameterizedTest
    @CsvSource({"streamARN, belongs to another stream", "streamCreationTimestamp, belongs to an earlier stream of that name",
        "partitionKey, belongs to a run with --key"})
    void textOfTheFile_isQuotedInOneShortLine(String field, String message) throws IOException {
        var good = content("{\"type\":\"TRIM_HORIZON\"}");
        var isNew = field.equals("partitionKey"); // the file has the other fields
        var before = isNew ? "\"partitionKey\":\"" : "";
        var after = isNew ? "\"," : "";
        for (var text : new String[] {"a\\nconsume: b\\r\\u0085\\u2028", "x".repeat(1_000_000)}) {
            var file = temp.resolve("file");
            Files.writeString(file, good.replaceFirst("(\"" + field + "\":\")[^\"]*|(?=\"version\")",
                    "$1" + before + Matcher.quoteReplacement(text) + after));
            var failure = assertThrows(Failure.class, () -> Checkpoint.open(file, STREAM, null)).getMessage();
            assertTrue(failure.length() < 500 && failure.lines().count() == 1 && failure.contains(message), failure);
        }
    }

    private void damaged(String content) throws IOException {
        var file = temp.resolve("file");
        Files.writeString(file, content);
        var failure = assertTimeoutPreemptively(Duration.ofSeconds(10),
                () -> assertThrows(Failure.class, () -> Checkpoint.read(file, STREAM), content));
        assertEquals("checkpoint " + file + " is damaged; restore the file from a copy, or delete it to begin at"
                + " --from", failure.getMessage());
        assertThrows(Failure.class, () -> Checkpoint.open(file, STREAM, null));
    }

    private Checkpoint read(String content) throws IOException {
        var file = temp.resolve("file");
        Files.writeString(file, content);
        return Checkpoint.read(file, STREAM);
    }
}
