package fake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;

/** A PATH with just the programs that a test wants there. */
public final class Programs {
    private static final String[] OF_THE_WRAPPER = {"sh", "dirname", "readlink", "grep", "mkdir", "mktemp", "cat", "cksum", "find", "id",
        "ln", "sed", "sleep", "sort", "sha256sum", "mv", "rm", "java"};

    private final Path folder;

    /** What the wrapper itself needs, in the folder. */
    public Programs(Path folder) throws IOException {
        this.folder = folder;
        for (var program : OF_THE_WRAPPER) {
            add(program, "exec " + find(program) + " \"$@\"");
        }
    }

    /** A program of this machine. */
    public static Path find(String program) {
        return Stream.of(System.getenv("PATH").split(":")).map(folder -> Path.of(folder, program)).filter(Files::isExecutable)
                .findFirst().orElseThrow(() -> new IllegalStateException("no " + program + " on PATH"));
    }

    public static boolean isOnPath(String program) {
        return Stream.of(System.getenv("PATH").split(":")).anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /** Adds a program of this name, or puts another in its place. */
    public Programs add(String name, String commands) throws IOException {
        Files.writeString(folder.resolve(name), "#!/bin/sh\n" + commands + "\n");
        Files.setPosixFilePermissions(folder.resolve(name), PosixFilePermissions.fromString("rwxr-xr-x"));
        return this;
    }

    public String path() {
        return folder.toString();
    }
}
