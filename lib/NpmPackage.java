package lib;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.Objects;

/**
 * An npm package in one exact version, installed in JBang's cache.
 *
 * @param name    the package's name on npm, without a scope
 * @param version one version, no range
 */
record NpmPackage(String name, String version) {
    private static final Duration INSTALL = Duration.ofMinutes(5); // some megabytes over a slow network

    /**
     * Returns the package's folder. The first call on a machine downloads the package and its dependencies.
     *
     * @throws Failure when npm fails
     */
    Path installed(Log log) throws IOException, InterruptedException {
        var cache = Path.of(Objects.requireNonNullElse(System.getenv("JBANG_DIR"), System.getProperty("user.home") + "/.jbang"), "cache");
        var home = cache.resolve(name + "-" + version);
        if (!Files.exists(home)) {
            log.info("fetching %s %s from npm", name, version);
            var fresh = Files.createTempDirectory(Files.createDirectories(cache), name);
            try {
                install(fresh);
                moveUnlessThere(fresh, home);
            } finally {
                delete(fresh);
            }
        }
        return home.resolve("node_modules").resolve(name);
    }

    private void install(Path folder) throws InterruptedException {
        var exactly = name + "@" + version;
        if (!LocalProcess.succeeds(INSTALL, "npm", "install", "--prefix", folder.toString(), exactly, "--ignore-scripts", "--no-audit", "--no-fund",
                "--fetch-retries=0")) {
            throw new Failure("'npm install " + exactly + "' failed: is npm installed, and its registry reachable?");
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
