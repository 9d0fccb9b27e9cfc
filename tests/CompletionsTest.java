import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.Script;
import fake.Tmux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a shell proposes. Stream names come from fake commands on PATH, which note their arguments. */
class CompletionsTest {
    /** What bash takes for a word: it cuts at ':' and '=', too, but not in quotes. */
    private static final Pattern PIECE = Pattern.compile("[:=]+|(\"[^\"]*\"|[^\" :=])+");

    private static String completions;

    @TempDir Path folder;

    @BeforeAll
    static void printCompletions() throws Exception {
        completions = Script.jbang("completions").run(0).stdout() + Script.jbang("completions", "jbang").run(0).stdout();
    }

    @BeforeEach
    void makeFiles() throws IOException {
        Files.writeString(folder.resolve("completions"), completions);
        Files.writeString(folder.resolve("README.md"), "");
        Files.createDirectory(folder.resolve("bin"));
        Files.createFile(folder.resolve("calls"));
    }

    /** Otherwise a process would write to the folder while it is deleted. */
    @AfterEach
    void endBackground() throws Exception {
        background().forEach(ProcessHandle::destroy);
        awaitBackground();
    }

    @Test
    void scriptsAndOptionsAndTheirValues_areCompleted() throws Exception {
        assertEquals("describe", complete("kinesis des"));
        assertEquals("--watch", complete("kinesis describe --w"));
        assertEquals("--open --output", complete("kinesis describe s1 -v --watch --o"));
        assertEquals("text json", complete("kinesis describe s1 -o "));
        assertEquals("--port", complete("kinesis demo --po"));
        assertEquals("zlib zstd", complete("kinesis consume s1 --decode z"));
        assertEquals("zstd", complete("kinesis produce s1 --decode z"));
        assertEquals("README.md", complete("kinesis describe s1 --checkpoint READ"));
        assertEquals("--idle-timeout", complete("kinesis-consume s1 --idle"));
        assertEquals("--demo", complete("kinesis-local --de"));
        assertEquals("--status", complete("kinesis worker s1 --app a1 --efo --st"));
        assertEquals("--poll-interval", complete("jbang consume s1 --po"));
        assertEquals("split", complete("kinesis stream sp"));
        assertEquals("--at --at-hash-key", complete("kinesis stream split s1 3 --at"));
        assertEquals("--if-missing", complete("kinesis-stream create s1 --shards 2 --if"));
        assertEquals("text json", complete("jbang stream set s1 -o "));
    }

    @Test
    void filesOfProduce_areCompleted_whereverTheOptionsStand() throws Exception {
        assertEquals("README.md", complete("kinesis produce s1 READ"));
        assertEquals("README.md", complete("kinesis produce s1 other.log READ"));
        assertEquals("README.md", complete("kinesis produce --endpoint-url http://127.0.0.1:4568 s1 READ"));
        assertEquals("README.md", complete("kinesis produce --endpoint-url=http://127.0.0.1:4568 -n 5 --json s1 READ"));
        assertEquals("README.md", complete("kinesis produce produce -D \"a b\" READ"));
        assertEquals("README.md", complete("./kinesis-produce -- -s1 READ"));
    }

    @Test
    void theOptionsOfWorker_areThoseThatItHas() throws Exception {
        var proposed = Set.of(complete("kinesis worker s1 --").split(" "));
        var described = Pattern.compile("(?m)^ *(?:-\\w, )*(--[a-z-]+)").matcher(Script.jbang("worker", "--help").run(0).stdout()).results()
                .map(option -> option.group(1)).collect(Collectors.toSet());
        assertEquals(described, proposed);
    }

