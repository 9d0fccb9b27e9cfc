package lib;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Pattern;

/** Durations as a shell user writes them: a whole number and a unit, such as {@code 200ms}, {@code 5s} or {@code 2d}. */
final class Durations {
    private static final Pattern GRAMMAR = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
    private static final Map<String, ChronoUnit> UNITS = Map.of("ms", ChronoUnit.MILLIS, "s", ChronoUnit.SECONDS,
            "m", ChronoUnit.MINUTES, "h", ChronoUnit.HOURS, "d", ChronoUnit.DAYS);

    private static final Duration LONGEST = Duration.ofDays(36_500); // which is good for arithmetic in nanoseconds

    private Durations() {}

    static boolean isDuration(String text) {
        return GRAMMAR.matcher(text).matches();
    }

    /** @throws UsageException when the text is not of that grammar */
    static Duration parse(String text) {
        var matcher = GRAMMAR.matcher(text);
        if (!matcher.matches()) {
            throw new UsageException("'" + text + "' is no duration; write 200ms, 5s, 1m, 2h or 1d");
        }
        var duration = Duration.of(Long.parseLong(matcher.group(1)), UNITS.get(matcher.group(2)));
        if (duration.compareTo(LONGEST) > 0) {
            throw new UsageException("'" + text + "' is too long; " + LONGEST.toDays() + "d are the most");
        }
        return duration;
    }

    /** In its largest unit and the next, rounded down: {@code 350ms}, {@code 12s}, {@code 3m20s}, {@code 3d4h}; never less than 0. */
    static String show(Duration duration) {
        var seconds = duration.toSeconds();
        if (duration.isNegative() || duration.isZero()) {
            return "0s";
        }
        if (seconds == 0) {
            return duration.toMillis() + "ms";
        }
        return seconds < 60 ? seconds + "s"
                : seconds < 3600 ? seconds / 60 + "m" + seconds % 60 + "s"
                : seconds < 86_400 ? seconds / 3600 + "h" + seconds / 60 % 60 + "m"
                : seconds / 86_400 + "d" + seconds / 3600 % 24 + "h";
    }
}
