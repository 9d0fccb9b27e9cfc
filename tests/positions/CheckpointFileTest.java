package lib.positions;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import lib.cli.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointFileTest {
    @TempDir Path temp;

    @Test
    void replace_keepsLinks_andWritesTheFileThatTheyLeadTo() throws IOException {
        var data = Files.createDirectory(temp.resolve("data"));
        Files.writeString(data.resolve("there"), "old");
        keepsLink(temp.resolve("absolute"), data.resolve("there"), data.resolve("there"));
        keepsLink(temp.resolve("relative"), Path.of("data/there"), data.resolve("there"));
    }

    @Test
    void replace_keepsLinks_whoseTargetDoesNotExistYet() throws IOException {
        var data = Files.createDirectory(temp.resolve("data"));
        keepsLink(temp.resolve("absolute"), data.resolve("a"), data.resolve("a"));
        keepsLink(temp.resolve("relative"), Path.of("data/b"), data.resolve("b"));
        Files.createSymbolicLink(data.resolve("chain"), Path.of("c"));
        keepsLink(temp.resolve("chain"), Path.of("data/chain"), data.resolve("c"));
        assertTrue(Files.isSymbolicLink(data.resolve("chain")));
        Files.createSymbolicLink(temp.resolve("folder"), data);
        keepsLink(data.resolve("up"), Path.of("../folder/d"), data.resolve("d"));
        assertEquals("[absolute, chain, data, folder, relative]", names(temp));
        assertEquals("[a, a.lock, b, b.lock, c, c.lock, chain, d, d.lock, up]", names(data));
    }

    private static void keepsLink(Path link, Path to, Path file) throws IOException {
        Files.createSymbolicLink(link, to);
        try (var checkpoint = CheckpointFile.lock(link)) {
            for (var content : List.of("first", "second")) {
                checkpoint.replace(content.getBytes());
                assertEquals(to, Files.readSymbolicLink(link));
                assertEquals(content, Files.readString(file));
                assertArrayEquals(content.getBytes(), checkpoint.read());
            }
        }
    }

    @Test
    void lock_holdsForEveryPathToTheFile_alsoBeforeItExists() throws IOException {
        var file = temp.resolve("file");
        var link = Files.createSymbolicLink(temp.resolve("link"), Path.of("file"));
        try (var first = CheckpointFile.lock(link)) {
            assertThrows(Failure.class, () -> CheckpointFile.lock(file));
            first.replace(new byte[0]);
            assertThrows(Failure.class, () -> CheckpointFile.lock(file));
            assertThrows(Failure.class, () -> CheckpointFile.lock(link));
        }
    }

    @Test
    void lock_refusesLinksThatLeadNowhere() throws IOException {
        var loop = Files.createSymbolicLink(temp.resolve("loop"), Path.of("loop"));
        assertTrue(fails(() -> CheckpointFile.lock(loop)).startsWith("cannot open checkpoint " + loop + ": "));
        var lost = Files.createSymbolicLink(temp.resolve("lost"), Path.of("nowhere/file"));
        assertEquals("cannot open checkpoint " + lost + ": no such folder", fails(() -> CheckpointFile.lock(lost)));
    }

    @Test
    void whatIsNoRegularFile_isRefusedAtOnce() throws Exception {
        var pipe = pipe("pipe");
        refused("it is not a regular file", pipe);
        refused("it is not a regular file", Files.createSymbolicLink(temp.resolve("link"), pipe));
        refused("it is a directory", temp);
        for (var device : List.of(Path.of("/dev/zero"), Path.of("/dev/null"))) {
            if (Files.exists(device)) {
                refused("it is not a regular file", device);
            }
        }
    }

    @Test
    void lockThatIsNoRegularFile_isRefusedAtOnce() throws Exception {
        var lock = pipe("file.lock");
        assertEquals("cannot open checkpoint " + temp.resolve("file") + ": " + lock + ": it is not a regular file; use another file",
                fails(() -> CheckpointFile.lock(temp.resolve("file"))));
        var other = temp.resolve("other");
        var folder = Files.createDirectory(temp.resolve("other.lock"));
        assertEquals("cannot open checkpoint " + other + ": " + folder + ": it is a directory; use another file",
                fails(() -> CheckpointFile.lock(other)));
    }

    @Test
    void read_refusesAFileThatIsTooLarge() throws IOException {
        var file = temp.resolve("file");
        try (var large = new RandomAccessFile(file.toFile(), "rw")) {
            large.setLength(10L << 30);
        }
        var message = "cannot read checkpoint " + file + ": the file has more than 128 MiB, so it is not a checkpoint; use another file";
        assertEquals(message, fails(() -> CheckpointFile.read(file)));
        try (var checkpoint = CheckpointFile.lock(file)) {
            assertEquals(message, fails(checkpoint::read));
        }
    }

    private Path pipe(String name) throws Exception {
        var pipe = temp.resolve(name);
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        return pipe;
    }

    private static void refused(String why, Path file) {
        assertEquals("cannot open checkpoint " + file + ": " + why + "; use another file", fails(() -> CheckpointFile.lock(file)));
        assertEquals("cannot read checkpoint " + file + ": " + why + "; use another file", fails(() -> CheckpointFile.read(file)));
    }

    private static String fails(Executable executable) {
        return assertTimeoutPreemptively(Duration.ofMinutes(1), () -> assertThrows(Failure.class, executable)).getMessage();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-------", "rw-r-----", "rw-rw-rw-", "r--------"})
    void replace_keepsTheModeOfTheFile(String mode) throws IOException {
        var file = Files.writeString(temp.resolve("file"), "old");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        replace(file);
        assertEquals(mode, mode(file));
        assertEquals("new", Files.readString(file));
    }

    @Test
    void replace_givesANewFileToItsOwnerOnly() throws IOException {
        var file = temp.resolve("file");
        replace(file);
        assertEquals("rw-------", mode(file));
    }

    private static void replace(Path file) throws IOException {
        try (var checkpoint = CheckpointFile.lock(file)) {
            checkpoint.replace("new".getBytes());
        }
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private static String names(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new)).toString();
        }
    }
}
