import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import fake.Script;
import fake.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The configuration of Renovate, which proposes new versions: it must find every pinned version. */
class RenovateTest {
    private static final Pattern DEPENDENCY = Pattern.compile("//DEPS ([^:]+:[^:]+):([^:@]+)(@\\w+)?");

    private static Map<String, Object> config;

    @BeforeAll
    static void readConfig() throws IOException {
        config = JSON.std.mapFrom(Files.readString(Script.ROOT.resolve("renovate.json")));
    }

    @Test
    void everyDependency_isFound_byItsNameAndVersion() throws Exception {
        var manager = managers().get(0);
        for (var source : Source.all()) {
            for (var line : source.lines()) {
                var dependency = DEPENDENCY.matcher(line);
                if (dependency.matches()) {
                    assertTrue(manager.files().stream().anyMatch(pattern -> matches(pattern, source.path())), source.path().toString());
                    var found = Pattern.compile(manager.matchString()).matcher(line);
                    assertTrue(found.find(), line);
                    assertEquals(dependency.group(1), found.group("depName"));
                    assertEquals(dependency.group(2), found.group("currentValue"));
                }
            }
        }
    }

    @Test
    void everyOtherManager_findsAVersion_inTheFileThatEachPatternNames() throws Exception {
        var files = files();
        for (var manager : managers().subList(1, managers().size())) {
            for (var pattern : manager.files()) {
                var named = files.stream().filter(file -> matches(pattern, file)).toList();
                assertEquals(1, named.size(), pattern);
                var found = Pattern.compile(manager.matchString()).matcher(Files.readString(Script.ROOT.resolve(named.get(0))));
                assertTrue(found.find() && !found.group("currentValue").isEmpty(), manager.toString());
            }
        }
    }

    /** The recommended settings of Renovate ignore the folders tests and examples. */
    @Test
    void noFolder_isIgnored_butThatOfNpm() {
        assertEquals(List.of("**/node_modules/**"), config.get("ignorePaths"));
    }

    /** A custom manager: the patterns of the files that it reads, and the pattern of a version. */
    private record Manager(List<String> files, String matchString) {}

    private static List<Manager> managers() {
        return list(config.get("customManagers")).stream().map(manager -> new Manager(strings(manager.get("managerFilePatterns")),
                strings(manager.get("matchStrings")).get(0))).toList();
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> list(Object value) {
        return (List<Map<String, Object>>) value;
    }

    @SuppressWarnings("unchecked")
    private static List<String> strings(Object value) {
        return (List<String>) value;
    }

    /** Renovate takes a pattern between slashes for a regular expression. */
    private static boolean matches(String pattern, Path path) {
        assertTrue(pattern.matches("/.+/"), pattern);
        return Pattern.compile(pattern.substring(1, pattern.length() - 1)).matcher(path.toString()).find();
    }

    /** Returns the files of the clone by their paths in it. */
    private static List<Path> files() throws IOException {
        try (var files = Files.walk(Script.ROOT)) {
            return files.filter(Files::isRegularFile).map(Script.ROOT::relativize)
                    .filter(file -> !file.startsWith(".git") && !file.toString().contains("node_modules")).toList();
        }
    }
}
