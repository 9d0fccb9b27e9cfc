package lib.describe;

import java.io.IOException;
import java.util.List;
import lib.cli.AnswerPrinter;
import lib.cli.Failure;
import lib.cli.Log;
import lib.cli.Table.Column;
import lib.kinesis.KinesisStream;
import lib.kinesis.Pages;
import software.amazon.awssdk.services.kinesis.model.Consumer;
import software.amazon.awssdk.services.kinesis.model.ListStreamConsumersResponse;

/**
 * The consumers of a stream with enhanced fan-out.
 *
 * @param all those that the user may see
 */
public record ConsumerTable(StreamDescription stream, List<Consumer> all) {
    /** Lists the consumers. Warns when the user may not see them. */
    public static ConsumerTable list(KinesisStream stream, StreamDescription description, Log log) throws InterruptedException {
        var all = new Pages<>("ListStreamConsumers", Consumer::consumerName);
        var count = description.summary().consumerCount();
        if (count != null && count == 0) {
            return new ConsumerTable(description, all.all());
        }
        try {
            ListStreamConsumersResponse page = null;
            do {
                var next = page == null ? null : page.nextToken();
                page = stream.atStart(() -> stream.listConsumers(description.summary().streamARN(), next), log);
            } while (all.add(page.consumers(), page.nextToken() != null));
        } catch (Failure e) {
            if (!e.isRefusal("AccessDeniedException")) {
                throw e;
            }
            log.warn("%s", e.getMessage());
        }
        return new ConsumerTable(description, all.all());
    }

    /** Prints a line for each, and nothing when there are none. */
    public void print(AnswerPrinter answer) throws IOException {
        if (all.isEmpty()) {
            return;
        }
        var rows = answer.table(Column.left("CONSUMER", all.stream().map(Consumer::consumerName)),
                Column.left("STATUS", "CREATING".length()), Column.right("AGE", "23h59m".length()));
        for (var consumer : all) {
            rows.print(json -> {
                json.writeStringField("consumerName", consumer.consumerName());
                json.writeStringField("consumerARN", consumer.consumerARN());
                json.writeStringField("consumerStatus", consumer.consumerStatusAsString());
                json.writeStringField("consumerCreationTimestamp", consumer.consumerCreationTimestamp().toString());
            }, consumer.consumerName(), consumer.consumerStatusAsString(), stream.age(consumer.consumerCreationTimestamp()));
        }
    }
}
