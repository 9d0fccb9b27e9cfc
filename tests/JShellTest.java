import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.OnKinesis;
import fake.Script;
import fake.TestKinesis;
import java.nio.file.Files;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("JBang builds the script again for a session, in place")
@OnKinesis
class JShellTest {
    private static final Pattern SESSION = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @Test
    void theSessionOfTheDocs_listsShardsAndReadsTenRecords() throws Exception {
        var stream = TestKinesis.stream(1);
        Script.kinesis("produce", stream, "-n", "11", "--rate", "100", "--ordered").run(0);
        var page = SESSION.matcher(Files.readString(Script.ROOT.resolve("docs/developing.md")));
        assertTrue(page.find());
        var session = page.group(1)
                .replace("Aws.local()", "Aws.local(URI.create(\"" + TestKinesis.endpoint() + "\"))")
                .replace("\"s1\"", "\"" + stream + "\"");

        var jshell = Script.jbang("-i", "describe.java").stdin(session).run(0);
        jshell.check("no shard", jshell.stdout().contains("shardId-000000000000\n"));
        jshell.check("not ten records", jshell.stdout().contains("message data 0\n") && jshell.stdout().contains("message data 9\n")
                && !jshell.stdout().contains("message data 10"));
    }
}
