package lib.kinesis;

import java.util.regex.Pattern;
import lib.cli.UsageException;
import picocli.CommandLine.ITypeConverter;

/**
 * A stream as the user names it. Requests carry both parts, as the API reference allows.
 *
 * @param name its name, never null
 * @param arn  its ARN, null when it was given by name
 */
public record StreamRef(String name, String arn) {
    private static final String NAME = "[a-zA-Z0-9_.-]{1,128}"; // API reference, CreateStream
    private static final Pattern ARN = Pattern.compile("arn:aws[^:]*:kinesis:[^:]+:\\d{12}:stream/(" + NAME + ")");

    /** Converts the STREAM parameter of a script. */
    public static final class Converter implements ITypeConverter<StreamRef> {
        @Override
        public StreamRef convert(String text) {
            return parse(text);
        }
    }

    /** @throws UsageException when it is neither a stream name nor a stream ARN */
    public static StreamRef parse(String text) {
        var arn = ARN.matcher(text);
        if (arn.matches()) {
            return new StreamRef(arn.group(1), text);
        }
        if (!text.matches(NAME)) {
            throw new UsageException("'" + text + "' is neither a stream name (1 to 128 of a-z A-Z 0-9 _ . -) nor a stream ARN");
        }
        return new StreamRef(text, null);
    }
}
