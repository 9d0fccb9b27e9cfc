package lib;

import java.net.ConnectException;
import java.net.UnknownHostException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;

/** An exception in one line for the user: what failed, where, and what to do about it. */
final class ErrorLine {
    private ErrorLine() {}

    static String of(Throwable error) {
        if (error instanceof Failure failure) {
            return failure.getMessage();
        }
        if (error instanceof AwsServiceException refusal) {
            var details = refusal.awsErrorDetails();
            return details == null || details.errorCode() == null
                    ? "HTTP status " + refusal.statusCode() + ", and no answer of Kinesis; check --endpoint-url"
                    : oneLine(details.errorMessage() + " (" + details.errorCode() + ")" + advice(details.errorCode()));
        }
        if (error instanceof ApiCallTimeoutException) {
            return "no answer, after several attempts; check --endpoint-url and the network";
        }
        for (var cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException) {
                return oneLine(cause.getMessage() + "; is the endpoint right, and running? 'local' starts the one of --local");
            }
            if (cause instanceof UnknownHostException) {
                return oneLine("no such host: " + cause.getMessage() + "; check --region, --endpoint-url and the network");
            }
        }
        return oneLine(error.getMessage() == null ? error.toString() : error.getMessage());
    }

    private static String advice(String errorCode) {
        return switch (errorCode) {
            case "ResourceNotFoundException" -> "; 'describe' lists the streams of the region";
            case "ExpiredTokenException", "UnrecognizedClientException", "InvalidSignatureException" ->
                "; renew the credentials ('aws sso login', 'aws configure') or choose others with --profile";
            default -> "";
        };
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
