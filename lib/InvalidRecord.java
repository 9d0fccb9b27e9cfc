package lib;

/** What cannot be put, and why: the message names where it was read. */
public final class InvalidRecord extends Exception {
    /** Without a partition key when it is not known what record it would be; then its data is what was read. */
    final transient UserRecord record;

    InvalidRecord(UserRecord record, String why) {
        super(why);
        this.record = record;
    }
}
