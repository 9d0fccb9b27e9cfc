package lib;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;

/** JSON as shell tools read it: one object a line. */
public final class JsonLines {
    private static final JsonFactory FACTORY = new JsonFactory().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);

    private JsonLines() {}

    /** The fields of an object. */
    public interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    /** Appends an object with these fields and a newline, in UTF-8. */
    public static void append(OutputStream out, Fields fields) throws IOException {
        try (var json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        }
        out.write('\n');
    }
}
