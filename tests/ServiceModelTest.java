import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.ServiceModel;
import fake.ServiceModel.Violation;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The check that keeps the tests of streams honest: a request that AWS would not take is a violation. */
class ServiceModelTest {
    private static final String ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/s";
    private static final String INVALID = "ValidationException";

    private final ServiceModel model;

    ServiceModelTest() throws IOException {
        model = new ServiceModel();
    }

    @Test
    void aRequest_withinTheModel_isNoViolation() {
        assertEquals(List.of(), model.check("CreateStream", Map.of("StreamName", "s", "ShardCount", 1, "MaxRecordSizeInKiB", 10_240,
                "StreamModeDetails", Map.of("StreamMode", "PROVISIONED"), "Tags", Map.of("team", ""))));
        assertEquals(List.of(), model.check("PutRecords", Map.of("StreamARN", ARN, "DryRun", true,
                "Records", List.of(Map.of("Data", new byte[1], "PartitionKey", "k")))));
        assertEquals(List.of(), model.check("GetShardIterator", Map.of("ShardId", "shardId-000000000000",
                "ShardIteratorType", "AT_TIMESTAMP", "Timestamp", 1_700_000_000_000L)));
    }

    @Test
    void aMember_thatIsMissing_orThatTheModelDoesNotHave_isAViolation() {
        assertViolation(INVALID, "'null' at 'UpdateShardCount.ScalingType'", "UpdateShardCount", Map.of("TargetShardCount", 2));
        assertViolation(INVALID, "'s' at 'UpdateStreamMode.StreamName'", "UpdateStreamMode",
                Map.of("StreamName", "s", "StreamARN", ARN, "StreamModeDetails", Map.of("StreamMode", "ON_DEMAND")));
    }

    @Test
    void aValue_ofAnotherType_isASerializationException() {
        assertViolation("SerializationException", "2 at UpdateShardCount.TargetShardCount is no integer", "UpdateShardCount",
                Map.of("TargetShardCount", "2", "ScalingType", "UNIFORM_SCALING"));
    }

    @Test
    void aValue_outOfItsRange_orPattern_orSet_isAViolation() {
        assertViolation(INVALID, "at most 10240", "UpdateMaxRecordSize", Map.of("StreamARN", ARN, "MaxRecordSizeInKiB", 10_241));
        assertViolation(INVALID, "at least 1", "CreateStream", Map.of("StreamName", "s", "ShardCount", 0));
        assertViolation(INVALID, "at most 128", "CreateStream", Map.of("StreamName", "s".repeat(129), "ShardCount", 1));
        assertViolation(INVALID, "regular expression", "DescribeStreamSummary", Map.of("StreamName", "a b"));
        assertViolation(INVALID, "enum value set: [NONE, KMS]", "StartStreamEncryption",
                Map.of("StreamName", "s", "KeyId", "k", "EncryptionType", "AES"));
    }

    @Test
    void aValue_inAStructure_aListOrAMap_isCheckedLikeOthers() {
        assertViolation(INVALID, "'CreateStream.StreamModeDetails.StreamMode'", "CreateStream",
                Map.of("StreamName", "s", "StreamModeDetails", Map.of()));
        assertViolation(INVALID, "at least 1", "RemoveTagsFromStream", Map.of("StreamName", "s", "TagKeys", List.of("a", "")));
        assertViolation(INVALID, "at most 256", "AddTagsToStream", Map.of("StreamName", "s", "Tags", Map.of("a", "v".repeat(257))));
    }

    private void assertViolation(String errorCode, String message, String action, Map<String, Object> request) {
        var violations = model.check(action, request);
        assertEquals(List.of(errorCode), violations.stream().map(Violation::errorCode).toList());
        assertTrue(violations.get(0).message().contains(message), violations.toString());
    }
}
