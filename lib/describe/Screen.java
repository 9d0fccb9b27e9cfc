package lib.describe;

import java.io.IOError;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import lib.cli.OpenFile;
import lib.cli.TerminalText;
import lib.describe.Dashboard.Line;
import lib.describe.Dashboard.Look;
import org.jline.terminal.Attributes;
import org.jline.terminal.Attributes.ControlChar;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStyle;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;
import org.jline.utils.NonBlockingReader;

/** The whole terminal, while it is open: what was on it comes back afterwards. */
final class Screen implements AutoCloseable {
    private static final Size USUAL = new Size(80, 24); // where the terminal does not know its own, as a serial line

    private final Terminal terminal;
    private final Display display;
    private final ReentrantLock lock = new ReentrantLock(true);
    private final Attributes before;
    private final boolean styled = TerminalText.stdout(false).dims();
    private volatile boolean resized = true;
    private Size size;
    private boolean closed; // guarded by lock

    private Screen(Terminal terminal) {
        this.terminal = terminal;
        terminal.handle(Terminal.Signal.WINCH, signal -> resized = true);
        before = terminal.enterRawMode();
        var attributes = terminal.getAttributes();
        attributes.setControlChar(ControlChar.VSUSP, 0); // a shell does not expect this mode
        terminal.setAttributes(attributes);
        terminal.puts(Capability.enter_ca_mode);
        terminal.puts(Capability.cursor_invisible);
        display = new Display(terminal, true);
    }

    /** The terminal that stdin and stdout are; null when there is none, or it cannot place its cursor. */
    static Screen open() throws IOException {
        if (!OpenFile.STDOUT.isTerminal()) {
            return null;
        }
        var terminal = TerminalBuilder.builder().system(true).dumb(true).nativeSignals(false).build();
        if (terminal.getStringCapability(Capability.cursor_address) == null) {
            terminal.close();
            return null;
        }
        return new Screen(terminal);
    }

    /** What there is room for now. */
    Size size() {
        if (resized) {
            resized = false;
            var now = terminal.getSize();
            size = now.getColumns() > 0 && now.getRows() > 0 ? now : USUAL;
            display.resize(size.getRows(), size.getColumns());
            display.clear(); // the terminal has moved what was on it
        }
        return size;
    }

    /** Shows these lines, writing only what is new in them. */
    void show(List<Line> lines) {
        lock.lock();
        try {
            if (!closed) {
                var shown = new ArrayList<AttributedString>(); // which the display changes
                lines.forEach(line -> shown.add(new AttributedString(line.text() + "\n", style(line.look())))); // else lines would wrap
                display.update(shown, -1);
            }
        } finally {
            lock.unlock();
        }
    }

    private AttributedStyle style(Look look) {
        return switch (styled ? look : Look.PLAIN) {
            case PLAIN -> AttributedStyle.DEFAULT;
            case STRONG -> AttributedStyle.BOLD;
            case FAINT -> AttributedStyle.DEFAULT.faint();
        };
    }

    /** The key that is pressed within that time, or a negative number; at once when the size changes. */
    int key(Duration time) throws IOException {
        var end = System.nanoTime() + time.toNanos();
        int key;
        do {
            key = read(Math.max(1, Math.min(100, (end - System.nanoTime()) / 1_000_000)));
        } while (key < 0 && !resized && System.nanoTime() < end);
        return key;
    }

    /** Not when it is closed: JLine would set the mode of the terminal again to read from it. */
    private int read(long millis) throws IOException {
        lock.lock();
        try {
            return closed ? NonBlockingReader.EOF : terminal.reader().read(millis);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        try {
            if (!lock.tryLock(1, TimeUnit.SECONDS)) { // a terminal that takes nothing
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        try {
            if (!closed) {
                closed = true;
                terminal.puts(Capability.cursor_normal);
                if (!terminal.puts(Capability.exit_ca_mode)) { // an old one, which has no other screen to go back to
                    terminal.writer().println();
                }
                terminal.flush();
                terminal.setAttributes(before); // JLine's own hook may have done it, and a key been read since
                terminal.close();
            }
        } catch (IOException | IOError e) {
            // the terminal is gone, or the signal that ends us has ended stty, too
        } finally {
            lock.unlock();
        }
    }
}
