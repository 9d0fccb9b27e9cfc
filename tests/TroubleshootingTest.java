import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.Messages;
import fake.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page about error lines: it has the messages of the sources, and no other. */
class TroubleshootingTest {
    /** Stands in the page for a value. The other words in capitals are a part of a message. */
    private static final Pattern VALUE = Pattern.compile("\\b(ACTION|APP|CHANGE|FILE|FOLDER|LINE|N|NAME|OPTION|PORT|PROCESS|REASON|SERVICE"
            + "|SHARD|STATUS|STEPS|STREAM|TEXT|TIME|URL|VERSION|WORKER)\\b");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    /** A part of a message that is shorter tells nothing. */
    private static final int SHORTEST = 9;

    private static final int BEGINNING = 16;

    private static Messages sources;

    /** The messages of the page, and for each the parts between its values. */
    private static List<String> page;

    @BeforeAll
    static void read() throws IOException {
        sources = Messages.read();
        var tables = new ArrayList<String>();
        var isMessages = false;
        for (var line : Files.readAllLines(Script.ROOT.resolve("docs/troubleshooting.md"))) {
            isMessages = line.startsWith("| message |") || isMessages && line.startsWith("|");
            if (isMessages && line.startsWith("| `")) {
                tables.add(line.substring(2, line.indexOf(" | ", 2)));
            }
        }
        page = tables.stream().flatMap(cell -> CODE.matcher(cell).results()).map(code -> code.group(1)).toList();
    }

    @Test
    void everyMessageOfThePage_standsInASource() {
        assertTrue(page.size() > 100, page.size() + " messages");
        for (var message : page) {
            var parts = parts(VALUE, message.replaceFirst("^jbang: ", "")).toList();
            assertTrue(!parts.isEmpty(), message);
            parts.forEach(part -> assertTrue(sources.all().contains(part), () -> message + ": no source has '" + part + "'"));
        }
    }

    @Test
    void everyFailureAndWarningOfTheSources_isInThePage() {
        var text = String.join("\n", page);
        var missing = new ArrayList<String>();
        for (var message : sources.failures()) {
            var parts = parts(Pattern.compile(Messages.VALUE), message).filter(part -> part.length() >= SHORTEST).toList();
            if (!parts.isEmpty() && parts.stream().noneMatch(part -> text.contains(beginning(part)))) {
                missing.add(message.replace(Messages.VALUE, "…"));
            }
        }
        assertEquals("", String.join("\n", missing));
    }

    private static Stream<String> parts(Pattern value, String message) {
        return value.splitAsStream(message).map(part -> part.replaceAll("^[^\\w-]+|\\W+$", "")).filter(part -> part.length() > 1);
    }

    /** Returns the first words of a part. */
    private static String beginning(String part) {
        return part.length() <= BEGINNING ? part : part.substring(0, BEGINNING).replaceFirst("\\W+\\w*$", "");
    }
}
