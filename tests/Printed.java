package lib;

import java.nio.charset.StandardCharsets;

/** What an {@link Answer} prints where nobody looks. */
final class Printed {
    private final StringBuffer text = new StringBuffer(); // one thread may wait for what another prints
    private final Stdout stdout = new Stdout(new FakeChannel(bytes -> {
        text.append(StandardCharsets.UTF_8.decode(bytes));
        return bytes.limit();
    }));

    Answer text(int width) {
        return new Answer(stdout, false, Terminal.NONE, width);
    }

    /** As on a terminal. */
    Answer terminal(int width) {
        return new Answer(stdout, false, new Terminal(true, true), width);
    }

    Answer json() {
        return new Answer(stdout, true, Terminal.NONE, 0);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
