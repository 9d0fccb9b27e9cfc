package lib.local;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import lib.cli.Failure;
import lib.cli.Log;

/**
 * An npm package in one exact version, installed in JBang's cache. Its {@code package.json} and {@code package-lock.json} are on the class
 * path, in a folder of its name: npm checks the package, and each that it depends on, by the hashes (SHA-512) in the second.
 *
 * @param name    the package's name on npm, without a scope
 * @param version one version, no range; {@code package.json} has the same
 */
record NpmPackage(String name, String version) {
    private static final Duration INSTALL = Duration.ofMinutes(5); // some megabytes over a slow network

    /**
     * Returns the package's folder. The first call on a machine downloads the package and its dependencies, and so does the first after
     * package-lock.json has changed.
     *
     * @throws Failure when npm fails, or a hash differs from package-lock.json
     */
    Path installed(Log log) throws IOException, InterruptedException {
        return installed(cache(System.getenv()), "npm", log);
    }

    /** The same, in this cache and by this program. */
    Path installed(Path cache, String npm, Log log) throws IOException, InterruptedException {
        var lock = resource("package-lock.json");
        var home = cache.resolve(name + "-" + version + "-" + Integer.toHexString(Arrays.hashCode(lock)));
        if (!Files.exists(home)) {
            log.info("fetching %s %s from npm", name, version);
            var fresh = Files.createTempDirectory(Files.createDirectories(cache), name);
            try {
                write(fresh.resolve("package.json"), resource("package.json"));
                write(fresh.resolve("package-lock.json"), lock);
                install(npm, fresh);
                moveUnlessThere(fresh, home);
            } finally {
                delete(fresh);
            }
        }
        return home.resolve("node_modules").resolve(name);
    }

    /** Returns the folder that JBang, as {@code ./jbang} starts it, caches in. */
    static Path cache(Map<String, String> environment) {
        var jbang = environment.getOrDefault("JBANG_DIR", "");
        var home = environment.getOrDefault("HOME", "");
        if (!jbang.isEmpty()) {
            return Path.of(jbang, "cache");
        }
        return Path.of(home.isEmpty() ? System.getProperty("user.home") : home, ".jbang", "cache");
    }

    /** Writes a file that only its owner can write to, whatever the umask: {@code ./jbang} runs nothing of a cache where others can. */
    private static void write(Path file, byte[] content) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(file, content);
    }

    private byte[] resource(String file) throws IOException {
        try (var resource = NpmPackage.class.getResourceAsStream("/" + name + "/" + file)) {
            return resource.readAllBytes();
        }
    }

    private void install(String npm, Path folder) throws IOException, InterruptedException {
        var said = folder.resolve("npm.log");
        write(said, new byte[0]);
        if (!LocalProcess.succeeds(INSTALL, Redirect.to(said.toFile()), "sh", "-c", "umask 077; exec \"$0\" \"$@\"", npm, "ci",
                "--prefix", folder.toString(), "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=0")) {
            if (Files.exists(said) && Files.readString(said).contains("EINTEGRITY")) {
                throw new Failure("the files of " + name + " " + version + " from npm have unexpected hashes (EINTEGRITY) and are not run;"
                        + " check the registry that 'npm config get registry' prints");
            }
            throw new Failure("'npm ci' failed for " + name + " " + version + ": check that npm is installed and its registry reachable");
        }
    }

    private static void moveUnlessThere(Path fresh, Path home) throws IOException {
        try {
            Files.move(fresh, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            if (!Files.exists(home)) { // else another start was faster
                throw e;
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (var paths = Files.walk(folder)) {
                paths.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            }
        }
    }
}
