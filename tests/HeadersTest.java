import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class HeadersTest {
    private static final Pattern HEAVY = Pattern.compile("(?m)^//DEPS .*(amazon-kinesis-client|:dynamodb|:cloudwatch)");

    /** JBang reads directives in each included file. It also reads the annotations of Groovy and Kotlin, which this pattern refuses. */
    @Test
    void everyDependency_hasOneExactVersionInAllFiles_andIsFromMavenCentral() throws Exception {
        var versions = new HashMap<String, String>();
        for (var file : files(".java")) {
            for (var line : Files.readAllLines(file)) {
                var hasVersionInBom = line.matches("//DEPS org\\.junit\\.[a-z]+:[a-z-]+");
                if (line.matches("\\s*(//(DEPS|REPOS)\\b|@(Grab|GrabResolver|DependsOn|Repository)\\b).*") && !hasVersionInBom) {
                    assertTrue(line.matches("//DEPS [\\w.-]+:[\\w.-]+:(?!.*SNAPSHOT)\\d[\\w.-]*(@(fatjar|pom))?"), file + ": " + line);
                    var dependency = line.replaceFirst("//DEPS ([^:]+:[^:]+).*", "$1");
                    var version = line.replaceFirst("//DEPS [^:]+:[^:]+:", "");
                    assertEquals(versions.getOrDefault(dependency, version), version, file + ": " + dependency);
                    versions.put(dependency, version);
                }
            }
        }
        assertTrue(versions.containsKey("software.amazon.awssdk:kinesis"));
    }

    @Test
    void everyNpmPackage_isLockedByItsHash_inOneVersion_andFromNoOneRegistry() throws Exception {
        var locks = files("package-lock.json");
        assertEquals(3, locks.size());
        for (var lock : locks) {
            var json = Files.readString(lock);
            var packages = count("\n    \"node_modules/[^\"]+\": \\{", json);
            assertEquals(packages, count("\n      \"integrity\": \"sha512-[^\"]{88}\"", json), lock.toString());
            assertEquals(0, count("\"(resolved|link|inBundle)\"", json), lock.toString());
            var wanted = Files.readString(lock.resolveSibling("package.json"));
            assertEquals(1, count("\": \"\\d+\\.\\d+\\.\\d+\"", wanted), wanted);
        }
    }

    @Test
    void everyActionIsPinnedByItsCommit_andLocalStackByItsDigest() throws Exception {
        for (var line : Files.readAllLines(Script.ROOT.resolve(".github/workflows/ci.yml"))) {
            assertTrue(!line.contains("uses:") || line.matches(".* uses: [\\w/-]+@[0-9a-f]{40} # v\\d+\\.\\d+\\.\\d+"), line);
        }
        for (var file : List.of("tests/fake/KinesisContainer.java", ".ci/run")) {
            var text = Files.readString(Script.ROOT.resolve(file)).replaceAll("\"\\s*\\+ \"", "");
            assertEquals(1, count("localstack/localstack:[\\d.]+@sha256:[0-9a-f]{64}", text), file);
        }
    }

    @Test
    void everyAlias_hasAScript_andOneArgumentAtMost_asTheWrapperReadsThem() throws Exception {
        var aliases = Files.readString(Script.ROOT.resolve("jbang-catalog.json")).split("\"aliases\": ")[1];
        var written = count("\n    \"[a-z]+\": \\{", aliases);
        assertEquals(written, count("\n      \"script-ref\": \"[a-z]+\\.java\"", aliases));
        assertEquals(count("\"arguments\"", aliases), count("\n      \"arguments\": \\[\"[^\"]+\"]", aliases));
    }

    @Test
    void everyScript_isExecutable_andStartsByItself() throws Exception {
        for (var script : scripts()) {
            assertTrue(Files.isExecutable(script), script + " is not executable");
            assertEquals("///usr/bin/env jbang \"$0\" \"$@\" ; exit $?", Files.readAllLines(script).get(0));
        }
    }

    @Test
    void onlyTheLeases_dependOnTheKinesisClientLibrary_andOnDynamoDb_soOnlyWorkerDoes() throws Exception {
        for (var file : files(".java")) {
            var isHeavy = HEAVY.matcher(Files.readString(file)).find();
            assertEquals(file.endsWith("lib/leases/package-info.java"), isHeavy, file.toString());
        }
        for (var script : scripts()) {
            var heavy = count("(?m)^//SOURCES .*\\b(lib/(worker|leases)/package-info|worker)\\.java", Files.readString(script));
            assertEquals(script.endsWith("worker.java"), heavy > 0, script.toString());
        }
    }

    private static long count(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results().count();
    }

    /** The files of the clone whose names end so. */
    private static List<Path> files(String end) throws IOException {
        try (var files = Files.walk(Script.ROOT)) {
            return files.filter(file -> file.toString().endsWith(end) && !file.toString().contains("/node_modules/")).toList();
        }
    }

    private static List<Path> scripts() throws IOException {
        try (var files = Files.list(Script.ROOT)) {
            var scripts = new ArrayList<>(files.filter(file -> file.toString().endsWith(".java")).sorted().toList());
            for (var script : List.of("tests/all.java", "bench/all.java", "bench/bare.java", "bench/canned.java",
                    "examples/describe.java", "examples/produce.java", "examples/consume.java")) {
                scripts.add(Script.ROOT.resolve(script));
            }
            return scripts;
        }
    }
}
