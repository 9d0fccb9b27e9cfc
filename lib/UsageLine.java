package lib;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** A wrong argument in one line for the user: which argument, what is wrong with it, and what to write. */
final class UsageLine {
    /** Allows one typing error for so many characters of a word: with more errors the user means another word. */
    private static final int CHARACTERS_PER_ERROR = 3;

    private UsageLine() {}

    static String of(ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched) {
            return unmatched(unmatched);
        }
        if (e.getArgSpec() == null || !(e.getCause() instanceof TypeConversionException)) {
            return e.getMessage();
        }
        var option = e.getArgSpec() instanceof OptionSpec named ? named.longestName() + ": " : "";
        return option + (e.getCause() instanceof UsageException ? e.getCause().getMessage() : typed(e.getArgSpec(), e.getValue()));
    }

    /** Names only the first argument: the arguments behind an unknown option may be its values. */
    private static String unmatched(UnmatchedArgumentException e) {
        var argument = e.getUnmatched().get(0);
        if (!e.isUnknownOption()) {
            return "Unexpected argument: '" + argument + "'";
        }
        var name = argument.replaceFirst("=.*", "");
        var names = e.getCommandLine().getCommandSpec().optionsMap().keySet().stream().filter(known -> known.startsWith("--")).toList();
        var nearest = nearest(name, names);
        return "Unknown option: '" + name + "'" + (nearest == null ? "" : "; did you mean " + nearest + "?");
    }

    /** Returns what is wrong with a value that picocli converts by its type. */
    private static String typed(ArgSpec argument, String value) {
        var type = argument.type();
        if (type.isEnum()) {
            return noChoice(argument.paramLabel().toLowerCase(Locale.ROOT), value, Stream.of(type.getEnumConstants()).map(Object::toString).toList());
        }
        if (type == boolean.class || type == boolean[].class) {
            return "the option takes no value";
        }
        return value.matches("\\d+") ? "'" + value + "' is too large" : "'" + value + "' is not a whole number; write 100, for example";
    }

    /** Returns what is wrong with a value that is none of the choices, such as {@code 'jsn' is not a format; did you mean json?}. */
    static String noChoice(String what, String value, List<String> choices) {
        var nearest = nearest(value, choices);
        return "'" + value + "' is not a " + what + "; " + (nearest != null ? "did you mean " + nearest + "?"
                : "write " + String.join(", ", choices.subList(0, choices.size() - 1)) + " or " + choices.get(choices.size() - 1));
    }

    /** Returns the choice that begins with the text, or differs from it by typing errors; null when there is none. */
    private static String nearest(String text, List<String> choices) {
        var word = text.toLowerCase(Locale.ROOT).replace('_', '-');
        return choices.stream()
                .filter(choice -> !word.isEmpty() && choice.startsWith(word) || distance(word, choice) <= word.length() / CHARACTERS_PER_ERROR)
                .min(Comparator.<String>comparingInt(choice -> distance(word, choice)).thenComparing(choice -> Math.abs(choice.length() - word.length())))
                .orElse(null);
    }

    /** Returns the number of typing errors between two words: characters added, left out, replaced, or exchanged with the next character. */
    private static int distance(String one, String other) {
        var distances = new int[one.length() + 1][other.length() + 1];
        for (int i = 0; i <= one.length(); i++) {
            for (int j = 0; j <= other.length(); j++) {
                if (i == 0 || j == 0) {
                    distances[i][j] = i + j;
                    continue;
                }
                var isSame = one.charAt(i - 1) == other.charAt(j - 1);
                distances[i][j] = Math.min(distances[i - 1][j - 1] + (isSame ? 0 : 1), 1 + Math.min(distances[i - 1][j], distances[i][j - 1]));
                if (i > 1 && j > 1 && one.charAt(i - 1) == other.charAt(j - 2) && one.charAt(i - 2) == other.charAt(j - 1)) {
                    distances[i][j] = Math.min(distances[i][j], distances[i - 2][j - 2] + 1);
                }
            }
        }
        return distances[one.length()][other.length()];
    }
}
