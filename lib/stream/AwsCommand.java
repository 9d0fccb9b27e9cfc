package lib.stream;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import lib.cli.JsonLines;
import lib.cli.TerminalText;
import lib.kinesis.StreamRef;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;
import software.amazon.awssdk.services.kinesis.model.KinesisRequest;

/** Writes a call as the command line of the AWS CLI that makes it. */
final class AwsCommand {
    private AwsCommand() {}

    /** @param aws the words with which the command line begins */
    static String of(KinesisRequest request, List<String> aws) {
        var line = words(aws).add(kebab(request.getClass().getSimpleName().replaceFirst("Request$", "")));
        for (var field : request.sdkFields()) {
            var value = field.getValueOrDefault(request);
            var option = "--" + kebab(field.locationName());
            if (value instanceof Boolean isSet) {
                line.add(isSet ? option : "--no-" + option.substring(2));
            } else if (value != null && !(value instanceof SdkAutoConstructMap) && !(value instanceof SdkAutoConstructList)) {
                line.add(option).add(quote(value instanceof String || value instanceof Number ? value.toString() : json(value)));
            }
        }
        return line.toString();
    }

    /** Returns the command line that waits until a stream is active. */
    static String waiting(StreamRef stream, List<String> aws) {
        var line = words(aws).add("wait stream-exists --stream-name").add(quote(stream.name()));
        return (stream.arn() == null ? line : line.add("--stream-arn").add(quote(stream.arn()))).toString();
    }

    private static StringJoiner words(List<String> aws) {
        var line = new StringJoiner(" ");
        aws.stream().map(AwsCommand::quote).forEach(line::add);
        return line;
    }

    /** Returns the name as the AWS CLI writes it: MaxRecordSizeInKiB is max-record-size-in-ki-b. */
    private static String kebab(String name) {
        return name.replaceAll("(.)([A-Z][a-z]+)", "$1-$2").replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the word quoted for a shell where it needs that. Control characters, which an endpoint can send, are escaped as bash and zsh
     * read them: the line may go to a terminal.
     */
    private static String quote(String word) {
        if (word.matches("[\\w@%+:,./-][\\w@%+=:,./-]*")) { // zsh reads =ls as the path of ls
            return word;
        }
        return TerminalText.escapeLine(word).equals(word) ? "'" + word.replace("'", "'\\''") + "'"
                : "$'" + TerminalText.escapeLine(word.replace("\\", "\\\\").replace("'", "\\'")) + "'";
    }

    private static String json(Object value) {
        var text = new StringWriter();
        try (var json = JsonLines.FACTORY.createGenerator(text)) {
            write(json, value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, Object value) throws IOException {
        if (value instanceof SdkPojo structure) {
            json.writeStartObject();
            for (var field : structure.sdkFields()) {
                json.writeFieldName(field.locationName());
                write(json, field.getValueOrDefault(structure));
            }
            json.writeEndObject();
        } else if (value instanceof Map<?, ?> map) {
            json.writeStartObject();
            for (var entry : map.entrySet()) {
                json.writeFieldName(entry.getKey().toString());
                write(json, entry.getValue());
            }
            json.writeEndObject();
        } else if (value instanceof List<?> list) {
            json.writeStartArray();
            for (var item : list) {
                write(json, item);
            }
            json.writeEndArray();
        } else {
            json.writeString(value.toString());
        }
    }
}
