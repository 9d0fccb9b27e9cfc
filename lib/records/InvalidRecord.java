package lib.records;

import lib.records.UserRecord.Source;

/** What was read and is no record, and why. */
public final class InvalidRecord extends Exception {
    public final transient Source source;

    /** What was read; null when it is too long to be kept. */
    public final transient byte[] input;

    public InvalidRecord(Source source, byte[] input, String why) {
        super(why);
        this.source = source;
        this.input = input;
    }
}
