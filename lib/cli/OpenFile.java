package lib.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What stdin, stdout and stderr are: a pipe, a terminal, a file. */
public enum OpenFile {
    STDIN(0, "/dev/stdin"),
    STDOUT(1, "/dev/stdout"),
    STDERR(2, "/dev/stderr");

    /** Unknown is where there is no such device, as when it is closed; other is {@code /dev/null}, mostly. */
    public enum Kind { PIPE, SOCKET, TERMINAL, FILE, OTHER, UNKNOWN }

    // types of file, see inode(7)
    private static final int TYPE = 0170000;
    private static final int FIFO = 0010000;
    private static final int CHARACTER_DEVICE = 0020000;
    private static final int REGULAR = 0100000;
    private static final int SOCKET = 0140000;

    private final int descriptor;
    private final String device;
    private Kind kind;

    OpenFile(int descriptor, String device) {
        this.descriptor = descriptor;
        this.device = device;
    }

    /** Returns what it is. Looks once. */
    public synchronized Kind kind() {
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
                case REGULAR -> isOfJava() ? Kind.UNKNOWN : Kind.FILE;
                default -> Kind.OTHER;
            };
        } catch (IOException | UnsupportedOperationException e) {
            return Kind.UNKNOWN;
        }
    }

    /** Returns whether a person looks at it. {@link System#console} would ask for the same of stdin. */
    public boolean isTerminal() {
        return kind() == Kind.TERMINAL || kind() == Kind.UNKNOWN && System.console() != null;
    }

    /** Returns whether a program is at its other end. Then a write fails for one reason only. The error's text depends on the language. */
    boolean hasProgram() {
        return kind() == Kind.PIPE || kind() == Kind.SOCKET;
    }

    /** Returns whether bytes may come from it that are meant for this program. */
    public boolean hasInput() {
        return hasProgram() || kind() == Kind.FILE;
    }

    /** A descriptor that is closed when Java starts is that of the first file that Java opens itself. */
    private boolean isOfJava() throws IOException {
        return Path.of(device).toRealPath().startsWith(Path.of(System.getProperty("java.home")).toRealPath());
    }

    private boolean testIsTerminal() {
        try {
            return new ProcessBuilder("/bin/sh", "-c", "test -t " + descriptor).inheritIO().start().waitFor() == 0;
        } catch (IOException e) {
            return true; // so far only /dev/null is another
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
