package lib.positions;

import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import lib.cli.Durations;
import lib.cli.UsageException;
import lib.kinesis.Shards;
import picocli.CommandLine.ITypeConverter;

/** A place in a stream, as {@code --from} and {@code --until} name it. */
public sealed interface Position {
    /** The forms that {@link #parse} takes, for a usage text. */
    String GRAMMAR = "latest or now, earliest or trim-horizon (in any case), a time (2026-11-24, 2026-11-24T09:30, 2026-11-24T09:30:00Z,"
            + " epoch seconds or milliseconds), -1h (ago), +10m (after --from), or after:SEQUENCE";

    /** The oldest record that the stream holds. */
    record Earliest() implements Position {}

    /** A time of the service's clock. */
    record At(Instant time) implements Position {}

    /** Before the start of the run; zero is the start itself. */
    record Ago(Duration duration) implements Position {}

    /** After the position where the reading begins. */
    record Later(Duration duration) implements Position {
        /** @param begin where the reading begins; null when that is not a time, and then this is none either */
        Instant after(Instant begin) {
            return begin == null ? null : begin.plus(duration);
        }
    }

    /** After the record of this sequence number, which is kept as the user wrote it: some engines' sequence numbers begin with zeros. */
    record After(String sequenceNumber) implements Position {}

    Position LATEST = new Ago(Duration.ZERO);

    /** {@link #parse}, for an option. */
    final class Converter implements ITypeConverter<Position> {
        @Override
        public Position convert(String text) {
            return parse(text);
        }
    }

    /** @throws UsageException when the text is none of {@link #GRAMMAR}; a time without an offset is one of this machine's zone */
    static Position parse(String text) {
        if (text.matches("[-+].*") && Durations.isDuration(text.substring(1))) {
            var duration = Durations.parse(text.substring(1));
            return text.startsWith("-") ? new Ago(duration) : new Later(duration);
        }
        if (text.matches("(?i)after:\\d+")) {
            var sequenceNumber = text.substring("after:".length());
            if (!Shards.isSequenceNumber(sequenceNumber)) {
                throw new UsageException("a sequence number has at most " + Shards.MAX_SEQUENCE_NUMBER + " digits, not "
                        + sequenceNumber.length());
            }
            return new After(sequenceNumber);
        }
        if (text.matches("\\d{9,10}")) {
            return new At(Instant.ofEpochSecond(Long.parseLong(text)));
        }
        if (text.matches("\\d{12,13}")) {
            return new At(Instant.ofEpochMilli(Long.parseLong(text)));
        }
        return switch (text.toLowerCase(Locale.ROOT).replace('_', '-')) {
            case "latest", "now" -> LATEST;
            case "earliest", "trim-horizon" -> new Earliest();
            default -> new At(time(text));
        };
    }

    /** The time of the position when the run starts, or null when it is not one of a time. */
    default Instant time(Instant start) {
        if (this instanceof At at) {
            return at.time();
        }
        return this instanceof Ago ago ? start.minus(ago.duration()) : null;
    }

    /**
     * Compares an end with where the reading begins: negative before it, 0 at it, positive after it; null when only the stream can tell.
     *
     * @param start when the run starts
     */
    default Integer compareTo(Position begin, Instant start) {
        if (this instanceof After after && begin instanceof After first) {
            return new BigInteger(after.sequenceNumber()).compareTo(new BigInteger(first.sequenceNumber()));
        }
        if (this instanceof After && begin.equals(LATEST)) {
            return -1; // only a record that has been put has a sequence number
        }
        var end = time(start);
        return end == null || begin.time(start) == null ? null : end.compareTo(begin.time(start));
    }

    private static Instant time(String text) {
        var time = instant(text);
        if (!ShardPosition.isTimestamp(time)) {
            throw new UsageException("'" + text + "' is not a position: the year of a time must be from 0 to 9999");
        }
        return time;
    }

    private static Instant instant(String text) {
        try {
            if (text.length() == "2026-11-24".length()) {
                return LocalDate.parse(text).atStartOfDay(ZoneId.systemDefault()).toInstant();
            }
            var time = DateTimeFormatter.ISO_DATE_TIME.parseBest(text, ZonedDateTime::from, LocalDateTime::from);
            return time instanceof LocalDateTime local ? local.atZone(ZoneId.systemDefault()).toInstant() : Instant.from(time);
        } catch (DateTimeException e) {
            throw new UsageException("'" + text + "' is not a position; write " + GRAMMAR);
        }
    }
}
