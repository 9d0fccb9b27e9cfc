package lib.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import lib.cli.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalDynamoDbTest {
    @Test
    void aFileWithAnotherHash_isNamed_andNotRun(@TempDir Path folder) throws Exception {
        var other = Files.writeString(folder.resolve("DynamoDBLocal-2.6.1.jar"), "something else");
        var failure = assertThrows(Failure.class, () -> LocalDynamoDb.check(List.of(other)));
        assertEquals(other + ", of com.amazonaws:DynamoDBLocal:2.6.1, has an unexpected SHA-256 and is not run;"
                + " delete this file, and JBang fetches the file again", failure.getMessage());
        var missing = folder.resolve("missing.jar");
        assertEquals("cannot read " + missing + ", which JBang has fetched;"
                + " delete dependency_cache.json in JBang's cache, and JBang fetches the file again",
                assertThrows(Failure.class, () -> LocalDynamoDb.check(List.of(missing))).getMessage());
    }
}
