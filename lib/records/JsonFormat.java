package lib.records;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.UnsafeByteOperations;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import lib.cli.JsonLines;
import lib.records.UserRecord.Source;

/**
 * A record to a JSON object, with the field names of the API. Data is always a string, unless told otherwise, and named
 * {@code dataBase64} when it is not UTF-8: a field has one type.
 *
 * @param jsonData data that is a JSON value itself is put there as that
 */
public record JsonFormat(boolean jsonData) implements RecordFormat {
    @Override
    public void append(UserRecord record, OutputStream out) throws IOException {
        JsonLines.object(out, json -> {
            writePlace(json, record);
            writeKeys(json, record);
            json.writeStringField("approximateArrivalTimestamp", UserRecord.iso(record.arrival()));
            var logEvent = record.logEvent();
            if (logEvent != null) {
                json.writeStringField("logGroup", logEvent.logGroup());
                json.writeStringField("logStream", logEvent.logStream());
                json.writeStringField("timestamp", UserRecord.iso(logEvent.timestamp()));
            }
            writeData(json, record.data());
        });
    }

    /** Where it is stored. */
    public static void writePlace(JsonGenerator json, UserRecord record) throws IOException {
        json.writeStringField("shardId", record.shardId());
        json.writeStringField("sequenceNumber", record.sequenceNumber());
        json.writeNumberField("subSequenceNumber", record.subSequenceNumber());
    }

    /** The partition key is null when the record has none. */
    public static void writeKeys(JsonGenerator json, UserRecord record) throws IOException {
        json.writeStringField("partitionKey", record.partitionKey());
        if (record.explicitHashKey() != null) {
            json.writeStringField("explicitHashKey", record.explicitHashKey());
        }
    }

    /** Where it was read. */
    public static void writeSource(JsonGenerator json, Source source) throws IOException {
        json.writeStringField("file", source.file());
        json.writeNumberField("line", source.line());
    }

    private void writeData(JsonGenerator json, byte[] data) throws IOException {
        var value = jsonData ? value(data) : null;
        if (value == null) {
            writeBytes(json, "data", data);
        } else {
            json.writeFieldName("data");
            json.writeRawValue(value);
        }
    }

    /** As a string, or as base64 in another field when they are not UTF-8. */
    public static void writeBytes(JsonGenerator json, String field, byte[] bytes) throws IOException {
        var text = UnsafeByteOperations.unsafeWrap(bytes);
        if (!text.isValidUtf8()) {
            json.writeBinaryField(field + "Base64", bytes);
        } else if (isAscii(bytes)) {
            json.writeFieldName(field);
            json.writeUTF8String(bytes, 0, bytes.length); // which escapes nothing else
        } else {
            json.writeStringField(field, text.toStringUtf8());
        }
    }

    private static boolean isAscii(byte[] bytes) {
        for (var b : bytes) {
            if (b < 0) {
                return false;
            }
        }
        return true;
    }

    /** The JSON value on one line, its numbers as they are written; null when the data is none. */
    private static String value(byte[] data) {
        var text = UnsafeByteOperations.unsafeWrap(data);
        if (!text.isValidUtf8()) {
            return null;
        }
        var value = new ByteArrayOutputStream();
        var values = 0;
        try (var parser = JsonLines.FACTORY.createParser(text.toStringUtf8()); var json = JsonLines.FACTORY.createGenerator(value)) {
            while (parser.nextToken() != null) {
                if (!JsonLines.isUnicode(parser.getText())) { // jq would end at it
                    return null;
                }
                if (parser.currentToken().isNumeric()) {
                    json.writeNumber(parser.getText());
                } else {
                    json.copyCurrentEvent(parser);
                }
                values += parser.getParsingContext().inRoot() ? 1 : 0;
            }
        } catch (IOException e) {
            return null;
        }
        return values == 1 ? value.toString(StandardCharsets.UTF_8) : null;
    }
}
