package lib;

import lib.UserRecord.Source;

/** What was read and is no record, and why. */
public final class InvalidRecord extends Exception {
    final transient Source source;

    /** What was read; null when it is too long to be kept. */
    final transient byte[] input;

    InvalidRecord(Source source, byte[] input, String why) {
        super(why);
        this.source = source;
        this.input = input;
    }
}
