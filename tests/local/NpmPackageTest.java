package lib.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import lib.cli.Failure;
import lib.cli.Log;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpmPackageTest {
    private static final NpmPackage PACKAGE = new NpmPackage("kinesis-local", LocalEngine.VERSION);

    @TempDir Path temp;

    @Test
    void cache_isInJBangDir_elseInHome_elseWhereJavaHasIt() {
        assertEquals(Path.of("/a/cache"), NpmPackage.cache(Map.of("JBANG_DIR", "/a", "HOME", "/b")));
        assertEquals(Path.of("/b/.jbang/cache"), NpmPackage.cache(Map.of("JBANG_DIR", "", "HOME", "/b")));
        assertEquals(Path.of(System.getProperty("user.home"), ".jbang/cache"), NpmPackage.cache(Map.of()));
    }

    @Test
    void npm_getsTheVersionAndTheHashes_andWritesForItsUserAlone() throws Exception {
        var npm = npm("umask >mask; mkdir -p node_modules/kinesis-local\n"
                + "cp mask package.json package-lock.json node_modules/kinesis-local");
        var installed = PACKAGE.installed(temp, npm, new Log());
        assertTrue(Files.readString(installed.resolve("package.json")).contains("\"kinesis-local\": \"" + PACKAGE.version() + "\""));
        var lock = Files.readString(installed.resolve("package-lock.json"));
        assertTrue(lock.contains("\"version\": \"" + PACKAGE.version() + "\",\n      \"integrity\": \"sha512-"), lock);
        assertTrue(Files.readString(installed.resolve("mask")).matches("0*77\n"));
        for (var file : List.of("npm.log", "package.json", "package-lock.json")) {
            var written = installed.getParent().getParent().resolve(file);
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(written)));
        }
        assertEquals(installed, PACKAGE.installed(temp, "nowhere", new Log()));
    }

    @Test
    void otherFilesThanThoseOfTheLock_areNamed_andNoneIsKept() throws Exception {
        var npm = npm("echo 'npm error code EINTEGRITY' >&2; exit 1");
        var failure = assertThrows(Failure.class, () -> PACKAGE.installed(temp.resolve("cache"), npm, new Log()));
        assertEquals("the files of kinesis-local 0.6.2 from npm have unexpected hashes (EINTEGRITY) and are not run;"
                + " check the registry that 'npm config get registry' prints", failure.getMessage());
        try (var kept = Files.list(temp.resolve("cache"))) {
            assertEquals(0, kept.count());
        }
    }

    /** A program that is called as npm is, and runs the commands in the folder of the package. */
    private String npm(String commands) throws IOException {
        var npm = Files.writeString(temp.resolve("npm"),
                "#!/bin/sh\n[ \"$1 $2\" = 'ci --prefix' ] && cd \"$3\" || exit 2\n" + commands + "\n");
        Files.setPosixFilePermissions(npm, PosixFilePermissions.fromString("rwx------"));
        return npm.toString();
    }
}
