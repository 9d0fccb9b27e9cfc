package fake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Markdown page of the clone.
 *
 * @param path its path in the clone
 */
public record Page(Path path, String text) {
    private static final Pattern BLOCK = Pattern.compile("^```([^\n]*)\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern HEADING = Pattern.compile("^#+ (.*)$", Pattern.MULTILINE);
    private static final Pattern LINK = Pattern.compile("\\]\\(\\s*([^)\\s]+)[^)]*\\)|(?:src|href)=\"([^\"]+)\"");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern COMMAND = Pattern.compile("(?:\\.|/opt/kinesis)/jbang [a-z/]+(?:\\.java)?(?![\\w/@.])");

    /** What ends a command, or stands between its words: a redirection, or the end of a line that goes on. */
    private static final Pattern END = Pattern.compile("\\s*(?:[|&;)\n]|#|$)");
    private static final Pattern BETWEEN = Pattern.compile("\\s*\\d?(?:>>?|<)(?:&\\d|\\s*[^\\s|;)&]+)");
    private static final Pattern WORD = Pattern.compile("\\s*((?:'[^']*'|\"[^\"]*\"|[^\\s'\"|<>&;()])+)");

    /** A command and what a terminal shows after it. */
    public record Transcript(String command, String output) {}

    /** Returns README.md, the other pages of the top level, and the pages of docs/ and bench/. */
    public static List<Page> all() throws IOException {
        var pages = new ArrayList<Page>();
        for (var folder : List.of("", "docs", "bench")) {
            try (var files = Files.list(Script.ROOT.resolve(folder))) {
                for (var file : files.filter(file -> file.toString().endsWith(".md")).sorted().toList()) {
                    pages.add(new Page(Script.ROOT.relativize(file), Files.readString(file)));
                }
            }
        }
        return pages;
    }

    public static Page of(String path) throws IOException {
        return new Page(Path.of(path), Files.readString(Script.ROOT.resolve(path)));
    }

    /** Returns the languages of the code blocks. */
    public Set<String> languages() {
        return BLOCK.matcher(text).results().map(block -> block.group(1)).collect(Collectors.toSet());
    }

    /** Returns the text of each code block of the language. */
    public List<String> blocks(String language) {
        return BLOCK.matcher(text).results().filter(block -> block.group(1).equals(language)).map(block -> block.group(2)).toList();
    }

    /** Returns the commands of the {@code console} blocks, in their order. */
    public List<Transcript> transcripts() {
        return blocks("console").stream().flatMap(block -> Stream.of(block.split("(?m)^\\$ "))).filter(part -> !part.isEmpty())
                .map(part -> part.split("\n", 2)).map(parts -> new Transcript(parts[0], parts[1])).toList();
    }

    /** Returns the targets of the links outside the code blocks. */
    public List<String> links() {
        return LINK.matcher(prose()).results().map(link -> link.group(1) == null ? link.group(2) : link.group(1)).toList();
    }

    /** Returns the anchors of the headings, as GitHub makes them. */
    public Set<String> anchors() {
        return HEADING.matcher(prose()).results().map(heading -> heading.group(1).toLowerCase(Locale.ROOT)
                .replaceAll("[^\\w\\- ]", "").replace(' ', '-')).collect(Collectors.toSet());
    }

    /** Returns the words of each command that {@code ./jbang} runs, without {@code ./jbang}, as a shell splits them. */
    public List<List<String>> commands() {
        var codes = Stream.of(blocks("console").stream().flatMap(String::lines).filter(line -> line.startsWith("$ ")),
                Stream.of("sh", "bash", "ini").flatMap(language -> blocks(language).stream()),
                CODE.matcher(prose()).results().map(code -> code.group(1).replace("\\|", "|"))).flatMap(code -> code);
        return codes.map(code -> code.replace("\\\n", " ")).flatMap(code -> COMMAND.matcher(code).results().map(MatchResult::start)
                .map(start -> words(code.substring(start)))).toList();
    }

    /** Returns the text without the code blocks. */
    public String prose() {
        return BLOCK.matcher(text).replaceAll("");
    }

    /** Returns the words after the first, up to the end of the command. */
    private static List<String> words(String code) {
        var words = new ArrayList<String>();
        var at = 0;
        while (!END.matcher(code).region(at, code.length()).lookingAt()) {
            var between = BETWEEN.matcher(code).region(at, code.length());
            var word = WORD.matcher(code).region(at, code.length());
            if (between.lookingAt()) {
                at = between.end();
            } else if (word.lookingAt()) {
                words.add(word.group(1).replaceAll("['\"]", ""));
                at = word.end();
            } else {
                break;
            }
        }
        return words.subList(1, words.size());
    }
}
