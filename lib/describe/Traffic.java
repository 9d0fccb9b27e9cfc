package lib.describe;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import lib.kinesis.KinesisRecord;
import lib.read.ShardReader;
import lib.read.ShardReader.Batch;
import lib.read.ShardReader.Taken;

/** What comes into each shard, by what the reading of its tip brings. */
public final class Traffic implements ShardReader.Sink {
    /** How many seconds are remembered. */
    static final int SECONDS = 60;

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long STALE = 10 * SECOND; // longer than a throttled shard is left alone, most of the time
    private static final long REMEMBERED = (SECONDS + 1) * SECOND;

    private final Map<String, Received> shards = new TreeMap<>();
    private final LongSupplier nanoTime;
    private final Supplier<Instant> clock;

    /** What came in between two times. */
    private record Sample(long from, long to, int records, long bytes) {
        /** The part of it that falls into this time. */
        double in(long begin, long end) {
            return Math.max(0, Math.min(to, end) - Math.max(from, begin)) / (double) (to - from);
        }
    }

    private static final class Received {
        final Deque<Sample> samples = new ArrayDeque<>(); // the newest first
        final long since;
        long upTo;
        long replied;
        Instant newest;

        Received(long since, long upTo) {
            this.since = since;
            this.upTo = upTo;
        }

        void forgetBefore(long time) {
            while (!samples.isEmpty() && samples.getLast().to() < time) {
                samples.removeLast();
            }
        }
    }

    /**
     * A shard of late.
     *
     * @param rate    null when it is not known, yet or because the shard does not answer
     * @param age     how long ago the newest record arrived; null when none has been seen
     * @param watched how long it has been read
     */
    record Tip(Rate rate, Duration age, Duration watched) {
        /** Writes what is known. */
        void write(JsonGenerator json) throws IOException {
            if (rate != null) {
                rate.write(json);
                json.writeNumberField("percentOfLimit", Rate.rounded(100 * rate.load()));
            }
            if (age != null) {
                json.writeNumberField("newestRecordAgeMillis", age.toMillis());
            }
        }
    }

    /** @param clock the service's, or up to a second less */
    public Traffic(Supplier<Instant> clock) {
        this(clock, System::nanoTime);
    }

    Traffic(Supplier<Instant> clock, LongSupplier nanoTime) {
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    @Override
    public synchronized Taken accept(Batch batch) {
        var now = nanoTime.getAsLong();
        var upTo = now - (batch.isBehind() ? TimeUnit.MILLISECONDS.toNanos(batch.millisBehindLatest()) : 0);
        var shard = shards.get(batch.shardId());
        if (shard == null) { // what the first reply brings has come in a time that is not known
            shards.put(batch.shardId(), shard = new Received(now, upTo));
        } else {
            upTo = Math.max(upTo, shard.upTo + 1);
            var bytes = batch.records().stream().mapToLong(Traffic::bytes).sum();
            shard.samples.addFirst(new Sample(shard.upTo, upTo, batch.records().size(), bytes));
            shard.upTo = upTo;
        }
        shard.replied = now;
        shard.forgetBefore(now - REMEMBERED);
        for (var record : batch.records()) {
            shard.newest = record.arrival() == null ? shard.newest : record.arrival();
        }
        return Taken.SOME;
    }

    private static long bytes(KinesisRecord record) {
        return record.data().length
                + (record.partitionKey() == null ? 0 : StandardCharsets.UTF_8.encode(record.partitionKey()).remaining());
    }

    /** @param time that the rate is for, at least, if the shard has been read for so long; up to a minute */
    synchronized Tip tip(String shardId, Duration time) {
        var shard = shards.get(shardId);
        if (shard == null) {
            return new Tip(null, null, Duration.ZERO);
        }
        var now = nanoTime.getAsLong();
        var age = shard.newest == null ? null : Duration.between(shard.newest, clock.get());
        return new Tip(now - shard.replied > STALE ? null : rate(shard.samples, time),
                age == null || !age.isNegative() ? age : Duration.ZERO, Duration.ofNanos(now - shard.since));
    }

    private static Rate rate(Deque<Sample> samples, Duration time) {
        var records = 0L;
        var bytes = 0L;
        var nanos = 0L;
        for (var sample : samples) {
            records += sample.records();
            bytes += sample.bytes();
            nanos += sample.to() - sample.from();
            if (nanos >= time.toNanos()) {
                break;
            }
        }
        return nanos == 0 ? null : new Rate(records * (double) SECOND / nanos, bytes * (double) SECOND / nanos);
    }

    /** What came into all shards in each of the last seconds, the oldest first; null when that is not known. */
    public synchronized Rate[] history() {
        var begin = nanoTime.getAsLong() - REMEMBERED; // the last second is not complete
        var history = new Rate[SECONDS];
        for (var shard : shards.values()) {
            shard.forgetBefore(begin); // one that has ended, too
            for (var sample : shard.samples) {
                for (var i = (int) Math.max(0, (sample.from() - begin) / SECOND); i < SECONDS && begin + i * SECOND < sample.to(); i++) {
                    var part = sample.in(begin + i * SECOND, begin + (i + 1) * SECOND);
                    var rate = new Rate(part * sample.records(), part * sample.bytes());
                    history[i] = history[i] == null ? rate : history[i].plus(rate);
                }
            }
        }
        return history;
    }
}
