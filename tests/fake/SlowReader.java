package fake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/**
 * Reads a line of what a script prints into a pipe, and the first character of the next, has the script end, and then reads as a test
 * wants it. Works in a folder of its own.
 */
public record SlowReader(Path folder) {
    /** What a pipe holds on Linux. */
    public static final int PIPE = 1 << 16;

    /** Reads on at once. */
    public static final String QUICK = "cat";

    /** Reads on as slowly as a shell does. */
    public static final String SLOW = "while IFS= read -r line; do echo \"$line\"; sleep 0.002; done";

    /** Reads on when the script has ended. */
    public static final String STANDS_STILL = "while kill -0 $pid 2>/dev/null; do sleep 0.05; done; cat";

    /** Returns the lines that it got of the script, which must end within this time, with the exit code of the signal. */
    public List<String> end(Script.Builder script, String reader, Duration longest) throws Exception {
        return end(script, () -> true, reader, longest);
    }

    /** Returns the same, and sends the signal only when the condition holds. */
    public List<String> end(Script.Builder script, Script.Condition condition, String reader, Duration longest) throws Exception {
        return end(script, condition, "kill -TERM $pid", 143, reader, longest);
    }

    /** Returns the lines that it got of the script, which must end by itself within this time after the first line, with this exit code. */
    public List<String> awaitEnd(Script.Builder script, int exitCode, String reader, Duration longest) throws Exception {
        return end(script, () -> true, "", exitCode, reader, longest);
    }

    private List<String> end(Script.Builder script, Script.Condition condition, String signal, int exitCode, String reader,
            Duration longest) throws Exception {
        try (var shell = start(script, signal, reader)) {
            Script.await(condition, shell);
            Files.createFile(folder.resolve("go"));
            shell.awaitExit(0);
        }
        assertEquals(String.valueOf(exitCode), read("code"), () -> stderr());
        var millis = Long.parseLong(read("ended")) - Long.parseLong(read("began"));
        assertTrue(millis < longest.toMillis(), () -> "it took " + millis + " ms");
        return Files.readAllLines(folder.resolve("out"));
    }

    private Script start(Script.Builder script, String signal, String reader) throws IOException {
        return Script.command("bash", "-c", """
                cd "$0"
                mkfifo pipe
                "$@" >pipe 2>err & pid=$!
                (IFS= read -r line; IFS= read -rN1 next; printf '%%s\\n%%s' "$line" "$next"
                until [ -e go ]; do sleep 0.02; done
                date +%%s%%3N >began; %s
                %s) <pipe >out & reader=$!
                tail --pid=$pid -s 0.02 -f /dev/null
                date +%%s%%3N >ended
                wait $pid; echo $? >code
                wait $reader""".formatted(signal, reader), folder.toString()).and(script).start();
    }

    /** What the script said. */
    public String stderr() {
        try {
            return Files.readString(folder.resolve("err"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String read(String file) throws IOException {
        return Files.readString(folder.resolve(file)).strip();
    }

    /** Puts lines of up to what a pipe takes as a whole, and returns them: together they are far more than a pipe holds. */
    public static List<String> putLines(String stream) {
        var random = new Random(20);
        var lines = new ArrayList<String>();
        for (int bytes = 0, n = 0; bytes < 12 * PIPE; n++) {
            lines.add(n + " " + "x".repeat(random.nextInt(4_090)));
            bytes += lines.get(n).length();
        }
        return put(stream, lines);
    }

    public static List<String> put(String stream, List<String> lines) {
        var records = lines.stream()
                .map(line -> PutRecordsRequestEntry.builder().partitionKey("key").data(SdkBytes.fromUtf8String(line)).build()).toList();
        assertEquals(0, TestKinesis.client().putRecords(request -> request.streamName(stream).records(records)).failedRecordCount());
        return lines;
    }
}
