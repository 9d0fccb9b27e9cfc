package lib.produce;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import lib.records.InvalidRecord;
import lib.records.RecordParser;
import lib.records.UserRecord;
import lib.records.UserRecord.Source;

/** Records that are made up. */
final class Generator implements RecordSource {
    private final String template;
    private final int size;
    private final RecordParser parser;
    private long n;

    /**
     * @param template the data, in which {@code {n}} is the number of the record, from 0, {@code {time}} the time, and
     *                 {@code {random}} 16 hexadecimal digits
     * @param size     data of fewer bytes is filled up with random letters
     */
    Generator(String template, int size, RecordParser parser) {
        this.template = template;
        this.size = size;
        this.parser = parser;
    }

    @Override
    public UserRecord next() throws InvalidRecord {
        if (Thread.currentThread().isInterrupted()) {
            return null;
        }
        var text = template.replace("{n}", Long.toString(n));
        if (text.contains("{time}")) {
            text = text.replace("{time}", UserRecord.iso(Instant.now()));
        }
        if (text.contains("{random}")) {
            text = text.replace("{random}", "%016x".formatted(ThreadLocalRandom.current().nextLong()));
        }
        return parser.parse(new Source(null, n++), filled(text.getBytes(StandardCharsets.UTF_8)));
    }

    private byte[] filled(byte[] data) {
        var filled = Arrays.copyOf(data, Math.max(data.length, size));
        for (int at = data.length; at < filled.length; at++) {
            filled[at] = (byte) ThreadLocalRandom.current().nextInt('a', 'z' + 1);
        }
        return filled;
    }

    @Override
    public long position() {
        return 0;
    }

    @Override
    public void close() {}
}
