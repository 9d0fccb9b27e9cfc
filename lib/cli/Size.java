package lib.cli;

import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;

/** A size in bytes, for an option: {@code 65536}, {@code 64KiB}, {@code 1GiB}, which is the most, or in decimal units {@code 1.5MB}. */
public final class Size implements ITypeConverter<Integer> {
    private static final Pattern GRAMMAR = Pattern.compile("(\\d{1,10}(?:\\.\\d{1,9}(?= ?[KMG]))?) ?(|B|KB|MB|GB|KiB|MiB|GiB)");
    private static final Map<String, Double> UNITS =
            Map.of("", 1.0, "B", 1.0, "KB", 1e3, "MB", 1e6, "GB", 1e9, "KiB", 0x1p10, "MiB", 0x1p20, "GiB", 0x1p30);

    @Override
    public Integer convert(String text) {
        var matcher = GRAMMAR.matcher(text);
        if (!matcher.matches()) {
            throw new UsageException("'" + text + "' is not a size; write 65536, 64KiB, 64MiB or 1.5MB");
        }
        var size = Double.parseDouble(matcher.group(1)) * UNITS.get(matcher.group(2));
        if (size > 1 << 30) {
            throw new UsageException("'" + text + "' is too large; write 1GiB at most");
        }
        return (int) Math.round(size);
    }
}
