package lib.write;

import java.util.concurrent.TimeUnit;

/**
 * How fast records may go: as they come, until the service throttles some; from then on as fast as it took them of late, with a little
 * more for what it takes and less for what it throttles. The unit of a record is the part of a shard's second that it takes.
 * Times are of {@link System#nanoTime}.
 */
final class Pace {
    private static final double SLOWEST = 1; // a stream has a shard
    private static final double LEAST_MORE = 0.1; // so that in the long run a tenth of what is sent is throttled, or a little more
    private static final double MOST_MORE = 1;
    private static final double CALL = 0.25; // seconds: the longer, the more of a call is throttled at once

    private static final double AHEAD = 3; // seconds: less than an interrupted run has to deliver what has been read

    private double rate = Double.POSITIVE_INFINITY; // seconds of a shard, a second
    private double more = LEAST_MORE; // of what is stored, what the rate rises by; faster with time, until it is too fast
    private double stored; // in the last second, or so, at the time of the last reply
    private long storedAt = System.nanoTime();
    private long next = System.nanoTime();

    /** What one call may cost. */
    double call() {
        return rate * CALL;
    }

    /** What all records may cost that have been read and are not stored: little at first, since it is not known how fast they go. */
    double ahead(long now) {
        return SLOWEST + AHEAD * stored(now);
    }

    private double stored(long now) {
        return stored * Math.exp(-(now - storedAt) / 1e9);
    }

    /** How long the next call has to wait, in nanoseconds; not at all when it is zero or less. */
    long delay(long now) {
        return next - now;
    }

    void sent(double cost, long now) {
        next = Math.max(next, now) + (long) (TimeUnit.SECONDS.toNanos(1) * cost / rate);
    }

    /** Takes account of a reply. */
    void replied(double stored, double throttled, long now) {
        this.stored = stored(now) + stored;
        storedAt = now;
        if (rate < Double.POSITIVE_INFINITY) {
            more = throttled > stored * LEAST_MORE / 2 ? LEAST_MORE : Math.min(MOST_MORE, more * (1 + stored / rate));
            rate = Math.max(SLOWEST, rate + more * stored - throttled);
        } else if (throttled > 0) {
            rate = Math.max(SLOWEST, this.stored);
        }
    }
}
