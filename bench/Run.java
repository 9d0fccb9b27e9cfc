package bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * One run of a command, as the operating system accounts for it with all of its children.
 *
 * @param firstByte until there was something on stdout; in seconds, as the others
 * @param cpu       user and system
 * @param memory    the resident set of the largest process at its largest, in MB
 * @param lines     on stdout; 0 when that was not read
 */
record Run(double wall, double firstByte, double cpu, double memory, long lines) {
    private static final Path TIME = Path.of("/usr/bin/time"); // GNU's; that of the shell knows no memory

    /** Where stdout goes. */
    enum Stdout { READ, DISCARD }

    /** @throws IllegalStateException when the command fails */
    static Run of(List<String> command, Stdout stdout) throws IOException, InterruptedException {
        var account = Files.createTempFile("time", null);
        var stderr = Files.createTempFile("stderr", null);
        try {
            var process = new ProcessBuilder(Stream.concat(Stream.of(TIME.toString(), "-f", "%U %S %M", "-o", account.toString(), "--"),
                    command.stream()).toList())
                    .redirectOutput(stdout == Stdout.READ ? ProcessBuilder.Redirect.PIPE : ProcessBuilder.Redirect.DISCARD)
                    .redirectError(stderr.toFile());
            process.environment().putAll(Peers.ENVIRONMENT);
            var start = System.nanoTime();
            var started = process.start();
            var firstByte = 0.0;
            var lines = 0L;
            if (stdout == Stdout.READ) {
                try (var out = started.getInputStream()) {
                    var first = out.read();
                    firstByte = seconds(start);
                    lines = (first == '\n' ? 1 : 0) + lines(out);
                }
            }
            var exitCode = started.waitFor();
            var wall = seconds(start);
            if (exitCode != 0) {
                throw new IllegalStateException(String.join(" ", command) + " ended with " + exitCode + ":\n" + Files.readString(stderr));
            }
            var times = Files.readString(account).strip().split(" ");
            return new Run(wall, firstByte, Double.parseDouble(times[0]) + Double.parseDouble(times[1]),
                    Double.parseDouble(times[2]) * 1024 / 1e6, lines);
        } finally {
            Files.delete(account);
            Files.delete(stderr);
        }
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private static long lines(InputStream in) throws IOException {
        var lines = 0L;
        var buffer = new byte[1 << 16];
        for (int length; (length = in.read(buffer)) > 0; ) {
            for (int n = 0; n < length; n++) {
                lines += buffer[n] == '\n' ? 1 : 0;
            }
        }
        return lines;
    }
}
