package lib;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;

/** What stdout and stderr are: a pipe, a terminal, a file. */
enum OpenFile {
    STDOUT(1, "/dev/stdout"),
    STDERR(2, "/dev/stderr");

    /** Unknown is where there is no such device; other is a regular file, or {@code /dev/null}. */
    enum Kind { PIPE, SOCKET, TERMINAL, OTHER, UNKNOWN }

    // types of file, see inode(7)
    private static final int TYPE = 0170000;
    private static final int FIFO = 0010000;
    private static final int CHARACTER_DEVICE = 0020000;
    private static final int SOCKET = 0140000;

    private final int descriptor;
    private final String device;
    private Kind kind;

    OpenFile(int descriptor, String device) {
        this.descriptor = descriptor;
        this.device = device;
    }

    /** Returns what it is. Looks once. */
    synchronized Kind kind() {
        if (kind == null) {
            kind = look();
        }
        return kind;
    }

    private Kind look() {
        try {
            return switch ((int) Files.getAttribute(Path.of(device), "unix:mode") & TYPE) {
                case FIFO -> Kind.PIPE;
                case SOCKET -> Kind.SOCKET;
                case CHARACTER_DEVICE -> testIsTerminal() ? Kind.TERMINAL : Kind.OTHER;
                default -> Kind.OTHER;
            };
        } catch (IOException | UnsupportedOperationException e) {
            return Kind.UNKNOWN;
        }
    }

    /** Returns whether a person looks at it. {@link System#console} would ask for the same of stdin. */
    boolean isTerminal() {
        return kind() == Kind.TERMINAL || kind() == Kind.UNKNOWN && System.console() != null;
    }

    /** Returns whether a program reads it. A write fails for one reason only then; the text of the error depends on the user's language. */
    boolean hasReader() {
        return kind() == Kind.PIPE || kind() == Kind.SOCKET;
    }

    private boolean testIsTerminal() {
        try {
            return new ProcessBuilder("/bin/sh", "-c", "test -t " + descriptor).redirectOutput(Redirect.INHERIT)
                    .redirectError(Redirect.INHERIT).start().waitFor() == 0;
        } catch (IOException e) {
            return true; // so far only /dev/null is another
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
