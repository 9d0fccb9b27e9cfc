package fake;

import java.nio.charset.StandardCharsets;
import lib.cli.AnswerPrinter;
import lib.cli.Stdout;
import lib.cli.TerminalText;

/** What an {@link AnswerPrinter} prints where nobody looks. */
public final class Printed {
    private final StringBuffer text = new StringBuffer(); // one thread may wait for what another prints
    private final Stdout stdout = new Stdout(new FakeChannel(bytes -> {
        text.append(StandardCharsets.UTF_8.decode(bytes));
        return bytes.limit();
    }));

    public AnswerPrinter text(int width) {
        return new AnswerPrinter(stdout, false, TerminalText.NONE, width);
    }

    /** As on a terminal. */
    public AnswerPrinter terminal(int width) {
        return new AnswerPrinter(stdout, false, new TerminalText(true, true), width);
    }

    public AnswerPrinter json() {
        return new AnswerPrinter(stdout, true, TerminalText.NONE, 0);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
