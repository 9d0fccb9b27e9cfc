import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fake.OnKinesis;
import fake.Programs;
import fake.Script;
import fake.TestKinesis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.SAME_THREAD) // Echo.java is the same for JBang wherever it is, and built once
class WrapperTest {
    private static final boolean IS_ROOT = System.getProperty("user.name").equals("root");

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
        for (var signal : Map.of("INT", 130, "TERM", 143).entrySet()) {
            try (var echo = wrapper("Echo.java", "wait").start()) {
                echo.awaitStdout(out -> out.contains("waiting")).signal(signal.getKey()).awaitExit(signal.getValue());
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
        assertEquals("jbang: neither jbang nor mvn is on PATH: install Maven, or JBang with"
                + " 'curl -Ls https://sh.jbang.dev | bash -s - app setup'\n", wrapper.stderr());
    }

    @Test
    void saysWhatFailed_whenMavenFails() throws Exception {
        programs.add("mvn", "echo 'no network'; exit 1");
        var wrapper = wrapper("Echo.java").env("JBANG_DIR", temp.resolve("empty")).run(1);
        wrapper.check("not the reason",
                wrapper.stderr().endsWith("no network\njbang: Maven could not fetch dev.jbang:jbang-cli:0.132.1: see its output above,"
                        + " and check the network\n"));
        assertEquals("", wrapper.stdout());
        try (var files = Files.list(temp.resolve("empty"))) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void fetchesJBangOnce_whenTwoStartAtOnce_bySettingsOfNoFolderAbove() throws Exception {
        var cache = temp.resolve("cache");
        var settings = Files.createDirectory(temp.resolve(".mvn")).resolve("jvm.config"); // which Maven would heed
        Files.writeString(settings, "-XX:+ThatJavaDoesNotKnow");
        programs.add("mvn", "echo >>" + temp.resolve("fetched") + "; exec " + Programs.find("mvn") + " \"$@\"");
        for (var program : new String[] {"bash", "uname", "sed", "ls", "expr"}) { // of Maven's script
            programs.add(program, "exec " + Programs.find(program) + " \"$@\"");
        }
        try (var one = wrapper("version").env("JBANG_DIR", cache).start(); var other = wrapper("version").env("JBANG_DIR", cache).start()) {
            assertEquals("0.132.1\n", one.awaitExit(0).stdout());
            assertEquals("0.132.1\n", other.awaitExit(0).stdout());
        }
        wrapper("version").env("JBANG_DIR", cache).run(0);
        assertEquals("\n", Files.readString(temp.resolve("fetched")), "fetched again");
        try (var files = Files.list(cache.resolve("cli-0.132.1"))) {
            assertEquals(0, files.filter(file -> !file.toString().endsWith(".jar")).count());
        }
    }

    @Test
    void asksJBangOnceForAScript_untilASourceChanges() throws Exception {
        Files.createDirectories(temp.resolve("clone/lib/greet"));
        var clone = cloneOfGreet(temp.resolve("clone"), "lib.greet.Greeting.of(String.join(\"|\", args))");
        var greeting = Files.writeString(clone.resolve("lib/greet/Greeting.java"), """
                package lib.greet;
                public class Greeting {
                    public static String of(String names) {
                        return names + "!";
                    }
                }
                """);
        var script = clone.resolve("greet.java");
        Files.writeString(script, "//SOURCES lib/greet/Greeting.java\n" + Files.readString(script));
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
        var cache = Files.createDirectory(temp.resolve("it's a cache"));
        Files.createSymbolicLink(cache.resolve("cli-0.132.1"), jbang());
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

    @Test
    void asksJBangAgain_ratherThanRunAKeptCommandThatOthersCanWrite() throws Exception {
        var cache = cacheWithJBang();
        var greet = greet(cache);
        greet.run(0);
        var kept = onlyFile(cache.resolve("cache/commands"));
        Files.writeString(kept, Files.readString(kept).replaceFirst(".*", "echo evil"));
        Files.setPosixFilePermissions(kept, PosixFilePermissions.fromString("rw-rw-rw-"));
        var run = greet.run(0);
        assertEquals("Hello!\n", run.stdout());
        assertEquals("jbang: " + kept + " belongs to another user, or other users can write to it: asking JBang again how to run "
                + temp.toRealPath().resolve("clone/greet.java") + "\n", run.stderr());
        var again = greet.run(0);
        assertEquals("Hello!\n", again.stdout());
        assertEquals("", again.stderr());
    }

    @Test
    void runsNothingOfACache_whereOthersCanWrite() throws Exception {
        var cache = cacheWithJBang();
        var greet = greet(cache);
        greet.run(0);
        var jar = onlyFile(onlyFile(cache.resolve("cache/jars")));
        var asksJBang = greet(cache).env("JAVA_HOME", System.getProperty("java.home")); // since no command is kept for that
        Files.writeString(cache.resolve("cache/dependency_cache.json"), "{}"); // JBang has one as soon as a script has //DEPS
        for (var exposed : List.of(jar, jar.getParent(), jar.getParent().getParent(), cache.resolve("cache/commands"),
                cache.resolve("cache"), cache, cache.resolve("cli-0.132.1"), cache.resolve("cli-0.132.1/gson-2.13.1.jar"),
                cache.resolve("cache/dependency_cache.json"))) {
            var before = Files.getPosixFilePermissions(exposed);
            var permissions = new HashSet<>(before);
            permissions.add(PosixFilePermission.OTHERS_WRITE);
            Files.setPosixFilePermissions(exposed, permissions);
            refuses(greet.env("JAVA_HOME", Path.of(System.getProperty("java.home"))), cache, exposed); // another key: JBang would be asked
            Files.setPosixFilePermissions(exposed, before);
        }
        if (IS_ROOT) {
            Files.setOwner(jar, jar.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
            refuses(greet, cache, jar);
        }
    }

    /** With a umask of 002, as some systems have it, where each user has a group of the same number. */
    @Test
    void runsWhatAGroupCanWrite_onlyIfItIsTheUsersOwnOrRoots() throws Exception {
        assumeTrue(IS_ROOT, "only root can give a file to a group that it is not in");
        var cache = cacheWithJBang();
        var greet = greet(cache);
        greet.run(0);
        var jar = onlyFile(onlyFile(cache.resolve("cache/jars")));
        Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("rw-rw----"));
        assertEquals("Hello!\n", greet.run(0).stdout());
        var nogroup = jar.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName("nogroup");
        Files.getFileAttributeView(jar, PosixFileAttributeView.class).setGroup(nogroup);
        refuses(greet, cache, jar);
    }

    private static void refuses(Script.Builder greet, Path cache, Path exposed) throws Exception {
        var run = greet.run(1);
        assertEquals("", run.stdout());
        assertEquals("jbang: nothing in " + cache + " is run: " + exposed + " belongs to another user, or other users can write to it;"
                + " check the file and run 'chmod -R go-w " + cache + "', or delete " + cache + ", or set JBANG_DIR to another folder\n",
                run.stderr());
    }

    @Test
    void fetchesAndBuilds_forItsUserAlone_whateverTheUmask_whichTheScriptKeeps() throws Exception {
        var cache = temp.resolve("cache");
        mavenThatCopiesJBang("");
        var written = temp.resolve("written");
        var clone = cloneOfGreet(temp.resolve("clone"), "java.nio.file.Files.createFile(java.nio.file.Path.of(args[1]))");
        Script.command("sh", "-c", "umask 000; exec \"$@\"", "sh", clone.resolve("jbang").toString(), "greet", written.toString())
                .env("PATH", programs.path()).env("JBANG_DIR", cache).run(0);
        assertEquals("rw-rw-rw-", PosixFilePermissions.toString(Files.getPosixFilePermissions(written)));
        try (var files = Files.walk(cache)) {
            for (var file : files.toList()) {
                assertEquals("------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)).substring(3), file.toString());
            }
        }
    }

    @Test
    void runsAndKeepsNoJarOfJBang_thatIsNotTheOneItKnows() throws Exception {
        var cache = temp.resolve("cache");
        mavenThatCopiesJBang("echo >>\"$to/gson-2.13.1.jar\"");
        var wrapper = wrapper("version").env("JBANG_DIR", cache).run(1);
        assertEquals("", wrapper.stdout());
        wrapper.check("not the reason", wrapper.stderr().matches("""
                jbang: fetching JBang 0.132.1
                jbang: the jars of JBang 0.132.1 from Maven have the SHA-256 [0-9a-f]{64} and not [0-9a-f]{64}; they are deleted and not run: [^\n]+
                """));
        assertEquals(List.of(), files(cache));

        mavenThatCopiesJBang("");
        assertEquals("0.132.1\n", wrapper("version").env("JBANG_DIR", cache).run(0).stdout());
    }

    /** JBang itself leaves a jar that no later start can run. */
    @Test
    void buildsAScriptOnce_whenTwoStartAtOnce() throws Exception {
        var greet = greet(cacheWithJBang());
        try (var one = greet.start(); var other = greet.start()) {
            assertEquals("Hello!\n", one.awaitExit(0).stdout());
            assertEquals("Hello!\n", other.awaitExit(0).stdout());
        }
        assertEquals("", greet.run(0).stderr());
    }

    @Test
    void startsAlsoAfterOneThatWasKilledWhileItBuilt() throws Exception {
        var cache = cacheWithJBang();
        var dead = Script.command("sh", "-c", "echo $$").run(0).stdout().strip();
        Files.createSymbolicLink(cache.resolve("lock"), Path.of(dead));
        var greet = greet(cache).run(0);
        assertEquals("Hello!\n", greet.stdout());
        greet.check("does not wait", greet.rawStderr().startsWith("[jbang] Waiting for process " + dead + ", which fetches or builds\n"));
        assertFalse(Files.isSymbolicLink(cache.resolve("lock")));
    }

    @Test
    void buildsAnew_afterAStartThatWasKilledWhileItWroteTheJar() throws Exception {
        var cache = cacheWithJBang();
        var greet = greet(cache);
        greet.run(0);
        var jar = onlyFile(onlyFile(cache.resolve("cache/jars")));
        try (var empty = new JarOutputStream(Files.newOutputStream(jar))) {
            empty.putNextEntry(new ZipEntry("greet.class"));
        }
        greet.env("JAVA_HOME", Path.of(System.getProperty("java.home"))); // another key: JBang is asked
        assertEquals("Hello!\n", greet.run(0).stdout());
    }

    /** They can be somebody else's, and would be kept for all folders. */
    @Test
    void heedsNoSettingsOfTheCurrentFolder() throws Exception {
        Files.writeString(temp.resolve("jbang.properties"), "run.runtimeoption=-Dgreeting=evil\n");
        var clone = cloneOfGreet(temp.resolve("clone"), "System.getProperty(\"greeting\", args[0])");
        var greet = Script.command(clone.resolve("jbang").toString(), "greet").in(temp)
                .env("JBANG_DIR", cacheWithJBang()).env("PATH", programs.path());
        assertEquals("Hello\n", greet.run(0).stdout());
    }

    @Test
    void failsWithOne_whateverTheExitCodeOfJBang() throws Exception {
        var clone = cloneOfGreet(temp.resolve("clone"), "nothing that compiles");
        Script.command(clone.resolve("jbang").toString(), "greet").env("JBANG_DIR", cacheWithJBang()).env("PATH", programs.path()).run(1);
        var colon = wrapper("version").env("JBANG_DIR", "/a:b").run(1);
        assertEquals("jbang: JBANG_DIR has a colon, with which Java separates folders: /a:b; set JBANG_DIR to another"
                + " folder\n", colon.stderr());
    }

    @Test
    void saysWhatToSet_whereItCannotWrite() throws Exception {
        mavenThatCopiesJBang("");
        var home = wrapper("version").env("HOME", "/proc/nowhere").env("JBANG_DIR", "").run(1);
        assertEquals("jbang: cannot write to /proc/nowhere/.jbang: set JBANG_DIR to a folder that you can write to\n", home.stderr());
        var nothing = wrapper("version").env("HOME", "").env("JBANG_DIR", "").run(1);
        assertEquals("jbang: neither JBANG_DIR nor HOME is set: set JBANG_DIR to a folder for the files of JBang\n", nothing.stderr());
    }

    @Test
    void saysWhatToSet_whereJBangCannotWrite() throws Exception {
        assumeFalse(IS_ROOT, "root can write everywhere");
        var cache = cacheWithJBang();
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("r-xr-xr-x"));
        var greet = greet(cache).run(1);
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwx------"));
        greet.check("not what to do",
                greet.stderr().endsWith("jbang: cannot write to " + cache + ": set JBANG_DIR to a folder that you can write to\n"));
    }

    @Test
    void tellsTheScriptItsCache_alsoAnotherHomesAndARelativeOne() throws Exception {
        var clone = cloneOfGreet(temp.resolve("clone"), "System.getenv(\"JBANG_DIR\")");
        var cache = cacheWithJBang();
        var home = Files.createDirectory(temp.resolve("home"));
        Files.createSymbolicLink(home.resolve(".jbang"), cache);
        var greet = Script.command(clone.resolve("jbang").toString(), "greet").in(temp.toRealPath()).env("PATH", programs.path());
        assertEquals(cache.toRealPath() + "\n", greet.env("HOME", home).env("JBANG_DIR", "").run(0).stdout());
        assertEquals(temp.toRealPath().resolve("cache") + "\n", greet.env("JBANG_DIR", "cache").run(0).stdout());
        Files.delete(home.resolve(".jbang")); // or JUnit warns that it leads out of its folder
    }

    @Test
    void findsItsAliases_whateverTheFolderIsCalled() throws Exception {
        var cache = cacheWithJBang();
        for (var name : List.of("a@b", "it's %{x} \"q\"", "$HOME `id` \\")) {
            var clone = cloneOfGreet(temp.resolve(name), "String.join(\"|\", args)");
            var greet = Script.command(clone.resolve("jbang").toString(), "greet", "you").in(temp).env("JBANG_DIR", cache);
            assertEquals("Hello|you\n", greet.env("PATH", programs.path()).run(0).stdout());
            var own = new Programs(Files.createDirectory(temp.resolve("own " + name))).add("jbang", "printf '%s\\n' \"$@\"");
            assertEquals(clone.toRealPath().resolve("greet.java") + "\nHello\nyou\n", greet.env("PATH", own.path()).run(0).stdout());
        }
    }

    /** A cache with a copy of JBang, and nothing else. */
    private Path cacheWithJBang() throws IOException {
        var cache = Files.createDirectory(temp.resolve("cache"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        var jars = Files.createDirectory(cache.resolve("cli-0.132.1"));
        for (var jar : files(jbang())) {
            Files.copy(jar, jars.resolve(jar.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
        }
        return cache;
    }

    /** A Maven that has the jars of JBang at hand, and does something to the folder {@code $to} with them. */
    private void mavenThatCopiesJBang(String commands) throws IOException {
        programs.add("cp", "exec " + Programs.find("cp") + " \"$@\"").add("mvn", """
                for argument do
                  case $argument in -DoutputDirectory=*) to=${argument#*=} ;; esac
                done
                cp -r "%s" "$to"
                """.formatted(jbang()) + commands);
    }

    /** The folder of JBang's jars, which these tests run on. */
    private static Path jbang() {
        var cache = System.getenv("JBANG_DIR");
        return (cache == null ? Path.of(System.getProperty("user.home"), ".jbang") : Path.of(cache)).resolve("cli-0.132.1");
    }

    /** A folder with the wrapper, and a script that prints the expression; its alias has the argument Hello. */
    private static Path cloneOfGreet(Path clone, String expression) throws IOException {
        Files.createDirectories(clone);
        Files.copy(Script.ROOT.resolve("jbang"), clone.resolve("jbang"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.writeString(clone.resolve("jbang-catalog.json"), """
                {"aliases": {
                  "greet": {"script-ref": "greet.java", "arguments": ["Hello"]}
                }}
                """);
        Files.writeString(clone.resolve("greet.java"), """
                class greet {
                    public static void main(String... args) throws Exception {
                        System.out.println(%s);
                    }
                }
                """.formatted(expression));
        return clone;
    }

    private Script.Builder greet(Path cache) throws IOException {
        var clone = temp.resolve("clone");
        if (!Files.exists(clone)) {
            cloneOfGreet(clone, "args[0] + \"!\"");
        }
        return Script.command(clone.resolve("jbang").toString(), "greet").env("JBANG_DIR", cache).env("PATH", programs.path());
    }

    private static Path onlyFile(Path folder) throws IOException {
        assertEquals(1, files(folder).size(), folder.toString());
        return files(folder).get(0);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.toList();
        }
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
