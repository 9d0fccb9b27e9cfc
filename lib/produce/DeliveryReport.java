package lib.produce;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import lib.cli.Failure;
import lib.cli.Log;
import lib.cli.Pieces;
import lib.cli.Stdout;
import lib.records.InvalidRecord;
import lib.records.RecordFormat;
import lib.records.UserRecord;
import lib.records.UserRecord.Source;
import lib.write.RecordWriter;

/** What became of each record: a line on stdout for what is stored, if asked for; on stderr, or in a file, what is not; and the sum. */
public final class DeliveryReport implements RecordWriter.Listener {
    private static final int NAMED = 10;

    private final Stdout stdout;
    private final RecordFormat format;
    private final FailedRecords failed;
    private final Log log;
    private final long start = System.nanoTime();
    private final Map<String, Long> shards = new TreeMap<>();
    private final boolean isPrintingAll;
    private final boolean isStrict;
    private volatile Runnable whenOver = () -> {};
    private volatile boolean isMadeUp;
    private volatile boolean isReaderGone;
    private volatile boolean isStopped;
    private boolean isEnded;
    private long stored;
    private long bytes;
    private long retries;
    private long undelivered;
    private long kept;
    private long keptAsInput;
    private Failure failure;

    /**
     * @param format        of a stored record's line on stdout
     * @param isPrintingAll records that are read have a line, too; else only generated records, which end when nobody reads the lines
     * @param failed        takes what is not delivered; null when nothing does
     * @param isStrict      it is over when a record is not delivered
     */
    public DeliveryReport(Stdout stdout, RecordFormat format, boolean isPrintingAll, FailedRecords failed, boolean isStrict, Log log) {
        this.stdout = stdout;
        this.format = format;
        this.failed = failed;
        this.isPrintingAll = isPrintingAll;
        this.isStrict = isStrict;
        this.log = log;
    }

    /** Returns whether lines are printed in this moment. */
    boolean isPrinting() {
        return stdout.isWriting();
    }

    /** Stops printing lines: the delivery of records must not wait for a slow reader of stdout. */
    void stopPrinting() {
        stdout.stop();
    }

    /** What is to be done when there is no use in reading more. */
    void whenOver(Runnable work) {
        whenOver = work;
    }

    /** Whether there is no use in reading more. */
    synchronized boolean isOver() {
        return isEnded || failure != null || isReaderGone && isMadeUp || isStrict && undelivered > 0;
    }

    @Override
    public void stored(List<UserRecord> records) throws IOException {
        synchronized (this) {
            for (var record : records) {
                stored++;
                bytes += record.data().length;
                shards.merge(record.shardId(), 1L, Long::sum);
            }
        }
        if (records.isEmpty()) {
            return;
        }
        isMadeUp = records.get(0).source().isMadeUp(); // as are all of a run, or none
        if ((isPrintingAll || isMadeUp) && !isReaderGone) {
            print(records);
        }
    }

    private void print(List<UserRecord> records) throws IOException {
        var lines = new Pieces<UserRecord>(stdout, record -> {}, () -> {});
        try {
            for (var record : records) {
                format.append(record, lines);
                lines.end(record);
            }
            lines.flush();
        } catch (Stdout.ReaderGone e) {
            isReaderGone = true;
            check();
        } catch (Stdout.Stopped e) { // what is read is delivered all the same
            isStopped = true;
        } finally {
            lines.clear();
        }
    }

    @Override
    public synchronized void retried(int records) {
        retries += records;
    }

    @Override
    public void undelivered(UserRecord record, String why) {
        synchronized (this) {
            name(record.source(), why);
            kept += keep(() -> failed.add(record, why)) ? 1 : 0;
        }
        check();
    }

    /** Counts and names input that is not a record. */
    void unreadable(InvalidRecord invalid) {
        synchronized (this) {
            name(invalid.source, invalid.getMessage());
            keptAsInput += invalid.input != null && keep(() -> failed.add(invalid)) ? 1 : 0;
        }
        check();
    }

    private void name(Source source, String why) {
        undelivered++;
        if (undelivered <= NAMED) {
            log.warn("%s: %s", source, why);
        } else {
            log.verbose("%s: %s", source, why);
        }
    }

    @Override
    public void ended() {
        synchronized (this) {
            isEnded = true;
        }
        check();
    }

    private void check() {
        if (isOver()) {
            whenOver.run();
        }
    }

    /** Returns whether it is in the file now. */
    private boolean keep(Runnable add) {
        if (failed == null || failure != null) {
            return false;
        }
        try {
            add.run();
            return true;
        } catch (Failure e) { // what is known to be missing is yet to be named
            failure = e;
            return false;
        }
    }

    public synchronized long undelivered() {
        return undelivered;
    }

    /** Why a record that was not delivered could not be kept either; null as long as all could. */
    synchronized Failure failure() {
        return failure;
    }

    /** Says it all to the user. */
    public synchronized void report() {
        var seconds = (System.nanoTime() - start) / 1e9;
        if (!(isReaderGone && isMadeUp)) {
            log.info("%s stored: %,d bytes in %.1f s, %,.0f records/s, %,d retries",
                    Log.count(stored, "record"), bytes, seconds, stored / seconds, retries);
        }
        if (isStopped) {
            log.warn("the last lines on stdout are missing: their reader did not take them in time");
        }
        shards.forEach((shardId, records) -> log.verbose("shard %s took %s", shardId, Log.count(records, "record")));
        if (undelivered > 0) {
            log.warn("%s not delivered%s%s", Log.count(undelivered, "record"),
                    undelivered > NAMED ? "; the first " + NAMED + " are named above" : "",
                    failed == null ? "" : "; %s has %s for --json%s".formatted(failed, Log.count(kept, "record"),
                            keptAsInput == 0 ? "" : " and %,d as unreadable input".formatted(keptAsInput)));
        }
    }
}
