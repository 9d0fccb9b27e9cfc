package lib.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What a script is asked for, on stdout: as text for a person, or each thing as an object a line. */
public final class AnswerPrinter {
    private static final int WIDTH = 80; // of what is no terminal

    private final Stdout stdout;
    private final boolean json;
    private final TerminalText terminal;
    private final int width;
    private boolean begun;

    /** @param terminalWidth of a line of text, in characters, if stdout is a terminal and COLUMNS does not say otherwise */
    public AnswerPrinter(Stdout stdout, boolean json, int terminalWidth) {
        this(stdout, json, TerminalText.stdout(false), width(terminalWidth));
    }

    public AnswerPrinter(Stdout stdout, boolean json, TerminalText terminal, int width) {
        this.stdout = stdout;
        this.json = json;
        this.terminal = terminal;
        this.width = width;
    }

    private static int width(int terminalWidth) {
        var columns = System.getenv("COLUMNS"); // POSIX
        if (columns != null && columns.matches("[1-9]\\d{0,3}")) {
            return Integer.parseInt(columns);
        }
        return OpenFile.STDOUT.isTerminal() ? terminalWidth : WIDTH;
    }

    /** Whether a person reads it. */
    public boolean isText() {
        return !json;
    }

    /** A thing in both forms. */
    public void print(String text, JsonLines.Fields fields) throws IOException {
        text(text);
        if (json) {
            JsonLines.append(stdout, fields);
        }
    }

    /** What only a person reads. */
    public void text(String line) throws IOException {
        begun = true;
        if (!json) {
            stdout.write(terminal.show((line + "\n").getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** Begins a table of the first of these columns, as many as there is room for. Prints its header at once, apart from what is above. */
    public Rows table(Table.Column... columns) throws IOException {
        if (begun) {
            text("");
        }
        var rows = new Rows(Table.fitting(terminal, width, columns));
        text(rows.table.header());
        return rows;
    }

    /** The rows of a table. */
    public final class Rows {
        private final Table table;

        private Rows(Table table) {
            this.table = table;
        }

        public void print(JsonLines.Fields fields, String... cells) throws IOException {
            AnswerPrinter.this.print(table.row(cells), fields);
        }

        /** One that stands back, on a terminal. */
        public void printDimmed(JsonLines.Fields fields, String... cells) throws IOException {
            if (json) {
                print(fields, cells);
            } else {
                stdout.write(terminal.dim((table.row(cells) + "\n").getBytes(StandardCharsets.UTF_8)));
            }
        }

        /** What only a person reads. */
        public void text(String... cells) throws IOException {
            AnswerPrinter.this.text(table.row(cells));
        }
    }
}
