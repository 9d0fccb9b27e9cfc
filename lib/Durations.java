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
}
