import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.SAME_THREAD) // Echo.java is the same for JBang wherever it is, and built once
class WrapperTest {
    @TempDir Path temp;
    private Programs programs;

    @BeforeEach
    void aMachineWithoutJBang() throws IOException {
        programs = new Programs(Files.createDirectory(temp.resolve("bin")));
        Files.writeString(temp.resolve("Echo.java"), """
                class Echo {
                    public static void main(String... args) throws Exception {
                        for (var arg : args) {
                            System.out.println("<" + arg + ">");
                        }
                        System.in.transferTo(System.out);
                        if (args.length > 0 && args[0].equals("wait")) {
                            Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("stopped")));
                            System.out.println("waiting");
                            Thread.sleep(60_000);
                        }
                        System.exit(args.length);
                    }
                }
                """);
    }

    @Test
    void passesArgumentsAndStdinAndTheExitCode() throws Exception {
        var echo = wrapper("Echo.java", "two words", "--x=", "it's \"quoted\" $HOME `id` * \\").stdin("line 1\nline 2").run(3);
        assertEquals("<two words>\n<--x=>\n<it's \"quoted\" $HOME `id` * \\>\nline 1\nline 2", echo.stdout());
    }

    @Test
    void passesSignals() throws Exception {
        for (var signal : new String[] {"INT 130", "TERM 143"}) {
            try (var echo = wrapper("Echo.java", "wait").start()) {
                echo.awaitStdout(out -> out.contains("waiting")).signal(signal.split(" ")[0]).awaitExit(Integer.parseInt(signal.split(" ")[1]));
                echo.check("not a clean stop", echo.stdout().endsWith("stopped\n"));
            }
        }
    }

    @Test
    void usesTheJBangOnPath() throws Exception {
        programs.add("jbang", "echo \"own <$1> <$2>\"; exit 7");
        assertEquals("own <Echo.java> <a b>\n", wrapper("Echo.java", "a b").run(7).stdout());
    }

