import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.Difference;
import fake.OnKinesis;
import fake.Script;
import fake.TestKinesis;
import fake.Tmux;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** describe --watch: on a real terminal, and on a pipe. */
@OnKinesis
class WatchTest {
    @TempDir Path folder;

    @Test
    void onATerminal_itIsALiveScreen_thatHeedsKeysAndTheSize_andLeavesTheTerminalAsItWas() throws Exception {
        Difference.NO_ITERATOR_BEHIND_THE_NEWEST_RECORD.skipIfHere();
        Script.needs("tmux");
        var stream = TestKinesis.stream(2);
        TestKinesis.split(stream, "shardId-000000000000");
        try (var produce = Script.kinesis("produce", stream, "--rate", "20", "-q").start();
                var terminal = new Tmux(folder, 80, 24)) {
            terminal.type(watch(stream, "1s"));
            var screen = terminal.await(text ->
                    text.contains("q quit   s sort: shard   o closed: shown") && text.matches("(?s).*records/s +[1-9].*"));
            assertTrue(screen.startsWith(stream + "  3 open shards, 1 closed, 0 hot  2"), screen);
            assertTrue(screen.contains("\nshardId-000000000000            closed\n"), screen);
            terminal.await(text -> !text.lines().limit(3).toList().equals(screen.lines().limit(3).toList())); // by itself

            terminal.type("s");
            terminal.await(text -> text.contains("s sort: load"));
            terminal.type("o");
            terminal.await(text -> text.contains("o closed: hidden") && !text.contains("shardId-000000000000"));
            terminal.resize(50, 8);
            var narrow = "(?s)" + stream + " [^\n]*\nrecords/s [^\n]{1,41}\nbytes/s .*\n\\.\\.\\. 3 more\n\nq quit .*";
            terminal.await(text -> text.matches(narrow));
            terminal.resize(120, 30);
            terminal.await(text -> text.lines().filter(line -> line.startsWith("shardId-")).count() == 3 && text.contains("LOAD"));
            terminal.type("\u001a"); // Ctrl-Z, which would leave the shell in this mode
            terminal.type("q");
            terminal.await(text -> text.contains("ended with 0") && !text.contains("records/s"));
            terminal.checkUsable();
        }
    }

    @Test
    void ctrlC_leavesTheTerminalAsItWas_alsoWhenThatTakesLongerThanTheNextLookForAKey() throws Exception {
        Script.needs("tmux");
        var stream = TestKinesis.stream(1);
        var slow = Files.writeString(folder.resolve("stty"), "#!/bin/sh\nsleep 0.2\nexec /bin/stty \"$@\"\n");
        assertTrue(slow.toFile().setExecutable(true));
        try (var terminal = new Tmux(folder, 80, 24)) {
            terminal.type("PATH=" + folder + ":$PATH " + watch(stream, ""));
            terminal.await(text -> text.contains("q quit"));
            terminal.type("\u0003");
            terminal.await(text -> text.contains("ended with 130") && !text.contains("q quit"));
            terminal.checkUsable();
        }
    }

    @Test
    void aStreamThatIsDeleted_endsIt_withALineBehindTheScreen() throws Exception {
        Difference.NO_ITERATOR_BEHIND_THE_NEWEST_RECORD.skipIfHere();
        Script.needs("tmux");
        var stream = TestKinesis.stream(1);
        try (var terminal = new Tmux(folder, 200, 24)) {
            terminal.type(watch(stream, ""));
            terminal.await(text -> text.contains("q quit"));
            TestKinesis.client().deleteStream(request -> request.streamName(stream));
            terminal.await(text -> text.contains("describe: ") && text.matches("(?s).*\\((ResourceNotFound|ResourceInUse)Exception\\).*")
                    && text.contains("ended with 1") && !text.contains("q quit"));
            terminal.checkUsable();
        }
    }

    @Test
    void onATerminalThatIsNotKnown_itIsALineAnInterval() throws Exception {
        Difference.NO_ITERATOR_BEHIND_THE_NEWEST_RECORD.skipIfHere();
        Script.needs("tmux");
        var stream = TestKinesis.stream(1);
        try (var terminal = new Tmux(folder, 120, 24)) {
            terminal.type("TERM=foo " + watch(stream, "1s"));
            terminal.await(text -> text.lines().filter(line -> line.matches("20\\S+Z  0.0 records/s .*")).count() > 1);
        }
    }

    @Test
    void onAPipe_itIsALineAnInterval_untilTheReaderHasEnough() throws Exception {
        Difference.NO_ITERATOR_BEHIND_THE_NEWEST_RECORD.skipIfHere();
        var stream = TestKinesis.stream(1);
        try (var produce = Script.kinesis("produce", stream, "--rate", "20", "-q").start()) {
            var lines = Script.shell("./jbang describe --watch 1s " + stream + " $kinesis | grep -m 3 -v '1 not known'").run(0);
            // without those before the shard has answered twice
            lines.check("not three lines", lines.stdout().matches("(20\\S+Z  [\\d.]+ records/s  [\\d.]+ K?B/s"
                    + "  shards: 1 open, 0 hot; most: \\d+% in shardId-000000000000\n){3}"));
            assertEquals("", lines.stderr());
            Script.needs("jq");
            var json = Script.shell("./jbang describe --watch=2s " + stream + " -o json $kinesis | head -1"
                    + " | jq -c '[.shards[0].shardId, .recordsPerSecond > 5, .bytesPerSecond > 50, .shards[0].percentOfLimit < 10,"
                    + " .shards[0].newestRecordAgeMillis < 10000]'").run(0);
            assertEquals("[\"shardId-000000000000\",true,true,true,true]\n", json.stdout());
        }
    }

    private static String watch(String stream, String interval) {
        return "./jbang describe " + stream + " --watch " + interval + " --local --endpoint-url " + TestKinesis.endpoint()
                + "; echo ended with $?\n";
    }
}
