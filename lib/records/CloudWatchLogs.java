package lib.records;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import lib.cli.JsonLines;
import lib.records.UserRecord.LogEvent;

/**
 * Takes apart the messages of a CloudWatch Logs subscription, once unpacked (CloudWatch Logs user guide, "Real-time processing of
 * log data with subscriptions").
 */
final class CloudWatchLogs {
    /** What an event takes of the memory beside its text, in bytes. */
    private static final int EVENT_OVERHEAD = 200;

    private final JsonParser json;
    private final int max;
    private long size;

    private CloudWatchLogs(JsonParser json, int max) {
        this.json = json;
        this.max = max;
    }

    private record Event(long timestamp, byte[] message) {}

    /**
     * The log events in the record's data, none of a CONTROL_MESSAGE, by which the service tries whether the stream is there.
     *
     * @param max what they may take of the memory, in bytes
     * @throws IOException when there is anything else in it, or they take more
     */
    static List<UserRecord> events(UserRecord record, int max) throws IOException {
        var events = new ArrayList<UserRecord>();
        var text = new InputStreamReader(new ByteArrayInputStream(record.data()), StandardCharsets.UTF_8.newDecoder());
        try (var json = JsonLines.FACTORY.createParser(text)) {
            var parser = new CloudWatchLogs(json, max);
            json.nextToken();
            do { // a message, mostly the only one
                parser.message(record, events);
            } while (json.nextToken() != null);
        } catch (JsonProcessingException | CharacterCodingException e) { // which would quote the data
            throw notOne();
        }
        return events;
    }

    private void message(UserRecord record, List<UserRecord> to) throws IOException {
        String type = null;
        String logGroup = null;
        String logStream = null;
        List<Event> events = null;
        expect(JsonToken.START_OBJECT);
        while (json.nextToken() != JsonToken.END_OBJECT) {
            var field = json.currentName();
            json.nextToken();
            switch (field) {
                case "messageType" -> type = text();
                case "logGroup" -> logGroup = text();
                case "logStream" -> logStream = text();
                case "logEvents" -> events = events();
                default -> json.skipChildren();
            }
        }
        if ("CONTROL_MESSAGE".equals(type)) {
            return;
        }
        if (!"DATA_MESSAGE".equals(type) || events == null) {
            throw notOne();
        }
        for (var event : events) {
            to.add(record.with(new LogEvent(logGroup, logStream, Instant.ofEpochMilli(event.timestamp())), event.message(), to.size()));
        }
    }

    private List<Event> events() throws IOException {
        var events = new ArrayList<Event>();
        expect(JsonToken.START_ARRAY);
        while (json.nextToken() != JsonToken.END_ARRAY) {
            var event = event();
            size += event.message().length + EVENT_OVERHEAD;
            if (size > max) {
                throw new Decoder.TooLarge("the log events take more than " + max + " bytes");
            }
            events.add(event);
        }
        return events;
    }

    private Event event() throws IOException {
        Long timestamp = null;
        byte[] message = null;
        expect(JsonToken.START_OBJECT);
        while (json.nextToken() != JsonToken.END_OBJECT) {
            var field = json.currentName();
            json.nextToken();
            switch (field) {
                case "timestamp" -> {
                    expect(JsonToken.VALUE_NUMBER_INT);
                    timestamp = json.getLongValue();
                }
                case "message" -> message = text().getBytes(StandardCharsets.UTF_8);
                default -> json.skipChildren();
            }
        }
        if (timestamp == null || message == null) {
            throw notOne();
        }
        return new Event(timestamp, message);
    }

    private String text() throws IOException {
        expect(JsonToken.VALUE_STRING);
        var text = json.getText();
        if (!JsonLines.isUnicode(text)) {
            throw notOne();
        }
        return text;
    }

    private void expect(JsonToken token) throws IOException {
        if (json.currentToken() != token) {
            throw notOne();
        }
    }

    private static IOException notOne() {
        return new IOException("the data is not a message of CloudWatch Logs");
    }
}
