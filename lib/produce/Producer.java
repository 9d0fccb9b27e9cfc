package lib.produce;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import lib.cli.Failure;
import lib.cli.Log;
import lib.cli.UsageException;
import lib.records.InvalidRecord;
import lib.records.UserRecord.Source;
import lib.write.RecordLimits;
import lib.write.RecordWriter;
import picocli.CommandLine.ITypeConverter;

/** Puts one record after the other, until there are no more or it is stopped; then what has been read is put yet. */
public final class Producer {
    /** How long the delivery may take when the process ends, and as long again while no slow reader of stdout holds it up. */
    private static final int GRACE_SECONDS = 2;

    private static final int LOOK_MILLIS = 20;

    /** Half a second: a quick reader that a busy machine holds up is not slow. */
    private static final int LOOKS_AT_SLOW_READER = 25;

    /** What is late is made up for, but not by a burst. */
    private static final long MAX_LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final double MADE_UP_RATE = 1;

    /**
     * How much is read.
     *
     * @param records so many at most
     * @param rate    so many a second at most; null for one a second when they are made up, and no limit when they are read
     * @param time    for so long at most; null for no limit
     */
    public record Limits(long records, Double rate, Duration time) {}

    /** Records a second, for an option: {@code 5}, {@code 0.5} or {@code 5/s}, or by a longer unit, {@code 300/m}. */
    public static final class RateConverter implements ITypeConverter<Double> {
        private static final Pattern GRAMMAR = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(?:/([smh]))?");
        private static final Map<String, Integer> SECONDS = Map.of("s", 1, "m", 60, "h", 3_600);

        @Override
        public Double convert(String text) {
            var matcher = GRAMMAR.matcher(text);
            if (!matcher.matches()) {
                throw new UsageException("'" + text + "' is not a rate; write records a second, such as 5, 0.5 or 5/s, or 300/m or 300/h");
            }
            return Double.parseDouble(matcher.group(1)) / SECONDS.get(Objects.requireNonNullElse(matcher.group(2), "s"));
        }
    }

    private final RecordSource source;
    private final RecordLimits recordLimits;
    private final RecordWriter writer;
    private final DeliveryReport report;
    private final Log log;
    private final Thread thread = Thread.currentThread();
    private final CountDownLatch done = new CountDownLatch(1);
    private boolean isReading = true;
    private volatile boolean isTimeUp;
    private volatile boolean isEnding;
    private Source last;

    /** @param recordLimits what is beyond them is not put */
    public Producer(RecordSource source, RecordLimits recordLimits, RecordWriter writer, DeliveryReport report, Log log) {
        this.source = source;
        this.recordLimits = recordLimits;
        this.writer = writer;
        this.report = report;
        this.log = log;
    }

    /**
     * Returns when it is known of each record what became of it; only in the thread that made this.
     *
     * @throws Exception what ended it before all was put
     */
    public void run(Limits limits, Progress progress) throws Exception {
        try {
            if (!read(limits, progress) && last != null && !last.isMadeUp()) { // to go on there another time
                log.warn("read up to %s", last);
            }
        } catch (OutOfMemoryError e) {
            throw new Failure("not enough memory for the record after " + last + "; give Java more memory,"
                    + " such as JAVA_TOOL_OPTIONS=-Xmx512m", e);
        } finally {
            endReading();
            try {
                writer.finish();
            } finally {
                done.countDown();
            }
        }
        if (report.failure() != null) {
            throw report.failure();
        }
    }

    /** Returns whether it has come to the end. */
    private boolean read(Limits limits, Progress progress) throws IOException {
        report.whenOver(this::stopReading);
        if (limits.time() != null) {
            stopAfter(limits.time());
        }
        var due = System.nanoTime();
        for (long n = 0; n < limits.records(); n++) {
            if (n > 0) {
                due = Math.max(due + interval(limits.rate()), System.nanoTime() - MAX_LATE_NANOS);
            }
            await(due);
            if (isTimeUp || report.isOver() && !isEnding) {
                return false;
            }
            try {
                var read = source.next();
                if (read == null) {
                    return !thread.isInterrupted();
                }
                last = read.source();
                if (!last.isMadeUp()) {
                    progress.at(source.position());
                }
                var record = recordLimits.keyed(read);
                var refusal = recordLimits.refusal(record);
                if (refusal != null) {
                    report.undelivered(record, refusal);
                } else if (!writer.put(record) && !thread.isInterrupted()) { // all that was read before the interrupt is put
                    return false;
                }
            } catch (InvalidRecord e) {
                last = e.source;
                report.unreadable(e);
            }
        }
        return true;
    }

    /** Returns the nanoseconds from the last record to the next. */
    private long interval(Double rate) {
        return rate == null && !last.isMadeUp() ? 0 : (long) (TimeUnit.SECONDS.toNanos(1) / (rate == null ? MADE_UP_RATE : rate));
    }

    private void stopAfter(Duration time) {
        new Timer(true).schedule(new TimerTask() {
            @Override
            public void run() {
                isTimeUp = true;
                stopReading();
            }
        }, time.toMillis());
    }

    private void await(long due) {
        try {
            TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
        } catch (InterruptedException e) {
            thread.interrupt();
        }
    }

    private synchronized void endReading() {
        isReading = false;
        Thread.interrupted();
    }

    private synchronized void stopReading() {
        if (isReading) {
            thread.interrupt();
        }
    }

    /** Has it end, in bounded time; to be called when the process is to end, and of no effect when it has. */
    public void end() {
        isEnding = true;
        stopReading();
        try {
            if (!awaitDelivery()) {
                writer.abandon("not known to be stored when the run ended");
                done.await(1, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether all is delivered. Stops the printing of lines when the delivery waits for their reader. */
    private boolean awaitDelivery() throws InterruptedException {
        if (done.await(GRACE_SECONDS, TimeUnit.SECONDS)) {
            return true;
        }
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(GRACE_SECONDS);
        var busy = 0;
        for (; busy < LOOKS_AT_SLOW_READER && System.nanoTime() < deadline; busy = report.isPrinting() ? busy + 1 : 0) {
            if (done.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                return true;
            }
        }
        if (busy == 0) {
            return false;
        }
        report.stopPrinting();
        return done.await(GRACE_SECONDS, TimeUnit.SECONDS);
    }
}
