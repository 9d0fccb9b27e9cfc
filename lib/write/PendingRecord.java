package lib.write;

import lib.records.UserRecord;

/** A record on its way. Times are of {@link System#nanoTime}. */
final class PendingRecord {
    private static final int OVERHEAD = 300; // of the objects that it is, in bytes

    final UserRecord record;

    /** What it counts in a call. */
    final int bytes;

    /** When it may wait no longer for others to go with; once it has failed, when it may go again. */
    long due;
    long firstTried;
    int tries;

    /** How often it came in an aggregate to a shard that is not its own. */
    int misplaced;

    /** How many responses to its calls could not be decoded. */
    int undecodable;

    PendingRecord(UserRecord record, long due) {
        this.record = record;
        this.bytes = RecordLimits.bytes(record);
        this.due = due;
    }

    /** In bytes, about. */
    int memory() {
        return bytes + OVERHEAD;
    }
}
