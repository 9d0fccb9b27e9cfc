package lib.describe;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import lib.cli.Durations;
import lib.cli.Table;
import lib.cli.Table.Column;
import lib.cli.TerminalText;
import lib.describe.Traffic.Tip;
import lib.positions.Checkpoint;

/** The traffic of a stream as lines of text: the shards, all together, and the last minute. */
final class Dashboard {
    /** From this part of its limit on a shard throttles in some seconds, since traffic is never even. */
    private static final double HOT = 0.8;

    private static final int BAR = 16;
    private static final String HOT_MARK = " HOT";
    private static final String LEVELS = "▁▂▃▄▅▆▇█";

    private final String streamName;
    private final Checkpoint checkpoint;
    private final Traffic traffic;
    private final Duration interval;
    private Sort sort = Sort.SHARD;
    private boolean hidesClosed;
    private volatile String message;

    enum Look { PLAIN, STRONG, FAINT }

    /** A line of text. Control characters are escaped. */
    record Line(String text, Look look) {
        Line {
            text = TerminalText.escapeLine(text);
        }

        Line cut(int width) {
            return text.length() <= width ? this : new Line(text.substring(0, width), look);
        }
    }

    private enum Sort {
        SHARD("shard", Comparator.comparing(Row::shardId)),
        LOAD("load", Comparator.comparing((Row row) -> -row.load()).thenComparing(Row::shardId)),
        AGE("newest record", Comparator.comparing((Row row) -> row.tip().age(), Comparator.nullsLast(Comparator.naturalOrder()))
                .thenComparing(Row::shardId));

        final String text;
        final Comparator<Row> order;

        Sort(String text, Comparator<Row> order) {
            this.text = text;
            this.order = order;
        }
    }

    /** A shard. */
    record Row(String shardId, boolean isOpen, Tip tip) {
        /** Whether it has a rate. */
        boolean isKnown() {
            return isOpen && tip.rate() != null;
        }

        double load() {
            return isKnown() ? tip.rate().load() : 0;
        }

        boolean isHot() {
            return load() >= HOT;
        }
    }

    /**
     * @param checkpoint knows every shard, and which have ended
     * @param interval   for which the rates are
     */
    Dashboard(String streamName, Checkpoint checkpoint, Traffic traffic, Duration interval) {
        this.streamName = streamName;
        this.checkpoint = checkpoint;
        this.traffic = traffic;
        this.interval = interval;
    }

    /** Shows the message from now on, with the time. */
    void say(String message) {
        this.message = now() + " " + message;
    }

    /** Does what the key stands for, and returns false when that is to end. */
    boolean press(int key) {
        switch (key) {
            case 's' -> sort = Sort.values()[(sort.ordinal() + 1) % Sort.values().length];
            case 'o' -> hidesClosed = !hidesClosed;
            case 'q' -> {
                return false;
            }
            default -> { }
        }
        return true;
    }

    static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS);
    }

    List<Row> rows() {
        return checkpoint.shardIds().stream().map(shardId -> new Row(shardId, !checkpoint.get(shardId).hasEnded(),
                traffic.tip(shardId, interval))).toList();
    }

    /** Of those that have a rate; null when none has. */
    static Rate total(List<Row> rows) {
        return rows.stream().filter(Row::isKnown).map(row -> row.tip().rate()).reduce(Rate::plus).orElse(null);
    }

    /** As many lines as there is room for, none longer than the width. */
    List<Line> lines(int width, int height) {
        var rows = rows();
        var total = total(rows);
        var open = rows.stream().filter(Row::isOpen).count();
        var history = traffic.history();
        var lines = new ArrayList<Line>();
        lines.add(new Line("%s  %d open shards, %d closed, %d hot  %s".formatted(streamName, open, rows.size() - open,
                rows.stream().filter(Row::isHot).count(), now()), Look.STRONG));
        lines.add(line("records/s", total == null ? "-" : total.showRecords(), history, Rate::records, width));
        lines.add(line("bytes/s", total == null ? "-" : total.showBytes(), history, Rate::bytes, width));
        lines.add(new Line("", Look.PLAIN));
        var said = message;
        addRows(lines, rows, width, height - (said == null ? 2 : 3));
        lines.add(new Line("", Look.PLAIN));
        if (said != null) {
            lines.add(new Line(said, Look.PLAIN));
        }
        lines.add(new Line("q quit   s sort: " + sort.text + "   o closed: " + (hidesClosed ? "hidden" : "shown"), Look.FAINT));
        return lines.stream().limit(height).map(line -> line.cut(width)).toList();
    }

    private static Look look(Row row) {
        if (!row.isOpen()) {
            return Look.FAINT;
        }
        return row.isHot() ? Look.STRONG : Look.PLAIN;
    }

    private void addRows(List<Line> lines, List<Row> rows, int width, int height) {
        var table = Table.fitting(TerminalText.PLAIN, width, Column.left("SHARD", "shardId-000000000000".length()),
                Column.right("LOAD", "1000%".length()), Column.right("RECORDS/S", 0), Column.right("BYTES/S", "100.0 KB".length()),
                Column.right("NEWEST", ">59m59s".length()), Column.left("", BAR + HOT_MARK.length()));
        lines.add(new Line(table.header(), Look.FAINT));
        var shown = rows.stream().filter(row -> row.isOpen() || !hidesClosed)
                .sorted(Comparator.comparing((Row row) -> !row.isOpen()).thenComparing(sort.order)).toList();
        var room = Math.max(0, height - lines.size());
        for (var row : shown.subList(0, shown.size() <= room ? shown.size() : Math.max(0, room - 1))) {
            lines.add(new Line(table.row(cells(row)), look(row)));
        }
        if (shown.size() > room) {
            lines.add(new Line("... %d more".formatted(shown.size() - Math.max(0, room - 1)), Look.FAINT));
        }
    }

    private static String[] cells(Row row) {
        if (!row.isOpen()) {
            return new String[] {row.shardId(), "", "closed", "", "", ""};
        }
        if (!row.isKnown()) {
            return new String[] {row.shardId(), null, null, null, null, ""};
        }
        var tip = row.tip();
        return new String[] {row.shardId(), tip.rate().showLoad(), tip.rate().showRecords(), tip.rate().showBytes(),
                tip.age() == null ? ">" + Durations.show(tip.watched()) : Durations.show(tip.age()), bar(row)};
    }

    private static String bar(Row row) {
        var full = (int) Math.min(BAR, Math.round(BAR * row.load()));
        return "█".repeat(full) + "·".repeat(BAR - full) + (row.isHot() ? HOT_MARK : "");
    }

    /** One of all shards, with the newest seconds that there is room for; blank where nothing is known. */
    private static Line line(String name, String total, Rate[] history, ToDoubleFunction<Rate> what, int width) {
        var line = new StringBuilder("%-9s %8s  ".formatted(name, total));
        var most = Stream.of(history).filter(Objects::nonNull).mapToDouble(what).max().orElse(0);
        for (var i = Math.max(0, history.length - Math.max(0, width - line.length())); i < history.length; i++) {
            line.append(history[i] == null ? ' '
                    : LEVELS.charAt(most == 0 ? 0 : (int) Math.round((LEVELS.length() - 1) * what.applyAsDouble(history[i]) / most)));
        }
        return new Line(line.toString(), Look.PLAIN);
    }
}
