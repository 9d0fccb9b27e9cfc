package lib.permissions;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import lib.cli.JsonLines;

/**
 * The IAM policy that allows actions on a stream.
 *
 * @param actions of Kinesis, such as {@code kinesis:PutRecords}
 */
record Policy(String streamArn, List<String> actions) implements JsonLines.Fields {
    private static final String VERSION = "2012-10-17"; // of the policy language (IAM user guide)
    private static final DefaultIndenter INDENTER = new DefaultIndenter("  ", "\n");

    /** Returns the policy as JSON for a person, indented as the IAM console shows it. */
    String indented() throws IOException {
        var text = new StringWriter();
        try (var json = JsonLines.FACTORY.createGenerator(text)) {
            var spacing = Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER);
            json.setPrettyPrinter(new DefaultPrettyPrinter(spacing).withObjectIndenter(INDENTER).withArrayIndenter(INDENTER));
            json.writeStartObject();
            write(json);
            json.writeEndObject();
        }
        return text.toString();
    }

    /** Writes a statement for each resource. */
    @Override
    public void write(JsonGenerator json) throws IOException {
        var byResource = new LinkedHashMap<String, List<String>>();
        actions.forEach(action -> byResource.computeIfAbsent(resource(action), resource -> new ArrayList<>()).add(action));
        json.writeStringField("Version", VERSION);
        json.writeArrayFieldStart("Statement");
        for (var statement : byResource.entrySet()) {
            json.writeStartObject();
            json.writeStringField("Effect", "Allow");
            json.writeFieldName("Action");
            json.writeArray(statement.getValue().toArray(String[]::new), 0, statement.getValue().size());
            json.writeStringField("Resource", statement.getKey());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** Returns the resource that IAM checks the action on (Service Authorization Reference, Amazon Kinesis Data Streams). */
    private String resource(String action) {
        return switch (action) {
            case "kinesis:ListStreams" -> "*";
            case "kinesis:DescribeStreamConsumer", "kinesis:SubscribeToShard" -> streamArn + "/consumer/*";
            default -> streamArn;
        };
    }
}
