import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import fake.Script;
import java.nio.file.Files;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import lib.cli.Cli;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The version has one place, {@link Cli#VERSION}. */
class VersionTest {
    /** A heading such as {@code ## [1.0.0] - 2026-11-28}; the section of unreleased changes has no date. */
    private static final Pattern RELEASE = Pattern.compile("(?m)^## \\[?v?(\\d+\\.\\d+\\.\\d+)]?\\W+\\d{4}-\\d{2}-\\d{2}\\b");

    static Stream<String> scripts() throws Exception {
        var aliases = (Map<?, ?>) JSON.std.mapFrom(Files.readString(Script.ROOT.resolve("jbang-catalog.json"))).get("aliases");
        return aliases.keySet().stream().map(Object::toString).filter(alias -> !alias.equals("demo")); // of local
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void everyScript_printsItsNameAndTheVersion(String script) throws Exception {
        assertEquals(script + " " + Cli.VERSION + "\n", Script.jbang(script, "--version").run(0).stdout());
    }

    @Test
    void theNewestReleaseOfTheChangelog_isTheVersion() throws Exception {
        var release = RELEASE.matcher(Files.readString(Script.ROOT.resolve("CHANGELOG.md")));
        assertTrue(release.find(), "CHANGELOG.md has no release");
        assertEquals(Cli.VERSION, release.group(1));
    }
}
