package lib.produce;

import java.io.IOException;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.TimeUnit;
import lib.cli.Log;
import lib.records.InvalidRecord;
import lib.records.UserRecord;

/** The records of stdin when no file is given, or generated records when stdin ends without a byte, as in a cron job. */
final class StdinRecords implements RecordSource {
    /** After this a person wonders, and most programs have written something. */
    private static final int SILENCE_SECONDS = 2;

    private final RecordSource stdin;
    private final RecordSource generator;
    private final Log log;
    private RecordSource source; // null until it is known

    StdinRecords(RecordSource stdin, RecordSource generator, Log log) {
        this.stdin = stdin;
        this.generator = generator;
        this.log = log;
    }

    @Override
    public UserRecord next() throws IOException, InvalidRecord {
        return source == null ? first() : source.next();
    }

    private UserRecord first() throws IOException, InvalidRecord {
        source = stdin;
        var timer = new Timer(true);
        timer.schedule(new TimerTask() {
            @Override
            public void run() {
                log.info("stdin has sent nothing for %d s; waiting. Write - to read stdin without this line,"
                        + " or --data to generate records", SILENCE_SECONDS);
            }
        }, TimeUnit.SECONDS.toMillis(SILENCE_SECONDS));
        try {
            var record = stdin.next();
            if (record != null || stdin.position() > 0 || Thread.currentThread().isInterrupted()) {
                return record;
            }
        } finally {
            timer.cancel();
        }
        log.warn("stdin is empty: generating records. Write - to put only the records of stdin");
        source = generator;
        return generator.next();
    }

    @Override
    public long position() {
        return source == null ? 0 : source.position();
    }

    @Override
    public void close() throws IOException {
        stdin.close();
    }
}
