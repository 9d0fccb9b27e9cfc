package fake;

import static fake.FakeAccount.INVALID;
import static fake.FakeAccount.IN_USE;
import static fake.FakeAccount.LIMIT;
import static fake.FakeAccount.MAX_CREATING;
import static fake.FakeAccount.NOT_FOUND;
import static fake.FakeAccount.refuseIf;
import static fake.StreamState.fields;

import fake.FakeStreams.Call;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The calls of registered consumers. */
record ConsumerCalls(FakeAccount account) {
    private static final int MAX_CONSUMERS = 20; // of a stream (API reference, RegisterStreamConsumer)

    Map<String, Object> register(Call call) {
        var stream = account.activeStream(call);
        var name = call.text("ConsumerName");
        refuseIf(stream.consumers.containsKey(name), IN_USE, "Stream " + stream.name + " has a consumer " + name + " already");
        var creating = stream.consumers.values().stream().filter(each -> each.status().equals("CREATING")).count();
        refuseIf(creating >= MAX_CREATING, LIMIT, MAX_CREATING + " consumers are in the state CREATING");
        refuseIf(stream.consumers.size() >= MAX_CONSUMERS, LIMIT, "A stream has at most " + MAX_CONSUMERS + " consumers");
        var consumer = new StreamState.Consumer(stream, name, call.tags());
        consumer.settling.begin("CREATING", () -> { });
        stream.consumers.put(name, consumer);
        return fields("Consumer", consumer.description());
    }

    Map<String, Object> deregister(Call call) {
        var stream = stream(call);
        var consumer = consumer(stream, call);
        consumer.settling.begin("DELETING", () -> stream.consumers.remove(consumer.name));
        return Map.of();
    }

    Map<String, Object> describe(Call call) {
        var stream = stream(call);
        account.look(consumer(stream, call).settling);
        var description = consumer(stream, call).description(); // the look may have ended the deletion
        description.put("StreamARN", stream.arn);
        return fields("ConsumerDescription", description);
    }

    Map<String, Object> list(Call call) {
        var stream = FakeAccount.listable(account.stream(call));
        List.copyOf(stream.consumers.values()).forEach(consumer -> account.look(consumer.settling));
        var page = StreamLists.page(stream.consumers, call.text("NextToken"), call.number("MaxResults"), StreamLists.MOST);
        return fields("Consumers", page.values().stream().map(StreamState.Consumer::description).toList(),
                "NextToken", StreamLists.next(page, stream.consumers));
    }

    /** Returns the stream of the consumer, which the call names by ConsumerARN, by StreamARN and ConsumerName, or by all three. */
    private StreamState stream(Call call) {
        var consumer = call.text("ConsumerARN");
        var stream = call.text("StreamARN");
        refuseIf(consumer == null && (stream == null || call.text("ConsumerName") == null), INVALID,
                call.action() + " needs ConsumerARN, or StreamARN and ConsumerName");
        refuseIf(consumer != null && stream != null && !consumer.startsWith(stream + "/"), INVALID, consumer + " is not of " + stream);
        return account.streamAt(consumer == null ? stream : consumer.replaceFirst("/consumer/.*", ""));
    }

    private static StreamState.Consumer consumer(StreamState stream, Call call) {
        var name = call.text("ConsumerName");
        var arn = call.text("ConsumerARN");
        return stream.consumers.values().stream()
                .filter(each -> (name == null || each.name.equals(name)) && (arn == null || each.arn.equals(arn))).findFirst()
                .orElseThrow(() -> new FakeAccount.Refusal(NOT_FOUND, "Consumer " + Objects.requireNonNullElse(arn, name) + " not found."));
    }
}
