package lib.cli;

import fake.Script;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a script says of an Error, in whatever thread, and its exit code. */
class CliTest {
    private static final String OUT_OF_MEMORY =
            "failing: out of memory (Java heap space); give Java more memory, such as JAVA_TOOL_OPTIONS=-Xmx512m\n";

    @ParameterizedTest
    @ValueSource(strings = {"command", "thread", "option"})
    void outOfMemory_isOneLine_whereverItIs(String place) throws Exception {
        var script = failing(place, "--option", place).run(1);
        script.check("not the line", script.stderr().equals(OUT_OF_MEMORY) && script.stdout().isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"command", "thread"})
    void outOfMemory_hasItsStackTrace_withVV(String place) throws Exception {
        var script = failing(place, "-vv").run(1);
        var trace = "java.lang.OutOfMemoryError: Java heap space\n\tat ";
        script.check("not the line and the trace", script.stderr().startsWith(OUT_OF_MEMORY + trace));
    }

    @Test
    void anotherError_isOneLine() throws Exception {
        for (var error : new String[] {"stack", "link"}) {
            var script = failing(error).run(1);
            script.check("not one line", script.stderr().matches("failing: an internal error of the program or of Java: "
                    + "java\\.lang\\.(StackOverflowError|NoClassDefFoundError: lib/Gone); -vv shows the stack trace\n"));
        }
    }

    @Test
    void exceptionOfAThread_isOneLine_andEndsNothing() throws Exception {
        var script = failing("exception").run(0);
        script.check("not one line", script.stderr().equals("failing: no luck\n"));
    }

    private static Script.Builder failing(String... arguments) {
        return Script.command(ProcessHandle.current().info().command().orElseThrow(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp",
                System.getProperty("java.class.path"), Failing.class.getName()).and(arguments);
    }

    @Command(name = "failing")
    static final class Failing implements Callable<Integer> {
        @Parameters
        private String what;

        @Option(names = "--option", converter = Converter.class)
        private String option;

        @Mixin private Log log;

        static final class Converter implements ITypeConverter<String> {
            @Override
            public String convert(String text) {
                if (text.equals("option")) {
                    throw new OutOfMemoryError("Java heap space");
                }
                return text;
            }
        }

        @Override
        public Integer call() throws Exception {
            switch (what) {
                case "command" -> throw new OutOfMemoryError("Java heap space");
                case "stack" -> overflow(0);
                case "link" -> throw new NoClassDefFoundError("lib/Gone");
                case "thread" -> {
                    new Thread(() -> {
                        throw new OutOfMemoryError("Java heap space");
                    }).start();
                    new CountDownLatch(1).await();
                }
                default -> {
                    var thread = new Thread(() -> {
                        throw new IllegalStateException("no luck");
                    });
                    thread.start();
                    thread.join();
                }
            }
            return Cli.OK;
        }

        private static int overflow(int depth) {
            return overflow(depth + 1) + 1;
        }

        public static void main(String... args) {
            Cli.main(new Failing(), args);
        }
    }
}
