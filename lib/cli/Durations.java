package lib.cli;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.regex.Pattern;

/** Durations as a shell user writes them: whole numbers with units, the larger unit first, such as {@code 200ms} or {@code 1h30m}. */
public final class Durations {
    private static final List<ChronoUnit> UNITS =
            List.of(ChronoUnit.DAYS, ChronoUnit.HOURS, ChronoUnit.MINUTES, ChronoUnit.SECONDS, ChronoUnit.MILLIS);

    /** A group for each unit. */
    private static final Pattern GRAMMAR = Pattern.compile(
            "(?=.)(?:(\\d{1,9})d)?(?:(\\d{1,9})h)?(?:(\\d{1,9})m(?!s))?(?:(\\d{1,9})s)?(?:(\\d{1,9})ms)?");

    private static final Duration LONGEST = Duration.ofDays(36_500); // which is good for arithmetic in nanoseconds

    private Durations() {}

    public static boolean isDuration(String text) {
        return GRAMMAR.matcher(text).matches();
    }

    /** @throws UsageException when the text is not of that grammar */
    public static Duration parse(String text) {
        var matcher = GRAMMAR.matcher(text);
        if (!matcher.matches()) {
            throw new UsageException("'" + text + "' is not a duration; write 200ms, 5s, 1m, 1h30m or 2d");
        }
        var duration = Duration.ZERO;
        for (int i = 0; i < UNITS.size(); i++) {
            var number = matcher.group(i + 1);
            duration = number == null ? duration : duration.plus(Long.parseLong(number), UNITS.get(i));
        }
        if (duration.compareTo(LONGEST) > 0) {
            throw new UsageException("'" + text + "' is too long; write " + LONGEST.toDays() + "d at most");
        }
        return duration;
    }

    /** In its largest unit and the next, rounded down: {@code 350ms}, {@code 12s}, {@code 3m20s}, {@code 3d4h}; never less than 0. */
    public static String show(Duration duration) {
        var seconds = duration.toSeconds();
        if (duration.isNegative() || duration.isZero()) {
            return "0s";
        }
        if (seconds == 0) {
            return duration.toMillis() + "ms";
        }
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3600) {
            return seconds / 60 + "m" + seconds % 60 + "s";
        }
        if (seconds < 86_400) {
            return seconds / 3600 + "h" + seconds / 60 % 60 + "m";
        }
        return seconds / 86_400 + "d" + seconds / 3600 % 24 + "h";
    }
}
