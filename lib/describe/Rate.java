package lib.describe;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import lib.kinesis.Quotas;

/**
 * What comes in, a second.
 *
 * @param bytes of data and partition keys, which is what the service counts
 */
record Rate(double records, double bytes) {
    Rate plus(Rate other) {
        return new Rate(records + other.records, bytes + other.bytes);
    }

    /** The part of what a shard takes. */
    double load() {
        return Quotas.writeSeconds(records, bytes);
    }

    String showRecords() {
        return (records < 10 ? "%.1f" : "%,.0f").formatted(records);
    }

    /** In decimal units, as the limit of a shard is. */
    String showBytes() {
        if (bytes < 1e3) {
            return "%.0f B".formatted(bytes);
        }
        if (bytes < 1e6) {
            return "%.1f KB".formatted(bytes / 1e3);
        }
        return bytes < 1e9 ? "%.1f MB".formatted(bytes / 1e6) : "%.1f GB".formatted(bytes / 1e9);
    }

    String showLoad() {
        return "%.0f%%".formatted(100 * load());
    }

    void write(JsonGenerator json) throws IOException {
        json.writeNumberField("recordsPerSecond", rounded(records));
        json.writeNumberField("bytesPerSecond", rounded(bytes));
    }

    /** To a tenth, which is enough of them. */
    static double rounded(double number) {
        return Math.round(10 * number) / 10.0;
    }
}
