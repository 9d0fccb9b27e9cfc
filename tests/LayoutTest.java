import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.Script;
import fake.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The wings, which are the folders of lib/: what their files import and list, and how the code is laid out. */
class LayoutTest {
    private static final Pattern ROW = Pattern.compile("\\| (\\w+) \\|[^|]*\\|([\\w ]*)\\|");

    /** The wings from the ground up, each with the wings that it may import, as docs/developing.md has them. */
    private static final Map<String, Set<String>> MAY_IMPORT = new LinkedHashMap<>();

    private static List<Source> all;

    @BeforeAll
    static void parseAllFiles() throws IOException {
        all = Source.all();
        var lines = Files.readAllLines(Script.ROOT.resolve("docs/developing.md")).stream()
                .dropWhile(line -> !line.startsWith("| lib/ |")).takeWhile(line -> line.startsWith("|"));
        lines.map(ROW::matcher).filter(Matcher::matches).forEach(row -> MAY_IMPORT.put(row.group(1), names(row.group(2))));
    }

    @Test
    void theTableOfTheDocs_hasEveryWing() throws IOException {
        try (var folders = Files.list(Script.ROOT.resolve("lib"))) {
            var names = folders.map(folder -> folder.getFileName().toString()).toList();
            assertEquals(new TreeSet<>(MAY_IMPORT.keySet()), new TreeSet<>(names));
        }
    }

    @Test
    void everyWing_importsOnlyWhatTheTableAllows() {
        for (var wing : MAY_IMPORT.keySet()) {
            for (var source : filesOf(wing)) {
                var others = importedBy(wing, List.of(source));
                others.removeAll(MAY_IMPORT.get(wing));
                assertEquals(Set.of(), others, source.path().toString());
            }
        }
    }

    @Test
    void theTable_allowsNoCircle_sinceEachWingStandsAfterThoseThatItMayImport() {
        var above = new HashSet<String>();
        MAY_IMPORT.forEach((wing, others) -> {
            assertTrue(above.containsAll(others), wing);
            above.add(wing);
        });
    }

    @Test
    void everyPackageInfo_listsTheFilesOfItsWing_andTheWingsThatTheyImport_afterAJavadoc() {
        for (var wing : MAY_IMPORT.keySet()) {
            var info = all.stream().filter(source -> source.path().equals(info(wing))).findFirst().orElseThrow();
            var files = filesOf(wing).stream().filter(source -> source != info).map(Source::path);
            var others = importedBy(wing, filesOf(wing)).stream().map(LayoutTest::info);
            assertEquals(Stream.concat(files, others).sorted().toList(), info.listed(), wing);
            assertTrue(info.lines().get(0).startsWith("/**"), wing);
        }
    }

    /** A source that a script lists, and which is neither of a wing nor a script, is a part of the script. */
    @Test
    void everyScript_listsTheWingsThatItImports() {
        for (var script : all) {
            var listsFiles = Set.of("completions.java", "tests/all.java").contains(script.path().toString());
            if (script.isScript() && !listsFiles) {
                var listed = script.listed();
                var parts = all.stream().filter(source -> source == script
                        || listed.contains(source.path()) && !source.path().startsWith("lib") && !source.isScript());
                assertEquals(imported(parts.toList()).stream().map(LayoutTest::info).toList(),
                        listed.stream().filter(path -> path.startsWith("lib")).toList(), script.path().toString());
            }
        }
    }

    /** Without a circle, a wing that something else imports is reached by a script. */
    @Test
    void everyWing_isReachedByAScript() {
        var reached = imported(all.stream().filter(Source::isScript).toList());
        MAY_IMPORT.keySet().forEach(wing -> reached.addAll(importedBy(wing, filesOf(wing))));
        assertEquals(MAY_IMPORT.keySet(), reached);
    }

    @Test
    void everyWing_has16FilesAtMost() {
        MAY_IMPORT.keySet().forEach(wing -> assertTrue(filesOf(wing).size() <= 16, wing));
    }

    @Test
    void everyFile_hasThePackageOfItsFolder_whichIsNamedAfterAWing() {
        for (var source : all) {
            var path = source.path();
            if (path.startsWith("lib") || path.startsWith("tests") && path.getNameCount() > 2) {
                var folder = path.subpath(1, path.getNameCount() - 1).toString();
                var isFake = path.startsWith("tests/fake");
                assertTrue(isFake || MAY_IMPORT.containsKey(folder), path.toString());
                assertEquals(isFake ? "fake" : "lib." + folder, source.packageName(), path.toString());
            }
        }
    }

    /** A line of a text block is as long as what it is compared with. */
    @Test
    void noLine_isLongerThan140Columns_exceptInATextBlock() throws IOException {
        var files = new TreeMap<Path, List<String>>();
        all.forEach(source -> files.put(source.path(), source.lines()));
        for (var path : List.of("jbang", ".ci/run", ".editorconfig", "tests/image/build", "tests/image/docker-entrypoint.sh")) {
            files.put(Path.of(path), Files.readAllLines(Script.ROOT.resolve(path)));
        }
        var tooLong = new ArrayList<String>();
        files.forEach((path, lines) -> {
            var isText = false;
            for (var line : lines) {
                var hasQuotes = line.contains("\"\"\"");
                if (line.codePointCount(0, line.length()) > 140 && (!isText || hasQuotes)) {
                    tooLong.add(path + ": " + line);
                }
                isText ^= hasQuotes;
            }
        });
        assertEquals("", String.join("\n", tooLong));
    }

    @Test
    void noConditionalExpression_standsInAnother() {
        var nested = new ArrayList<String>();
        for (var source : all) {
            source.nestedConditionals().forEach(text -> nested.add(source.path() + ": " + text));
        }
        assertEquals("", String.join("\n", nested));
    }

    private static Set<String> names(String cell) {
        return cell.isBlank() ? Set.of() : Set.of(cell.strip().split(" "));
    }

    private static List<Source> filesOf(String wing) {
        return all.stream().filter(source -> source.path().startsWith("lib/" + wing)).toList();
    }

    private static Path info(String wing) {
        return Path.of("lib", wing, "package-info.java");
    }

    private static Set<String> imported(List<Source> sources) {
        var wings = new TreeSet<String>();
        sources.forEach(source -> wings.addAll(source.wings()));
        return wings;
    }

    /** Returns the other wings that these files of a wing import. */
    private static Set<String> importedBy(String wing, List<Source> sources) {
        var wings = imported(sources);
        wings.remove(wing);
        return wings;
    }
}
