package fake;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.extension.ResponseTransformerV2;
import com.github.tomakehurst.wiremock.http.HttpHeader;
import com.github.tomakehurst.wiremock.http.HttpHeaders;
import com.github.tomakehurst.wiremock.http.Request;
import com.github.tomakehurst.wiremock.http.Response;
import com.github.tomakehurst.wiremock.matching.MatchResult;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Stands between a script and the tests' Kinesis, and brings in faults. Forges responses in the protocol of the request. */
public final class FaultProxy implements AutoCloseable {
    /** The name of the parameter of a stub that holds the error code of a refusal. */
    private static final String REFUSAL = "refusal";

    private final Map<String, Consumer<Map<String, Object>>> edits = new ConcurrentHashMap<>();
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private volatile HttpHeader extra;
    private final WireMockServer server = new WireMockServer(
            options().dynamicPort().http2PlainDisabled(true).containerThreads(64).extensions(new Edit()));

    /** A call that came in, and the status of its answer; 0 when there is none yet. */
    public record Call(String action, long nanos, Map<String, Object> request, String authorization, String date, int status) {}

    public FaultProxy() {
        server.start();
        server.stubFor(any(anyUrl()).atPriority(10).willReturn(aResponse().proxiedFrom(TestKinesis.endpoint().toString())));
    }

    /** The consumer that goes through it. */
    public Script.Builder consume(String stream, String... options) {
        return Script.kinesisAt(endpoint(), "consume", stream).and(options);
    }

    public String endpoint() {
        return "http://127.0.0.1:" + server.port();
    }

    /** The refusal of a call by its error code. */
    public static ResponseDefinitionBuilder refusal(int status, String code) {
        return aResponse().withStatus(status).withHeader("x-amzn-ErrorType", code).withTransformerParameter(REFUSAL, code);
    }

    /** Answers so to some calls of the action, after letting others through. */
    public FaultProxy inject(String action, int skip, int times, ResponseDefinitionBuilder response) {
        var seen = new AtomicInteger();
        return injectIf(action, call -> {
            var n = seen.getAndIncrement();
            return n >= skip && n < skip + times;
        }, response);
    }

    /** Answers so to the calls of the action of which it holds; asked once a call. */
    public FaultProxy injectIf(String action, Predicate<Call> condition, ResponseDefinitionBuilder response) {
        server.stubFor(any(anyUrl()).atPriority(5).withHeader("X-Amz-Target", equalTo("Kinesis_20131202." + action))
                .andMatching(request -> MatchResult.of(condition.test(call(request, 0)))).willReturn(response));
        return this;
    }

    /** Changes what the Kinesis answers to the action. */
    public FaultProxy edit(String action, Consumer<Map<String, Object>> change) {
        edits.put(action, change);
        return this;
    }

    /** Leaves out a record, as if it had been trimmed. */
    public FaultProxy trim(String sequenceNumber) {
        return edit("GetRecords", reply -> {
            if (records(reply).removeIf(record -> record.get("SequenceNumber").equals(sequenceNumber)) && records(reply).isEmpty()) {
                reply.put("MillisBehindLatest", 1_000L); // there are others behind it
            }
        });
    }

    /** Puts the clock of the service ahead. */
    public FaultProxy later(Duration time) {
        return header("Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC).plus(time)));
    }

    /** Has all answers carry this header. */
    public FaultProxy header(String name, String value) {
        extra = HttpHeader.httpHeader(name, value);
        return this;
    }

    /** The actions that have been called. */
    public Set<String> actions() {
        return calls.stream().map(Call::action).collect(Collectors.toSet());
    }

    /** The calls of the action that have been answered. */
    public List<Call> calls(String action) {
        return calls.stream().filter(call -> call.action().equals(action)).toList();
    }

    /** The records of a reply of GetRecords. */
    @SuppressWarnings("unchecked")
    public static List<Map<String, Object>> records(Map<String, Object> reply) {
        return (List<Map<String, Object>>) reply.getOrDefault("Records", List.of());
    }

    @Override
    public void close() {
        server.stop();
    }

    private static Call call(Request request, int status) {
        return new Call(request.getHeader("X-Amz-Target").replaceFirst(".*\\.", ""), System.nanoTime(),
                protocol(request).read(request.getBody()), request.getHeader("Authorization"), request.getHeader("X-Amz-Date"), status);
    }

    private static Protocol protocol(Request request) {
        return Protocol.of(request.getHeader("Content-Type"));
    }

    private final class Edit implements ResponseTransformerV2 {
        @Override
        public Response transform(Response response, ServeEvent event) {
            var call = call(event.getRequest(), response.getStatus());
            calls.add(call);
            var protocol = protocol(event.getRequest());
            var refusal = event.getTransformerParameters().get(REFUSAL);
            if (refusal != null) {
                var injected = protocol.write(new HashMap<>(Map.of("__type", refusal, "message", "injected")));
                return with(response, injected, List.of(contentType(protocol)));
            }
            var edit = edits.get(call.action());
            var body = response.getBody();
            if (edit != null && response.getStatus() == 200) {
                var reply = protocol.read(body);
                edit.accept(reply);
                records(reply).forEach(record -> record.computeIfPresent("Data", (name, data) -> // text would be sent for the data itself
                        data instanceof String text ? Base64.getDecoder().decode(text) : data));
                body = protocol.write(reply);
            }
            return edit == null && extra == null ? response : with(response, body, List.of());
        }

        /** Returns the response with this body, these headers and the extra one. */
        private Response with(Response response, byte[] body, List<HttpHeader> changed) {
            var others = Stream.concat(changed.stream(), Stream.ofNullable(extra)).toList();
            var headers = new ArrayList<HttpHeader>(response.getHeaders().all());
            headers.removeIf(header -> header.keyEquals("Content-Length"));
            headers.removeIf(header -> others.stream().anyMatch(other -> header.keyEquals(other.key())));
            headers.addAll(others);
            return Response.Builder.like(response).body(body).headers(new HttpHeaders(headers)).build();
        }

        private static HttpHeader contentType(Protocol protocol) {
            return HttpHeader.httpHeader("Content-Type", protocol.contentType);
        }

        @Override
        public String getName() {
            return "edit";
        }
    }
}
