package lib.records;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import lib.records.UserRecord.Source;
import lib.cli.JsonLines;
import lib.records.UserRecord.Source;

/** JSON that is read: what {@link JsonFormat} prints of a record, and the key in other data. */
public final class JsonRecordParser {
    private JsonRecordParser() {}

    /** The record: its keys, and {@code data} or {@code dataBase64}. Its partition key may be missing. */
    public static UserRecord parse(Source source, byte[] line) throws InvalidRecord {
        String partitionKey = null;
        String explicitHashKey = null;
        byte[] data = null;
        try {
            var text = LineParser.utf8(line, line.length); // the parser would put other characters where it is not
            var json = JsonLines.FACTORY.createParser(text);
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("not a JSON object");
            }
            for (String name; (name = json.nextFieldName()) != null;) {
                json.nextToken();
                switch (name) {
                    case "partitionKey" -> partitionKey = json.currentToken() == JsonToken.VALUE_NULL ? null : string(json);
                    case "explicitHashKey" -> explicitHashKey = json.currentToken() == JsonToken.VALUE_NULL ? null : string(json);
                    case "data", "dataBase64" -> {
                        if (data != null) {
                            throw new IOException("the data is given twice");
                        }
                        data = name.equals("data") ? data(json, text) : Base64.getDecoder().decode(string(json));
                    }
                    default -> json.skipChildren();
                }
            }
            end(json);
            if (data == null) {
                throw new IOException("the object has neither data nor dataBase64");
            }
        } catch (IOException | IllegalArgumentException e) {
            throw invalid(source, line, e);
        }
        return UserRecord.of(source, partitionKey, explicitHashKey, data);
    }

    /** Text as UTF-8; a value of another type as it is written, see {@code consume --json-data}. */
    private static byte[] data(JsonParser json, String line) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_STRING) {
            return string(json).getBytes(StandardCharsets.UTF_8);
        }
        var start = (int) json.currentTokenLocation().getCharOffset();
        json.skipChildren();
        return line.substring(start, (int) json.currentLocation().getCharOffset()).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * The string, number or boolean in the data that the pointer (RFC 6901) points at.
     *
     * @throws InvalidRecord when it is not there, or the data is no JSON
     */
    static String at(JsonPointer pointer, Source source, byte[] data) throws InvalidRecord {
        String value = null;
        try {
            var json = JsonLines.FACTORY.createParser(LineParser.utf8(data, data.length));
            for (var token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token.isScalarValue() && json.getParsingContext().pathAsPointer().equals(pointer)) {
                    value = token == JsonToken.VALUE_NULL ? null : unicode(json.getText());
                }
                if (json.getParsingContext().inRoot()) {
                    end(json);
                }
            }
        } catch (IOException e) {
            throw invalid(source, data, e);
        }
        if (value == null) {
            throw invalid(source, data, new IOException("the JSON has no key at " + pointer));
        }
        return value;
    }

    private static String string(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw new IOException(json.currentName() + " is not a string");
        }
        return unicode(json.getText());
    }

    private static String unicode(String text) throws IOException {
        if (!JsonLines.isUnicode(text)) {
            throw new IOException("a string has half of a surrogate pair");
        }
        return text;
    }

    private static void end(JsonParser json) throws IOException {
        if (json.nextToken() != null) {
            throw new IOException("more text follows the JSON");
        }
    }

    private static InvalidRecord invalid(Source source, byte[] data, Exception e) {
        return new InvalidRecord(source, data, reason(e).replaceAll("\\s*\\R\\s*", " "));
    }

    private static String reason(Exception e) {
        if (e instanceof JsonProcessingException error) {
            return "not JSON: " + error.getOriginalMessage().replaceFirst("(: was expecting)? \\(.*", "");
        }
        if (e instanceof CharacterCodingException) {
            return "not UTF-8";
        }
        return e instanceof IllegalArgumentException ? "not base64" : e.getMessage();
    }
}
