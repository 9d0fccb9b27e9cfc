package lib;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;

class LeaseTableTest {
    @Test
    @Timeout(60)
    void pagesThatNeverEnd_endTheScan() {
        var lease = Map.of("leaseKey", AttributeValue.fromS("shard"), "checkpoint", AttributeValue.fromS("TRIM_HORIZON"));
        var table = new LeaseTable("app", new DynamoDbClient() {
            @Override
            public GetItemResponse getItem(GetItemRequest request) {
                return GetItemResponse.builder().build();
            }

            @Override
            public ScanResponse scan(ScanRequest request) {
                return ScanResponse.builder().items(lease).lastEvaluatedKey(lease).build();
            }

            @Override
            public String serviceName() {
                return "fake";
            }

            @Override
            public void close() {}
        }, new Log());
        assertEquals("the endpoint's answer makes no sense: 10 pages of Scan in a row bring nothing new, and the last is not the end;"
                + " check AWS_ENDPOINT_URL_DYNAMODB", assertThrows(Failure.class, () -> table.read(new Origin("arn", "", Instant.EPOCH), null)).getMessage());
    }
}
