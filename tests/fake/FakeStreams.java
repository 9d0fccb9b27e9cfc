package fake;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A Kinesis endpoint on loopback with the calls that make, change and remove streams. It checks every request against AWS's
 * {@link ServiceModel}. A change settles at the second DescribeStreamSummary after it, and the change of a consumer at the second
 * DescribeStreamConsumer or ListStreamConsumers; {@link StreamState} shows the stream as it was until then.
 */
public final class FakeStreams implements AutoCloseable {
    private static final String TARGET = "Kinesis_20131202.";
    private static final Set<String> DRY_RUN_ONLY = Set.of("GetRecords", "PutRecord", "PutRecords");

    /** What is wrong with the requests so far. A test asserts that it is empty. */
    public final List<String> violations = new CopyOnWriteArrayList<>();

    private final ServiceModel model = new ServiceModel();
    private final FakeAccount account = new FakeAccount();
    private final List<Call> calls = new ArrayList<>();
    private final Map<String, Deque<String>> refusals = new HashMap<>();
    private final Set<String> denied = new HashSet<>();
    private final Set<String> losing = new HashSet<>();
    private final HttpServer server;

    /** A request as {@link Protocol} reads it: times in milliseconds, data as bytes. */
    public record Call(String action, Map<String, Object> request) {
        public String text(String member) {
            return (String) request.get(member);
        }

        public Integer number(String member) {
            return (Integer) request.get(member);
        }

        /** Returns the structure or map, empty for a missing one. */
        @SuppressWarnings("unchecked")
        public Map<String, Object> structure(String member) {
            return (Map<String, Object>) request.getOrDefault(member, Map.of());
        }

        public List<?> list(String member) {
            return (List<?>) request.get(member);
        }

        Map<String, String> tags() {
            var tags = new TreeMap<String, String>();
            structure("Tags").forEach((key, value) -> tags.put(key, (String) value));
            return tags;
        }

        boolean isDryRun() {
            return Boolean.TRUE.equals(request.get("DryRun"));
        }
    }

    private record Reply(int status, Map<String, Object> body, boolean isLost) {
        static Reply error(String code, String message) {
            var status = code.equals("InternalFailureException") ? 500 : 400;
            return new Reply(status, StreamState.fields("__type", code, "message", message), false);
        }
    }

    public FakeStreams() throws IOException {
        server = Loopback.serve(this::handle);
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Adds a provisioned stream that is ACTIVE, and returns it: a test can set its other fields before the first request. */
    public synchronized StreamState create(String name, int shards) {
        var stream = new StreamState(name);
        stream.shards.create(shards);
        account.streams.put(name, stream);
        return stream;
    }

    /** Returns the stream; null when there is none of this name. */
    public synchronized StreamState stream(String name) {
        return account.streams.get(name);
    }

    /** Removes the stream at once, whatever goes on: as if another user had deleted it some time ago. */
    public synchronized void remove(String name) {
        account.streams.remove(name);
    }

    /** Returns the requests so far in their order, the refused requests, too. */
    public synchronized List<Call> calls() {
        return List.copyOf(calls);
    }

    /** Returns the actions of the requests so far that ask for a change. */
    public List<String> changes() {
        return calls().stream().map(Call::action).filter(action -> !action.matches("(Describe|List).*")).toList();
    }

    /** Sets how many shards the provisioned streams can have together. */
    public synchronized void shardLimit(int shards) {
        account.shardLimit = shards;
    }

    /** Lets no change settle but by {@link #settle}. */
    public synchronized void neverSettles() {
        account.settles = false;
    }

    /** Settles all changes. */
    public synchronized void settle() {
        for (var stream : List.copyOf(account.streams.values())) {
            List.copyOf(stream.consumers.values()).forEach(consumer -> consumer.settling.settle());
            stream.settling.settle();
        }
    }

    /** Refuses the next requests of the action with this error code, so many times. */
    public synchronized void refuse(String action, String errorCode, int times) {
        refusals.computeIfAbsent(action, name -> new ArrayDeque<>()).addAll(Collections.nCopies(times, errorCode));
    }

    /** Does what the next request of the action asks for, and drops the connection instead of a response; not for a refused request. */
    public synchronized void loseReply(String action) {
        losing.add(action);
    }

    /** Refuses all requests of the actions with AccessDeniedException. */
    public synchronized void deny(String... actions) {
        denied.addAll(List.of(actions));
    }

    private void handle(HttpExchange exchange) throws IOException {
        var headers = exchange.getRequestHeaders();
        var protocol = Protocol.of(headers.getFirst("Content-Type"));
        var reply = reply(headers.getFirst("X-Amz-Target"), protocol.read(exchange.getRequestBody().readAllBytes()));
        if (!reply.isLost()) {
            exchange.getResponseHeaders().set("Content-Type", protocol.contentType);
            var body = reply.body().isEmpty() ? new byte[0] : protocol.write(reply.body());
            exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    private synchronized Reply reply(String target, Map<String, Object> request) {
        var call = new Call(target.replace(TARGET, ""), request);
        calls.add(call);
        var wrong = check(call);
        if (!wrong.isEmpty()) {
            wrong.forEach(each -> violations.add(call.action() + ": " + each.message()));
            return Reply.error(wrong.get(0).errorCode(), wrong.get(0).message());
        }
        if (denied.contains(call.action())) {
            return Reply.error("AccessDeniedException", "User is not authorized to perform: kinesis:" + call.action());
        }
        var refusal = refusals.getOrDefault(call.action(), new ArrayDeque<>()).poll();
        if (refusal != null) {
            return Reply.error(refusal, "The test refuses " + call.action());
        }
        try {
            return new Reply(200, account.answer(call), losing.remove(call.action()));
        } catch (FakeAccount.Refusal e) {
            return Reply.error(e.errorCode, e.getMessage());
        } catch (RuntimeException e) {
            violations.add(call + " breaks the fake: " + e);
            return Reply.error("InternalFailureException", e.toString());
        }
    }

    private List<ServiceModel.Violation> check(Call call) {
        var violations = model.check(call.action(), call.request());
        return violations.isEmpty() && DRY_RUN_ONLY.contains(call.action()) && !call.isDryRun()
                ? List.of(new ServiceModel.Violation("ValidationException", "FakeStreams has no records, and needs DryRun")) : violations;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
