package lib.cli;

import picocli.CommandLine.TypeConversionException;

/** An argument that is wrong: its message says which, and what would be right. */
public final class UsageException extends TypeConversionException { // whose message picocli shows as it is
    public UsageException(String message) {
        super(message);
    }
}
