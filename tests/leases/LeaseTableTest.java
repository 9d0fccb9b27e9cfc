package lib.leases;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import lib.cli.Failure;
import lib.cli.Log;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableResponse;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;

class LeaseTableTest {
    private static final String NONSENSE = "the endpoint sent an invalid response: ";
    private static final String CHECK = "; check AWS_ENDPOINT_URL_DYNAMODB";

    private abstract static class Fake implements DynamoDbClient {
        @Override
        public String serviceName() {
            return "fake";
        }

        @Override
        public void close() {}
    }

    @Test
    @Timeout(60)
    void pagesThatNeverEnd_endTheScan() {
        var lease = Map.of("leaseKey", AttributeValue.fromS("shard"), "checkpoint", AttributeValue.fromS("TRIM_HORIZON"));
        refuses("10 pages of Scan in a row have no new items, and more pages follow",
                ScanResponse.builder().items(List.of(lease)).lastEvaluatedKey(lease).build());
    }

    @Test
    void itemsThatAreNoLeases_areRefused() {
        var text = AttributeValue.fromS("text");
        refuses("Scan has an item without the string leaseKey", item(Map.of("checkpoint", text)));
        refuses("Scan has an item without the string leaseKey", item(Map.of("leaseKey", AttributeValue.fromN("5"))));
        refuses("Scan has an item without the string checkpoint", item(Map.of("leaseKey", text, "checkpoint", AttributeValue.fromN("5"))));
        refuses("Scan has the checkpoint 'text'", item(Map.of("leaseKey", text, "checkpoint", text)));
    }

    @Test
    void aTableWithoutAKey_isRefused() {
        var withoutTable = DescribeTableResponse.builder().build();
        var withoutKey = DescribeTableResponse.builder().table(table -> table.keySchema(List.of())).build();
        for (var description : List.of(withoutTable, withoutKey)) {
            var table = new LeaseTable("app", new Fake() {
                @Override
                public DescribeTableResponse describeTable(DescribeTableRequest request) {
                    return description;
                }
            }, Duration.ZERO, new Log());
            var failure = assertThrows(Failure.class, table::isReady);
            assertEquals(NONSENSE + "DescribeTable has no key schema" + CHECK, failure.getMessage());
        }
    }

    private static ScanResponse item(Map<String, AttributeValue> item) {
        return ScanResponse.builder().items(List.of(item)).build();
    }

    private static void refuses(String what, ScanResponse page) {
        var table = new LeaseTable("app", new Fake() {
            @Override
            public ScanResponse scan(ScanRequest request) {
                return page;
            }
        }, Duration.ZERO, new Log());
        assertEquals(NONSENSE + what + CHECK, assertThrows(Failure.class, () -> table.leases()).getMessage());
    }
}
