package lib;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalDynamoDbTest {
    @Test
    void aFileWithAnotherHash_isNamed_andNotRun(@TempDir Path folder) throws Exception {
        var other = Files.writeString(folder.resolve("DynamoDBLocal-2.6.1.jar"), "something else");
        var failure = assertThrows(Failure.class, () -> LocalDynamoDb.check(List.of(other)));
        assertEquals(other + " is not the file of com.amazonaws:DynamoDBLocal:2.6.1 that is known here by its SHA-256, and is not run;"
                + " when you delete it, JBang fetches it again", failure.getMessage());
    }
}