    @Test
    void doesNotTakeItselfForTheJBangOnPath() throws Exception {
        Files.copy(Script.ROOT.resolve("jbang"), temp.resolve("jbang"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.createSymbolicLink(Path.of(programs.path(), "jbang"), temp.resolve("jbang"));
        wrapper("Echo.java").env("PATH", Script.ROOT + ":" + temp + ":" + programs.path()).run(0);
    }

    @Test
    void findsItsAliases_fromAnyDirectoryAndThroughASymlink() throws Exception {
        var link = Files.createSymbolicLink(temp.resolve("kinesis"), Path.of("link"));
        Files.createSymbolicLink(temp.resolve("link"), Script.ROOT.resolve("jbang"));
        assertEquals(Script.jbang("describe", "--help").run(0).stdout(),
                Script.command(link.toString(), "describe", "--help").in(temp).env("PATH", programs.path()).run(0).stdout());
        Files.delete(temp.resolve("link")); // or JUnit warns that it leads out of its folder
    }

    @Test
    void saysHowToInstallJBang_withoutMaven() throws Exception {
        var wrapper = wrapper("Echo.java").env("JBANG_DIR", temp.resolve("empty")).run(1);
        assertEquals("jbang: neither jbang nor mvn is on PATH: install Maven, or JBang by"
                + " 'curl -Ls https://sh.jbang.dev | bash -s - app setup'\n", wrapper.stderr());
    }

    @Test
    void saysWhatFailed_whenMavenFails() throws Exception {
        programs.add("mvn", "echo 'no network'; exit 1");
        var wrapper = wrapper("Echo.java").env("JBANG_DIR", temp.resolve("empty")).run(1);
        wrapper.check("not the reason", wrapper.stderr().endsWith("no network\njbang: Maven could not fetch dev.jbang:jbang-cli:0.132.1\n"));
        assertEquals("", wrapper.stdout());
        try (var files = Files.list(temp.resolve("empty"))) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void fetchesJBangOnce_whenTwoStartAtOnce() throws Exception {
        var cache = temp.resolve("cache");
        programs.add("mvn", "echo >>" + temp.resolve("fetched") + "; exec " + Programs.find("mvn") + " \"$@\"");
        for (var program : new String[] {"bash", "uname", "sed", "ls", "expr"}) { // of Maven's script
            programs.add(program, "exec " + Programs.find(program) + " \"$@\"");
        }
        try (var one = wrapper("version").env("JBANG_DIR", cache).start(); var other = wrapper("version").env("JBANG_DIR", cache).start()) {
            assertEquals("0.132.1\n", one.awaitExit(0).stdout());
            assertEquals("0.132.1\n", other.awaitExit(0).stdout());
        }
        var fetches = Files.readString(temp.resolve("fetched"));
        wrapper("version").env("JBANG_DIR", cache).run(0);
        assertEquals(fetches, Files.readString(temp.resolve("fetched")), "fetched again");
        try (var files = Files.list(cache.resolve("cli-0.132.1"))) {
            assertEquals(0, files.filter(file -> !file.toString().endsWith(".jar")).count());
        }
    }

    @Test
    void asksJBangOnceForAScript_untilASourceChanges() throws Exception {
        var clone = Files.createDirectories(temp.resolve("clone/lib")).getParent();
        Files.copy(Script.ROOT.resolve("jbang"), clone.resolve("jbang"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.writeString(clone.resolve("jbang-catalog.json"), """
                {"aliases": {
                  "greet": {"script-ref": "greet.java", "arguments": ["Hello"]}
                }}
                """);
        Files.writeString(clone.resolve("greet.java"), """
                //SOURCES lib/Greeting.java
                class greet {
                    public static void main(String... args) {
                        System.out.println(lib.Greeting.of(String.join("|", args)));
                    }
                }
                """);
        var greeting = Files.writeString(clone.resolve("lib/Greeting.java"), """
                package lib;
                public class Greeting {
                    public static String of(String names) {
                        return names + "!";
                    }
                }
                """);
        var greet = Script.command(clone.resolve("jbang").toString(), "greet", "", "@you", "%{it}", "$HOME 'x");
        assertEquals("Hello||@you|%{it}|$HOME 'x!\n", greet.run(0).stdout());
        greet.env("JBANG_JAVA_OPTIONS", "-XX:+ThatJavaDoesNotKnow"); // for JBang itself
        assertEquals("Hello||@you|%{it}|$HOME 'x!\n", greet.run(0).stdout());
        Files.writeString(greeting, Files.readString(greeting).replace("!", "."));
        greet.run(1);
        assertEquals("Hello||@you|%{it}|$HOME 'x.\n", greet.env("JBANG_JAVA_OPTIONS", "").run(0).stdout());
    }

    @Test
    @OnKinesis
    void archivesTheClassesOfAScript_withNothingElseOnStdoutOrStderr() throws Exception {
        var jbang = System.getenv("JBANG_DIR");
        var cache = Files.createDirectory(temp.resolve("it's a cache"));
        Files.createSymbolicLink(cache.resolve("cli-0.132.1"),
                (jbang == null ? Path.of(System.getProperty("user.home"), ".jbang") : Path.of(jbang)).resolve("cli-0.132.1"));
        Script.jbang("describe", "--help").env("JBANG_DIR", cache).run(0);
        var ofTheUsage = Files.size(archive(cache));

        var describe = Script.kinesis("describe", TestKinesis.stream(1), "--key", "user7").env("JBANG_DIR", cache);
        var described = describe.run(0);
        assertTrue(Files.size(archive(cache)) > ofTheUsage, "only the classes of the usage text");
        var again = describe.run(0);
        var withoutJBang = describe.env("JBANG_JAVA_OPTIONS", "-XX:+ThatJavaDoesNotKnow").run(0);
        for (var run : new Script[] {described, again, withoutJBang}) {
            assertEquals(3, run.stdout().lines().count(), run.toString());
            assertEquals("", run.stderr());
        }

        var jar = Path.of(archive(cache).toString().replaceFirst("jsa$", "jar"));
        Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(1))); // then Java does not use the archive
        describe.run(1);
        Files.delete(jar);
        assertEquals(described.stdout(), describe.env("JBANG_JAVA_OPTIONS", "").run(0).stdout());
        Files.delete(cache.resolve("cli-0.132.1")); // or JUnit warns that it leads out of its folder
    }

    private static Path archive(Path cache) throws IOException {
        try (var files = Files.walk(cache)) {
            return files.filter(file -> file.toString().endsWith(".jsa")).findFirst().orElseThrow();
        }
    }

    private Script.Builder wrapper(String... arguments) {
        return Script.jbang(arguments).in(temp).env("PATH", programs.path());
    }
}
