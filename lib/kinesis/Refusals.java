package lib.kinesis;

import java.net.SocketTimeoutException;
import java.util.Set;
import lib.cli.Failure;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/** What the error of a call means: the service throttles it, a retry can help, or the call fails for good. */
public final class Refusals {
    private static final int TOO_MANY_REQUESTS = 429; // RFC 6585

    private static final Set<String> THROTTLING = Set.of("ProvisionedThroughputExceededException", "LimitExceededException",
            "KMSThrottlingException");
    private static final Set<String> PASSING = Set.of("ExpiredIteratorException", "ExpiredNextTokenException",
            "RequestTimeout", "RequestTimeoutException", "ExpiredTokenException", "ExpiredToken"); // credentials may be renewed meanwhile

    private Refusals() {}

    /** Returns whether the service throttled the call, which is an answer. {@link Backoff} retries throttled calls without a deadline. */
    public static boolean isThrottling(SdkException e) {
        return e instanceof AwsServiceException refusal && !code(refusal).isEmpty() // else it is a proxy that refuses
                && (refusal.isThrottlingException() || THROTTLING.contains(code(refusal)));
    }

    /** Returns whether a retry can help. */
    public static boolean mayPass(SdkException e) {
        if (e instanceof AwsServiceException refusal) {
            return refusal.statusCode() >= 500 || refusal.statusCode() == TOO_MANY_REQUESTS || refusal.isClockSkewException()
                    || PASSING.contains(code(refusal));
        }
        return !(e instanceof AbortedException || isOwn(e)); // the network, a timeout, or a response that cannot be read
    }

    /** Returns whether the reason is here: the response was refused, or Java has too little memory for it. */
    private static boolean isOwn(Throwable e) {
        return e != null && (e instanceof Failure || e instanceof Error || isOwn(e.getCause()));
    }

    /** Returns whether the call took too long: its request or response may be too large for the network. */
    public static boolean isTimeout(SdkException e) {
        return e instanceof ApiCallAttemptTimeoutException || e instanceof ApiCallTimeoutException
                || e.getCause() instanceof SocketTimeoutException;
    }

    private static String code(AwsServiceException refusal) {
        var details = refusal.awsErrorDetails();
        return details == null || details.errorCode() == null ? "" : details.errorCode();
    }
}