    @Test
    void theFirstTab_proposesNothing_andFillsTheCache_fromWhichTheNextOnesPropose() throws Exception {
        fake("kinesis", "printf '%s\\n' orders orders-eu users");
        assertEquals("", complete("kinesis consume "));
        awaitBackground();
        assertEquals("orders orders-eu users", complete("kinesis consume "));
        assertEquals("orders orders-eu", complete("kinesis consume or"));
        assertEquals("", complete("kinesis consume or."));
        assertEquals("", complete("kinesis consume orders "));
        awaitBackground();
        assertEquals(List.of("kinesis describe -1"), calls());
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("cache/kinesis"))));
    }

    @Test
    void everyScriptWithAStream_proposesNames_byItsOwnCommand() throws Exception {
        for (var command : List.of("kinesis", "kinesis-describe", "jbang", "jbang-describe")) {
            fake(command, "echo orders");
        }
        for (var script : List.of("describe", "stream scale", "stream check", "produce", "consume", "worker")) {
            proposes("kinesis " + script, "kinesis describe");
            proposes("bin/kinesis " + script, "kinesis describe");
            proposes("kinesis-" + script, "kinesis-describe");
            proposes("bin/kinesis-" + script, "kinesis-describe");
            proposes("jbang " + script, "jbang describe");
            proposes("jbang-" + script, "jbang-describe");
        }
        assertEquals("", completeTwice("kinesis local o"));
    }

    private void proposes(String command, String describe) throws Exception {
        var region = " --region=" + calls().size(); // has no names yet
        assertEquals("orders", completeTwice(command + region + " o"));
        assertEquals(describe + " -1" + region, calls().get(calls().size() - 1));
    }

    @Test
    void connectionOptionsBeforeTheCursor_arePassedOn_andHaveACacheOfTheirOwn() throws Exception {
        fake("kinesis", "echo \"of$#\"");
        assertEquals("of2", completeTwice("kinesis consume "));
        assertEquals("of3", completeTwice("kinesis consume --local -v --poll-interval 2s "));
        assertEquals("of6", completeTwice("kinesis consume --region eu --profile=p --endpoint-url http://127.0.0.1:4568 --local "));
        assertEquals("of4", completeTwice("kinesis consume --profile \"two words\" --endpoint-url=http://127.0.0.1:4568 "));
        assertEquals("of2", complete("kinesis consume --checkpoint --local "));
        assertEquals(List.of("kinesis describe -1", "kinesis describe -1 --local",
                "kinesis describe -1 --region=eu --profile=p --endpoint-url=http://127.0.0.1:4568 --local",
                "kinesis describe -1 --profile=two words --endpoint-url=http://127.0.0.1:4568"), calls());
    }

    @Test
    void eachAccountAndRegionOfTheEnvironment_hasACacheOfItsOwn_whichDoesNotNameTheAccessKey() throws Exception {
        fake("kinesis", "echo $AWS_PROFILE$AWS_REGION$AWS_DEFAULT_REGION$AWS_ENDPOINT_URL_KINESIS$AWS_ACCESS_KEY_ID");
        for (var name : List.of("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL_KINESIS", "AWS_ACCESS_KEY_ID")) {
            for (var value : List.of("one-" + name, "two-" + name)) {
                assertEquals("", complete("kinesis consume ", name, value));
                awaitBackground();
                assertEquals(value, complete("kinesis consume ", name, value));
            }
        }
        for (var file : files()) {
            assertTrue(file.getFileName().toString().matches("streams-\\d+-\\d+"), file.toString());
        }
        assertEquals(10, files().size());
    }

    @Test
    void namesOlderThanAMinute_areProposed_andRenewed() throws Exception {
        fake("kinesis", "echo old");
        assertEquals("old", completeTwice("kinesis consume "));
        fake("kinesis", "echo new");
        age(Duration.ofSeconds(50));
        assertEquals("old", completeTwice("kinesis consume "));
        age(Duration.ofSeconds(70));
        assertEquals("old", complete("kinesis consume "));
        awaitBackground();
        assertEquals("new", complete("kinesis consume "));
    }

    @Test
    void whenTheNamesCannotBeListed_theOldOnesStay_andNothingIsSaid() throws Exception {
        assertEquals("", completeTwice("kinesis consume ")); // there is no such command
        fake("kinesis", "echo old");
        assertEquals("old", completeTwice("kinesis consume "));
        fake("kinesis", "echo cut-off; echo 'kinesis: no credentials' >&2; exit 1");
        age(Duration.ofMinutes(2));
        assertEquals("old", completeTwice("kinesis consume "));
        assertEquals(1, files().size());
    }

    @Test
    void aCommandThatHangs_holdsUpNoTab_andIsNotStartedTwice() throws Exception {
        var fifo = folder.resolve("fifo");
        Script.command("mkfifo", fifo.toString()).run(0);
        fake("kinesis", "exec cat " + fifo);
        assertEquals("", complete("kinesis consume "));
        Script.await(() -> calls().size() == 1, "the command is not started");
        var hangs = background();
        assertFalse(hangs.isEmpty());
        assertEquals("", complete("kinesis consume "));
        Script.await(() -> hangs.containsAll(background()), "the second TAB started another process that hangs");
        assertEquals(1, calls().size());
        Files.writeString(fifo, "orders\n");
        awaitBackground();
        assertEquals("orders", complete("kinesis consume "));
    }

    @Test
    void whatAKilledProcessLeft_isRemovedInTheEnd() throws Exception {
        fake("kinesis", "echo orders");
        assertEquals("orders", completeTwice("kinesis consume "));
        var left = Path.of(files().get(0) + ".new");
        Files.move(files().get(0), left);
        assertEquals("", completeTwice("kinesis consume ")); // the process could run
        Files.setLastModifiedTime(left, FileTime.from(Instant.now().minus(Duration.ofMinutes(11))));
        assertEquals("orders", completeTwice("kinesis consume "));
    }

    @Test
    void whatIsNoStreamName_isNotProposed_andNothingIsEvaluated() throws Exception {
        var names = folder.resolve("names");
        Files.write(names, List.of("$(touch bad)", "`touch bad`", "${x:=$(touch bad)}", "a b", "it's", "a\"b", "a;touch bad", "*",
                "\u001b[2J", "\u00e9", "", "Ok_1.2-3"));
        fake("kinesis", "cat " + names);
        assertEquals("Ok_1.2-3", completeTwice("kinesis consume "));
        assertEquals("", completeTwice("kinesis consume $(touch${IFS}bad)"));
        assertEquals("", completeTwice("kinesis consume O.*"));
        assertEquals("", completeTwice("kinesis consume arn:aws:kinesis:O"));
        assertEquals("", completeTwice("kinesis consume --profile=O"));
        assertEquals("Ok_1.2-3", completeTwice("kinesis consume --profile $(touch${IFS}bad) --region `touch${IFS}bad` "));
        assertEquals("kinesis describe -1 --profile=$(touch${IFS}bad) --region=`touch${IFS}bad`", calls().get(1));
        assertFalse(Files.exists(folder.resolve("bad")));
    }

    @Test
    void inATerminal_theNextTabCompletes_andNothingElseIsPrinted() throws Exception {
        Script.needs("tmux");
        fake("kinesis", "echo orders");
        try (var terminal = new Tmux(folder, 120, 10)) {
            terminal.type("cd " + folder + "; export PATH=$PWD/bin:$PATH XDG_CACHE_HOME=$PWD/cache PS1='> ' HISTFILE=; clear\n");
            terminal.type("exec bash --norc --noprofile\n");
            terminal.await(text -> text.strip().endsWith(">"));
            terminal.type("source completions; clear\n");
            terminal.type("kinesis produce --region=eu --endpoint-url http://127.0.0.1:4568 o\t");
            Script.await(() -> Files.exists(folder.resolve("cache/kinesis"))
                    && files().stream().anyMatch(file -> !file.toString().endsWith(".new")), "no names");
            terminal.type("\tREAD\t");
            terminal.await(text -> text.contains("orders README.md"));
            terminal.type("\n"); // now the shell would tell of a job that has ended
            terminal.await(text -> text.strip().equals(
                    "> kinesis produce --region=eu --endpoint-url http://127.0.0.1:4568 orders README.md\norders\n>"));
        }
    }

    /** Makes a command that notes how it is called. */
    private void fake(String command, String script) throws IOException {
        var file = Files.writeString(folder.resolve("bin").resolve(command),
                "#!/bin/sh\necho \"${0##*/} $*\" >>" + folder + "/calls\n" + script + "\n");
        assertTrue(file.toFile().setExecutable(true));
    }

    private List<String> calls() throws IOException {
        return Files.readAllLines(folder.resolve("calls"));
    }

    /** The files of the cache. */
    private List<Path> files() throws IOException {
        try (var files = Files.list(folder.resolve("cache/kinesis"))) {
            return files.toList();
        }
    }

    private void age(Duration age) throws IOException {
        Files.setLastModifiedTime(files().get(0), FileTime.from(Instant.now().minus(age)));
    }

    /** The processes that a TAB has left. */
    private Set<ProcessHandle> background() {
        return ProcessHandle.allProcesses().filter(process -> process.info().commandLine().orElse("").contains(folder + "/"))
                .collect(Collectors.toSet());
    }

    private void awaitBackground() throws Exception {
        Script.await(() -> background().isEmpty(), "processes run on in " + folder);
    }

    private String completeTwice(String line) throws Exception {
        complete(line);
        awaitBackground();
        var proposed = complete(line);
        awaitBackground();
        return proposed;
    }

    /** What bash would propose for the last word of the line. */
    private String complete(String line, String... variable) throws Exception {
        var pieces = new ArrayList<>(PIECE.matcher(line).results().map(MatchResult::group).toList());
        if (line.endsWith(" ")) {
            pieces.add("");
        }
        var bash = Script.command("bash", "-c", """
                compopt() { :; } # which works only while a person completes
                source "$0"
                COMP_LINE=$1
                COMP_POINT=${#1}
                COMP_WORDS=("${@:2}")
                COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                "_complete_${COMP_WORDS[0]##*/}"
                echo "${COMPREPLY[@]}"
                """, folder.resolve("completions").toString(), line).and(pieces.toArray(String[]::new)).in(folder)
                .env("PATH", folder.resolve("bin") + ":" + System.getenv("PATH")).env("XDG_CACHE_HOME", folder.resolve("cache"));
        if (variable.length > 0) {
            bash.env(variable[0], variable[1]);
        }
        try (var script = bash.run(0)) {
            assertEquals("", script.rawStderr());
            return script.stdout().strip();
        }
    }
}
