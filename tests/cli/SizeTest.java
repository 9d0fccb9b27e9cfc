package lib.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizeTest {
    @ParameterizedTest
    @CsvSource({"0, 0", "65536, 65536", "64KiB, 65536", "1MiB, 1048576", "1GiB, 1073741824", "0 B, 0", "102.1 KB, 102100",
        "1.0 MB, 1000000", "1.5MiB, 1572864", "1GB, 1000000000", "1073741824B, 1073741824"})
    void aSize_isANumberAndAUnit_alsoAsWatchPrintsIt(String text, int bytes) {
        assertEquals(bytes, new Size().convert(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-1", "1k", "1kb", "1mib", "1 M", "1.KB", "1.5", "1.5B", ".5KB", "1  KB", "1,000",
        "1073741825", "2GiB", "1.1GiB"})
    void othersAreRefused(String text) {
        assertThrows(UsageException.class, () -> new Size().convert(text));
    }
}
