import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HeadersTest {
    @Test
    void everyDependency_hasOneExactVersionInAllScripts() throws Exception {
        var versions = new HashMap<String, String>();
        for (var script : scripts()) {
            for (var line : Files.readAllLines(script)) {
                if (line.startsWith("//DEPS ")) {
                    var dependency = line.replaceFirst("//DEPS ([^:]+:[^:@]+).*", "$1");
                    var version = line.replaceFirst("//DEPS [^:]+:[^:@]+:?", "");
                    assertFalse(version.matches(".*[\\[(,+].*|.*SNAPSHOT|RELEASE|LATEST"), line);
                    assertEquals(versions.getOrDefault(dependency, version), version, script + ": " + dependency);
                    versions.put(dependency, version);
                }
            }
        }
        assertTrue(versions.containsKey("software.amazon.awssdk:kinesis"));
    }

    @Test
    void everyScript_isExecutable_andStartsByItself() throws Exception {
        for (var script : scripts()) {
            assertTrue(Files.isExecutable(script), script + " is not executable");
            assertEquals("///usr/bin/env jbang \"$0\" \"$@\" ; exit $?", Files.readAllLines(script).get(0));
        }
    }

    @Test
    void onlyWorker_dependsOnTheKinesisClientLibrary() throws Exception {
        for (var script : scripts()) {
            var heavy = Files.readAllLines(script).stream().filter(line -> line.matches("//(DEPS|SOURCES) .*(amazon-kinesis-client|dynamodb:|cloudwatch:|worker\\.java|lib/Worker\\.java).*")).toList();
            assertEquals(Set.of("worker.java", "tests/all.java").contains(Script.ROOT.relativize(script).toString()), !heavy.isEmpty(), script + ": " + heavy);
        }
    }

    private static List<Path> scripts() throws IOException {
        try (var files = Files.list(Script.ROOT)) {
            var scripts = new ArrayList<>(files.filter(file -> file.toString().endsWith(".java")).sorted().toList());
            for (var script : List.of("tests/all.java", "bench/all.java", "bench/bare.java", "bench/canned.java")) {
                scripts.add(Script.ROOT.resolve(script));
            }
            return scripts;
        }
    }
}
