package lib.cli;

import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** What went wrong, said to the user: its message is one line that names what failed, where, and what to do about it. */
public class Failure extends RuntimeException {
    public Failure(String message) {
        super(message);
    }

    /** @param cause what {@code -vv} shows */
    public Failure(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * Returns the failure for an invalid response of Kinesis.
     *
     * @param what is invalid in it
     */
    public static Failure nonsense(String what) {
        return nonsense(what, "--endpoint-url");
    }

    /** @param setting the option or variable that sets the endpoint */
    public static Failure nonsense(String what, String setting) {
        return new Failure("the endpoint sent an invalid response: " + what + "; check " + setting);
    }

    /** Whether the service refused with this error code. */
    public boolean isRefusal(String errorCode) {
        return getCause() instanceof AwsServiceException refusal && refusal.awsErrorDetails() != null
                && errorCode.equals(refusal.awsErrorDetails().errorCode());
    }
}
