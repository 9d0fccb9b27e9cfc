package lib;

import java.util.List;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;

/** A size in bytes, for an option: {@code 65536}, {@code 64KiB}, {@code 64MiB} or {@code 1GiB}, which is the most. */
final class Size implements ITypeConverter<Integer> {
    private static final Pattern GRAMMAR = Pattern.compile("(\\d{1,9})(|KiB|MiB|GiB)");
    private static final List<String> UNITS = List.of("", "KiB", "MiB", "GiB");

    @Override
    public Integer convert(String text) {
        var matcher = GRAMMAR.matcher(text);
        if (!matcher.matches()) {
            throw new UsageException("'" + text + "' is no size; write 65536, 64KiB, 64MiB or 1GiB");
        }
        var size = Long.parseLong(matcher.group(1)) << 10 * UNITS.indexOf(matcher.group(2));
        if (size > 1 << 30) {
            throw new UsageException("'" + text + "' is too much; 1GiB is the most");
        }
        return (int) size;
    }
}
