package lib.read;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import java.util.stream.Stream;
import lib.read.ShardReader.Batch;
import lib.read.ShardReader.Taken;

/**
 * What is not read of a shard, or of several.
 *
 * @param behind  how long ago the oldest record of it arrived, where that is not known MillisBehindLatest; 0 when there is none
 * @param records how many there are
 * @param isAll   whether there are no more than those
 */
record Lag(Duration behind, int records, boolean isAll) {
    static final Lag NONE = new Lag(Duration.ZERO, 0, true);

    /** How many are counted: some are enough to tell, and who reads the stream needs its quota. */
    static final int FEW = 100;

    private static final int MAX_EMPTY_REPLIES = 30; // from one may still be far to the next record

    /** Of both. */
    Lag and(Lag other) {
        return new Lag(Stream.of(behind, other.behind).max(Duration::compareTo).get(), records + other.records, isAll && other.isAll);
    }

    String count() {
        return records + (isAll ? "" : "+");
    }

    void write(JsonGenerator json) throws IOException {
        json.writeNumberField("millisBehindLatest", behind.toMillis());
        json.writeNumberField(isAll ? "records" : "recordsAtLeast", records);
    }

    /** Finds it out by what the first GetRecords from a position bring: empty replies up to one with records, or up to the tip. */
    static final class Meter implements ShardReader.Sink {
        /** One of the five GetRecords a second, since who reads the stream needs the others. */
        static final Polling POLLING = new Polling(Duration.ofSeconds(1), Duration.ofSeconds(1), FEW, 1_000_000);

        private final Supplier<Instant> now;
        private int replies;
        private Lag lag = NONE;

        /** @param now the time by the service's clock, or up to a second less */
        Meter(Supplier<Instant> now) {
            this.now = now;
        }

        @Override
        public Taken accept(Batch batch) {
            replies++;
            var records = batch.records();
            var behind = Duration.ofMillis(batch.isBehind() ? batch.millisBehindLatest() : 0); // of the last of them
            if (!records.isEmpty() && records.get(0).arrival() != null) {
                var age = Duration.between(records.get(0).arrival(), now.get());
                behind = age.compareTo(behind) > 0 ? age : behind;
            }
            lag = new Lag(behind, records.size(), !batch.isBehind() && records.size() < FEW);
            return records.isEmpty() && batch.isBehind() && replies < MAX_EMPTY_REPLIES ? Taken.NONE : Taken.ENOUGH;
        }

        /** @param where the reading ended */
        Lag lag(ShardReader.Where where) {
            return where == ShardReader.Where.SHARD_END ? NONE : lag; // else the reading would not have gone on to the end
        }
    }
}
