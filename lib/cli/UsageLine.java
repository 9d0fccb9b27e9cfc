package lib.cli;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** A wrong argument in one line for the user: which argument, what is wrong with it, and what to write. */
public final class UsageLine {
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

    /** Names only the first argument: the arguments after an unknown option may be its values. */
    private static String unmatched(UnmatchedArgumentException e) {
        var argument = e.getUnmatched().get(0);
        var commands = List.copyOf(e.getCommandLine().getSubcommands().keySet());
        if (!e.isUnknownOption()) {
            return commands.isEmpty() ? "Unexpected argument: '" + argument + "'" : noChoice("command", argument, commands);
        }
        var name = argument.replaceFirst("=.*", "");
        if (!commands.isEmpty()) {
            var script = e.getCommandLine().getCommandName();
            return "Unknown option: '" + name + "'; write options after the command, such as " + script + " " + commands.get(0);
        }
        var nearest = e.getSuggestions();
        return "Unknown option: '" + name + "'" + (nearest.isEmpty() ? "" : "; did you mean " + String.join(" or ", nearest) + "?");
    }

    /** Returns what is wrong with a value that picocli converts by its type. */
    private static String typed(ArgSpec argument, String value) {
        var type = argument.type();
        if (type.isEnum()) {
            var choices = Stream.of(type.getEnumConstants()).map(Object::toString).toList();
            return noChoice(argument.paramLabel().toLowerCase(Locale.ROOT), value, choices);
        }
        if (type == boolean.class || type == boolean[].class) {
            return "the option takes no value";
        }
        return value.matches("\\d+") ? "'" + value + "' is too large" : "'" + value + "' is not a whole number; write 100, for example";
    }

    /** Returns what is wrong with a value that is none of the choices, such as {@code 'xml' is not a format; write text or json}. */
    public static String noChoice(String what, String value, List<String> choices) {
        var last = choices.size() - 1;
        return "'" + value + "' is not a " + what + "; write " + String.join(", ", choices.subList(0, last)) + " or " + choices.get(last);
    }
}
