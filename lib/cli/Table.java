package lib.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Lines of text in columns, for a terminal or not. */
public record Table(TerminalText terminal, List<Column> columns) {
    private static final String GAP = "  ";

    /**
     * A column.
     *
     * @param width in characters; a longer cell moves the rest of its line
     * @param right whether it is set to the right, as numbers are
     */
    public record Column(String name, int width, boolean right) {
        public static Column left(String name, int width) {
            return new Column(name, Math.max(width, name.length()), false);
        }

        /** As wide as the widest of the cells is on a terminal. */
        public static Column left(String name, Stream<String> cells) {
            return left(name, cells.map(TerminalText::escapeLine).mapToInt(String::length).max().orElse(0));
        }

        public static Column right(String name, int width) {
            return new Column(name, Math.max(width, name.length()), true);
        }
    }

    /** As many of the columns as the line has room for, the first ones, and one at least. */
    public static Table fitting(TerminalText terminal, int lineWidth, Column... columns) {
        var fitting = new ArrayList<Column>();
        var width = 0;
        for (var column : columns) {
            width += column.width() + (fitting.isEmpty() ? 0 : GAP.length());
            if (width > lineWidth && !fitting.isEmpty()) {
                break;
            }
            fitting.add(column);
        }
        return new Table(terminal, fitting);
    }

    public String header() {
        return row(columns.stream().map(Column::name).toArray(String[]::new));
    }

    /** @param cells of these columns and of those that there was no room for; null is shown as a dash */
    public String row(String... cells) {
        var line = new StringBuilder();
        for (int i = 0; i < columns.size(); i++) {
            var column = columns.get(i);
            var format = "%" + (column.right() ? "" : "-") + column.width() + "s";
            line.append(i == 0 ? "" : GAP).append(format.formatted(cells[i] == null ? "-" : terminal.cell(cells[i])));
        }
        return line.toString().stripTrailing();
    }
}
