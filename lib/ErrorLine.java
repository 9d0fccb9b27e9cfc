package lib;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.services.kinesis.model.KinesisException;

/** An exception in one line for the user: what failed, where, and what to do about it. */
final class ErrorLine {
    /** What the SDK adds for those who mend it. */
    private static final Pattern NOISE = Pattern.compile("(?s) Channel Information: .*| \\(SDK Attempt Count: \\d+\\)|software\\.amazon\\.awssdk\\.[\\w.]+: ");

    private ErrorLine() {}

    static String of(Throwable error) {
        if (error instanceof Failure failure) {
            return failure.getMessage();
        }
        if (error instanceof AwsServiceException refusal) {
            var details = refusal.awsErrorDetails();
            var isKinesis = refusal instanceof KinesisException;
            return details == null || details.errorCode() == null
                    ? "HTTP status " + refusal.statusCode() + ", and no answer of " + (isKinesis ? "Kinesis; check --endpoint-url" : "AWS; check the endpoint")
                    : oneLine(details.errorMessage() + " (" + details.errorCode() + ")" + advice(details.errorCode(), isKinesis));
        }
        for (var cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof ApiCallTimeoutException || cause instanceof ApiCallAttemptTimeoutException) {
                return "no answer in time; check the endpoint and the network";
            }
            if (cause instanceof ConnectException) {
                return oneLine(cause.getMessage() + "; is the endpoint right, and running? 'local' runs a Kinesis for --local, with --dynamodb a DynamoDB, too");
            }
            if (cause instanceof UnknownHostException) {
                return oneLine("no such host: " + cause.getMessage() + "; check --region, --endpoint-url and the network");
            }
        }
        return oneLine(error.getMessage() == null ? error.toString() : error.getMessage());
    }

    private static String advice(String errorCode, boolean isKinesis) {
        return switch (errorCode) {
            case "ResourceNotFoundException" -> isKinesis ? "; 'describe' lists the streams of the region" : "";
            case "ExpiredTokenException", "UnrecognizedClientException", "InvalidSignatureException" ->
                "; renew the credentials ('aws sso login', 'aws configure') or choose others with --profile";
            default -> "";
        };
    }

    private static String oneLine(String text) {
        return NOISE.matcher(text).replaceAll("").strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
