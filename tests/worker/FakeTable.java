package lib.worker;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import lib.leases.ApplicationStart;
import lib.leases.LeaseTable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.CreateTableResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableResponse;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateTableResponse;

/** A DynamoDB that has one lease table in memory at most, and knows the conditions of {@link LeaseTable}. */
final class FakeTable implements DynamoDbClient {
    final Map<String, Map<String, AttributeValue>> items = new TreeMap<>();
    int calls;
    int lastCall = Integer.MAX_VALUE; // that comes about: the process of its caller is killed
    Runnable duringScan = () -> {};
    boolean othersAreFaster; // with the table and the index
    private TableDescription table;

    /** A process that is killed makes no more calls. */
    static final class Killed extends Error {}

    private void called() {
        if (++calls > lastCall) {
            throw new Killed();
        }
    }

    @Override
    public DescribeTableResponse describeTable(DescribeTableRequest request) {
        called();
        if (table == null) {
            throw ResourceNotFoundException.builder().statusCode(400).awsErrorDetails(error("ResourceNotFoundException")).build();
        }
        return DescribeTableResponse.builder().table(table).build();
    }

    @Override
    public CreateTableResponse createTable(CreateTableRequest request) {
        called();
        table = TableDescription.builder().keySchema(request.keySchema()).tableStatus("ACTIVE")
                .billingModeSummary(mode -> mode.billingMode(request.billingMode())).build();
        if (othersAreFaster) {
            throw ResourceInUseException.builder().statusCode(400).awsErrorDetails(error("ResourceInUseException")).build();
        }
        return null;
    }

    @Override
    public UpdateTableResponse updateTable(UpdateTableRequest request) {
        called();
        var name = request.globalSecondaryIndexUpdates().get(0).create().indexName();
        var index = GlobalSecondaryIndexDescription.builder().indexName(name).indexStatus("ACTIVE").build();
        table = table.toBuilder().globalSecondaryIndexes(index).build();
        if (othersAreFaster) {
            throw DynamoDbException.builder().statusCode(400).awsErrorDetails(error("ValidationException")).build();
        }
        return null;
    }

    @Override
    public GetItemResponse getItem(GetItemRequest request) {
        called();
        return GetItemResponse.builder().item(items.get(request.key().get(LeaseTable.KEY).s())).build();
    }

    @Override
    public PutItemResponse putItem(PutItemRequest request) {
        called();
        var old = items.get(request.item().get(LeaseTable.KEY).s());
        var isNew = request.conditionExpression().equals("attribute_not_exists(leaseKey)");
        var isMet = isNew ? old == null : old != null && !old.containsKey(ApplicationStart.PENDING)
                && old.get("begin").equals(request.expressionAttributeValues().get(":begin"));
        if (!isMet) {
            throw conditionFailed();
        }
        items.put(request.item().get(LeaseTable.KEY).s(), new HashMap<>(request.item()));
        return null;
    }

    /** Settles the origin. */
    @Override
    public UpdateItemResponse updateItem(UpdateItemRequest request) {
        called();
        var item = items.get(request.key().get(LeaseTable.KEY).s());
        if (item == null) {
            throw conditionFailed();
        }
        item.remove(ApplicationStart.PENDING);
        return null;
    }

    @Override
    public ScanResponse scan(ScanRequest request) {
        called();
        duringScan.run();
        return ScanResponse.builder().items(items.values()).build();
    }

    private static ConditionalCheckFailedException conditionFailed() {
        return ConditionalCheckFailedException.builder().statusCode(400)
                .awsErrorDetails(error("ConditionalCheckFailedException")).build();
    }

    private static AwsErrorDetails error(String code) {
        return AwsErrorDetails.builder().errorCode(code).errorMessage("no").build();
    }

    @Override
    public String serviceName() {
        return "fake";
    }

    @Override
    public void close() {}
}
