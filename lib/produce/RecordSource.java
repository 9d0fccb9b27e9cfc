package lib.produce;

import java.io.Closeable;
import java.io.IOException;
import lib.records.InvalidRecord;
import lib.records.UserRecord;

/** Records to be put, one after the other. An interrupt of the thread that reads ends it: what it has read comes yet. */
public interface RecordSource extends Closeable {
    /**
     * The next record, or null at the end.
     *
     * @throws InvalidRecord when there is something that is none; the one behind it can be asked for
     */
    UserRecord next() throws IOException, InvalidRecord;

    /** How many bytes of files have been read. */
    long position();
}
