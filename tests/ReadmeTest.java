import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.Page;
import fake.Script;
import fake.TestKinesis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** README.md and the pages of docs/: what they show is what a reader gets. */
class ReadmeTest {
    private static final Pattern TEST = Pattern.compile("\\b[A-Z]\\w+Test\\b");

    private static final Set<String> LANGUAGES = Set.of("", "console", "sh", "bash", "ini", "json", "java", "yaml");
    private static final Set<String> JBANGS_OWN = Set.of("app", "build", "export", "info", "trust");

    /** The streams that {@code ./jbang local} and {@code ./jbang demo} make. */
    private static final Set<String> LOCAL = Set.of("s1");

    private static List<Page> all;

    @TempDir Path folder;

    @BeforeAll
    static void readAllPages() throws IOException {
        all = Page.all();
    }

    static Stream<String> pagesWithTranscripts() throws IOException {
        return Page.all().stream().filter(page -> !page.transcripts().isEmpty()).map(page -> page.path().toString());
    }

    /** The pages run side by side, since each makes streams of its own. They show the local Kinesis: other engines differ in details. */
    @ExtendWith(TestKinesis.class)
    @ParameterizedTest
    @MethodSource("pagesWithTranscripts")
    void everyTranscript_isTrue(String path) throws Exception {
        Script.needs("jq");
        var jbang = Files.writeString(folder.resolve("jbang"), "#!/bin/sh\nexec '%s/jbang' \"$@\"\n".formatted(Script.ROOT));
        Files.setPosixFilePermissions(jbang, PosixFilePermissions.fromString("rwx------"));
        for (var transcript : Page.of(path).transcripts()) {
            TestKinesis.deleteAfterwards(created(List.of(transcript.command().split(" "))));
            var shown = Script.shell("exec 2>&1; " + transcript.command()).in(folder).env("LC_ALL", "C.UTF-8")
                    .env("AWS_ENDPOINT_URL_KINESIS", TestKinesis.endpoint()).start();
            try (shown) {
                shown.ends(Duration.ofMinutes(4));
                var isOfRecords = transcript.command().contains("consume "); // records of different keys have no order
                assertEquals(masked(transcript.output(), isOfRecords), masked(shown.stdout(), isOfRecords), transcript.command());
            }
        }
    }

    /** A reader can copy each example: the commands above it make its streams, but for the stream of the local Kinesis. */
    @Test
    void everyStream_isMadeByTheCommandsAboveIt_andByNoOtherPage() {
        var everywhere = new HashSet<String>();
        for (var page : all) {
            var made = new HashSet<>(LOCAL);
            for (var words : page.commands()) {
                if (words.contains("--local") && !created(words).isEmpty()) {
                    assertTrue(made.addAll(created(words)), page.path() + " makes the stream again: " + words);
                } else if (words.contains("--local") && words.size() > 2) {
                    var stream = words.get(words.get(0).equals("stream") ? 2 : 1);
                    var isNone = stream.startsWith("$") || stream.startsWith("-") && words.get(0).equals("describe");
                    assertTrue(isNone || made.contains(stream), page.path() + " does not make the stream of " + words);
                }
            }
            made.removeAll(LOCAL);
            made.forEach(stream -> assertTrue(everywhere.add(stream), page.path() + " makes a stream of another page: " + stream));
        }
    }

    @Test
    void everyCommandIsThere_andItsHelpHasTheOptions() throws Exception {
        var help = new HashMap<List<String>, String>();
        var options = 0;
        for (var page : all) {
            for (var words : page.commands()) {
                if (words.get(0).startsWith("examples/")) {
                    assertTrue(Files.exists(Script.ROOT.resolve(words.get(0))), page.path() + ": " + words);
                } else if (!JBANGS_OWN.contains(words.get(0))) {
                    var command = words.subList(0, words.get(0).equals("stream") && words.get(1).matches("[a-z]+") ? 2 : 1);
                    if (!help.containsKey(command)) {
                        help.put(command, help(command));
                    }
                    for (var option : options(words)) {
                        var line = Pattern.compile("(?m)^ +(-\\w, )?" + option + "(?![\\w-])");
                        assertTrue(line.matcher(help.get(command)).find(), page.path() + ": " + option + " of " + words);
                        options++;
                    }
                }
            }
        }
        assertTrue(options > 300, options + " options");
    }

    @Test
    void everyBlock_hasALanguageThatIsChecked_orIsAFile() {
        all.forEach(page -> assertTrue(LANGUAGES.containsAll(page.languages()), page.path() + ": " + page.languages()));
    }

