import static org.junit.jupiter.api.Assertions.assertEquals;

import fake.Script;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a shell proposes. */
class CompletionsTest {
    @TempDir Path folder;

    @Test
    void scriptsAndOptionsAndTheirValues_areCompleted() throws Exception {
        Files.writeString(folder.resolve("completions"), Script.jbang("completions").run(0).stdout());
        assertEquals("describe", complete("kinesis des"));
        assertEquals("--watch", complete("kinesis describe --w"));
        assertEquals("--open --output", complete("kinesis describe s1 -v --watch --o"));
        assertEquals("text json", complete("kinesis describe s1 -o "));
        assertEquals("--port", complete("kinesis demo --po"));
        assertEquals("zlib zstd", complete("kinesis consume s1 --decode z"));
        assertEquals("zstd", complete("kinesis produce s1 --decode z"));
        assertEquals("README.md", complete("kinesis produce s1 READ"));
        assertEquals("README.md", complete("kinesis describe s1 --checkpoint READ"));
        assertEquals("--idle-timeout", complete("kinesis-consume s1 --idle"));
        assertEquals("--demo", complete("kinesis-local --de"));
        assertEquals("--status", complete("kinesis worker s1 --app a1 --efo --st"));
    }

    @Test
    void theOptionsOfWorker_areThoseThatItHas() throws Exception {
        Files.writeString(folder.resolve("completions"), Script.jbang("completions").run(0).stdout());
        var proposed = Set.of(complete("kinesis worker s1 --").split(" "));
        var described = Pattern.compile("(?m)^ *(?:-\\w, )*(--[a-z-]+)").matcher(Script.jbang("worker", "--help").run(0).stdout()).results()
                .map(option -> option.group(1)).collect(Collectors.toSet());
        assertEquals(described, proposed);
    }

    @Test
    void anotherCommand_canRunThem() throws Exception {
        Files.writeString(folder.resolve("completions"), Script.jbang("completions", "jbang").run(0).stdout());
        assertEquals("--poll-interval", complete("jbang consume s1 --po"));
    }

    /** What bash would propose for the last word of the line. */
    private String complete(String line) throws Exception {
        return Script.command("bash", "-c", """
                compopt() { :; } # which works only while a person completes
                source "$0"
                COMP_LINE=$1
                read -ra COMP_WORDS <<<"$1"
                [ "${1% }" = "$1" ] || COMP_WORDS+=("")
                COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                "_complete_${COMP_WORDS[0]}"
                echo "${COMPREPLY[@]}"
                """, folder.resolve("completions").toString(), line).run(0).stdout().strip();
    }
}
