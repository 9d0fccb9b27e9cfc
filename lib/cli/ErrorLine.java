package lib.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.thirdparty.jackson.core.JsonProcessingException;

/** An exception in one line for the user: what failed, where, and what to do about it. */
public final class ErrorLine {
    /** What the SDK adds for those who mend it. */
    private static final Pattern NOISE = Pattern.compile(
            "(?s) Channel Information: .*| \\(SDK Attempt Count: \\d+\\)|(software\\.amazon\\.awssdk|org\\.apache\\.hc)\\.[\\w.]+: ");

    /** The HTTP statuses with which a server without CBOR refuses a request in CBOR. Those of a gateway, such as 502, do not count. */
    private static final Set<Integer> UNREADABLE_STATUSES = Set.of(400, 415, 500);

    /** The error code for a request that the server cannot decode. */
    private static final String UNREADABLE = "SerializationException";

    /** How the SDK begins the message about a response that it cannot decode. */
    private static final String UNDECODABLE = "Unable to unmarshall response";

    /** What of a service's message is shown: an endpoint can send megabytes. */
    private static final int MAX_LENGTH = 1_000;

    private ErrorLine() {}

    public static String of(Throwable error) {
        if (error instanceof Failure failure) {
            return failure.getMessage();
        }
        if (error instanceof AwsServiceException refusal) {
            return refusal(refusal);
        }
        for (var cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof OutOfMemoryError) {
                return outOfMemory(Objects.toString(cause.getMessage(), "no reason given"));
            }
            if (cause instanceof Error) {
                return oneLine("an internal error of the program or of Java: " + cause + "; -vv shows the stack trace");
            }
            if (cause instanceof Failure failure) { // of the check of a response
                return oneLine(failure.getMessage());
            }
            if (cause instanceof ApiCallTimeoutException || cause instanceof ApiCallAttemptTimeoutException) {
                return "no response in time; check the endpoint and the network";
            }
            if (cause instanceof ConnectException) {
                return oneLine(cause.getMessage() + "; check that the endpoint is right and running."
                        + " 'local' runs a Kinesis for --local, and 'local --dynamodb' a DynamoDB, too");
            }
            if (cause instanceof UnknownHostException) {
                return oneLine("no such host: " + cause.getMessage() + "; check --region, --endpoint-url and the network");
            }
        }
        return isUndecodable(error) ? Failure.nonsense("it cannot be decoded").getMessage() + adviceOnCbor() : message(error);
    }

    /** Returns whether a response came whole, and is none. A response that the network has cut has another cause. */
    public static boolean isUndecodable(Throwable error) {
        var isUndecodable = error instanceof SdkClientException && message(error).startsWith(UNDECODABLE);
        for (var cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof JsonProcessingException) {
                return true;
            }
            isUndecodable &= !(cause instanceof IOException);
        }
        return isUndecodable;
    }

    private static String outOfMemory(String reason) {
        if (reason.contains("native thread")) {
            return "no more threads are allowed for this user, and consume needs one for each shard;"
                    + " raise 'ulimit -u', or read fewer shards with --shard";
        }
        return "out of memory (" + reason + "); give Java more memory, such as JAVA_TOOL_OPTIONS=-Xmx512m";
    }

    /** Of a record that was refused; the message is null when there is none. */
    public static String of(String message, String errorCode) {
        if (message != null && !message.isBlank()) {
            return shortened(message) + " (" + shortened(errorCode) + ")";
        }
        return errorCode.isBlank() ? "the service refused the record without a reason" : shortened(errorCode);
    }

    /** Returns why a file cannot be written: the message of such an exception is mostly just the name of the file. */
    public static String ofWriting(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "no such folder";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof DirectoryNotEmptyException) {
            return "it is a directory";
        }
        return e instanceof FileSystemException f && f.getReason() != null ? f.getReason() : e.getMessage();
    }

    private static String refusal(AwsServiceException refusal) {
        var details = refusal.awsErrorDetails();
        var isKinesis = refusal instanceof KinesisException;
        if (details == null || details.errorCode() == null || details.errorCode().isBlank()) {
            var status = "HTTP status " + refusal.statusCode() + " without an error code of ";
            if (!isKinesis) {
                return status + "AWS; check the endpoint";
            }
            return status + "Kinesis; check --endpoint-url" + (UNREADABLE_STATUSES.contains(refusal.statusCode()) ? adviceOnCbor() : "");
        }
        var code = details.errorCode();
        var message = Objects.requireNonNullElseGet(details.errorMessage(), () -> withoutMessage(code));
        return shortened(message) + " (" + shortened(code) + ")" + advice(code, isKinesis);
    }

    private static String withoutMessage(String errorCode) {
        return errorCode.equals(UNREADABLE) ? "the endpoint cannot read the request"
                : "the endpoint refuses the request and gives no reason";
    }

    private static String advice(String errorCode, boolean isKinesis) {
        return switch (errorCode) {
            case UNREADABLE -> isKinesis ? adviceOnCbor() : "";
            case "ResourceNotFoundException" -> isKinesis
                    ? "; 'describe' lists the streams of the region, and 'stream create' creates a stream" : "";
            case "ExpiredTokenException", "UnrecognizedClientException", "InvalidSignatureException" ->
                "; renew the credentials ('aws sso login', 'aws configure') or choose others with --profile";
            default -> "";
        };
    }

    /** Returns nothing when the SDK already speaks JSON. */
    private static String adviceOnCbor() {
        return SdkSystemSetting.CBOR_ENABLED.getBooleanValueOrThrow()
                ? "; an emulator may not speak CBOR: CBOR_ENABLED=false makes the SDK speak JSON" : "";
    }

    private static String message(Throwable error) {
        return oneLine(error.getMessage() == null ? error.toString() : error.getMessage());
    }

    private static String shortened(String text) {
        return oneLine(text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "…");
    }

    private static String oneLine(String text) {
        return NOISE.matcher(text).replaceAll("").strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