    @Test
    void everyLink_leadsSomewhere() throws IOException {
        for (var page : all) {
            for (var link : page.links()) {
                if (!link.matches("https?:.*")) {
                    var parts = link.split("#", 2);
                    var target = parts[0].isEmpty() ? page.path() : page.path().resolveSibling(parts[0]).normalize();
                    assertTrue(Files.exists(Script.ROOT.resolve(target)), page.path() + ": " + link);
                    assertTrue(parts.length == 1 || Page.of(target.toString()).anchors().contains(parts[1]), page.path() + ": " + link);
                }
            }
        }
    }

    @Test
    void theReadme_has180LinesAtMost_andLinksEveryPage() throws IOException {
        var readme = Page.of("README.md");
        assertTrue(readme.text().lines().count() <= 180);
        var linked = readme.links().stream().map(link -> link.replaceFirst("#.*", "")).collect(Collectors.toSet());
        for (var page : all) {
            assertTrue(linked.contains(page.path().toString()) || page.path().equals(readme.path()), page.path() + " is not linked");
        }
    }

    @Test
    void everyPageOfDocs_beginsWithItsTitleAndWhatItIsFor() {
        for (var page : all) {
            if (page.path().startsWith("docs")) {
                assertTrue(Pattern.compile("# .+\n\n[A-Z`].+").matcher(page.text()).lookingAt(), page.path().toString());
            }
        }
    }

    @Test
    void everyTestThatIsNamed_isThere() throws IOException {
        var tests = new TreeSet<String>();
        try (var files = Files.walk(Script.ROOT.resolve("tests"))) {
            files.forEach(file -> tests.add(file.getFileName().toString()));
        }
        var named = new ArrayList<String>();
        for (var page : all) {
            for (var name : TEST.matcher(page.text()).results().map(MatchResult::group).toList()) {
                assertTrue(tests.contains(name + ".java"), page.path() + ": " + name);
                named.add(name);
            }
        }
        assertTrue(named.size() > 30, named.toString());
    }

    @Test
    void everyVersionThatIsNamed_isThePinnedOne() throws IOException {
        var pins = Map.of("JBang", "jbang:version=", "DynamoDBLocal", "lib/local/LocalDynamoDb.java:DynamoDBLocal:",
                "amazon-kinesis-client", "lib/leases/package-info.java:amazon-kinesis-client:",
                "localstack/localstack", ".ci/run:localstack/localstack:",
                "kinesalite[^ ]*", "tests/kinesalite/package.json:kinesalite\": \"");
        for (var pin : pins.entrySet()) {
            var parts = pin.getValue().split(":", 2);
            var pinned = Pattern.compile(Pattern.quote(parts[1]) + "([\\d.]*\\d)").matcher(Files.readString(Script.ROOT.resolve(parts[0])));
            assertTrue(pinned.find(), pin.toString());
            for (var page : all) {
                Pattern.compile(pin.getKey() + "[ :](\\d+(?:\\.\\d+){2})").matcher(page.text()).results()
                        .forEach(named -> assertEquals(pinned.group(1), named.group(1), page.path() + ": " + named.group()));
            }
        }
    }

    /** Returns the help of the command without the exit codes, which name options of all scripts. */
    private static String help(List<String> command) throws Exception {
        var help = Script.jbang(command.toArray(String[]::new)).and("--help").run(0).stdout();
        return help.replaceFirst("(?s)\nExit codes:.*", "");
    }

    /** Returns the names of the options; a word such as -10m is a value. */
    private static List<String> options(List<String> words) {
        return words.stream().filter(word -> word.matches("--?[a-zA-Z].*|-[01]")).map(word -> word.replaceFirst("=.*", "")).toList();
    }

    /** Returns the stream that the command makes, if any. */
    private static Set<String> created(List<String> words) {
        var create = words.indexOf("create");
        return create > 0 && words.get(create - 1).equals("stream") ? Set.of(words.get(create + 1)) : Set.of();
    }

    /** Returns the text without what differs from run to run, such as the lines of a JBang that builds. */
    private static String masked(String text, boolean isSorted) {
        var masked = text.replaceAll("\\[jbang].*\n", "").replaceAll("\\b49\\d{54}\\b|4968…", "SEQUENCE")
                .replaceAll("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z", "TIME")
                .replaceAll("TIME, \\w+ ago", "TIME, AGE ago").replace(" --endpoint-url http://127.0.0.1:4568", "")
                .replaceAll("in [\\d.]+ s, [\\d,.]+ records/s", "in S s, R records/s").replaceAll("(?m) +(\\d+m)?\\d+s$", " AGE");
        return isSorted ? masked.lines().sorted().collect(Collectors.joining("\n")) : masked;
    }
}
