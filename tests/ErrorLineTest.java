package lib;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.kinesis.model.KinesisException;

class ErrorLineTest {
    @Test
    void of_isOneLine() {
        assertEquals("first second third", ErrorLine.of(new IllegalStateException("first\nsecond  \r\n  third\n")));
    }

    @Test
    void of_namesTheException_thatHasNoMessage() {
        assertEquals("java.lang.NullPointerException", ErrorLine.of(new NullPointerException()));
    }

    @Test
    void of_hasTheServicesMessage_itsCode_andAdvice() {
        assertEquals("Token has expired (ExpiredTokenException); renew the credentials ('aws sso login', 'aws configure')"
                + " or choose others with --profile", ErrorLine.of(refusal("ExpiredTokenException", "Token has expired")));
        assertEquals("no (SomeException)", ErrorLine.of(refusal("SomeException", "no")));
    }

    @Test
    void of_hasTheStatus_whenAnotherServerAnswers() {
        assertEquals("HTTP status 501, and no answer of Kinesis; check --endpoint-url",
                ErrorLine.of(KinesisException.builder().statusCode(501).awsErrorDetails(AwsErrorDetails.builder().build()).build()));
    }

    @Test
    void of_saysThatNobodyAnswers() {
        assertEquals("no answer in time; check the endpoint and the network", ErrorLine.of(ApiCallTimeoutException.create(1)));
    }

    @Test
    void of_namesTheHost_thatDoesNotExist() {
        assertEquals("no such host: kinesis.mars-1.amazonaws.com; check --region, --endpoint-url and the network",
                ErrorLine.of(SdkClientException.create("long", new UnknownHostException("kinesis.mars-1.amazonaws.com"))));
    }

    private static Throwable refusal(String code, String message) {
        return KinesisException.builder().awsErrorDetails(AwsErrorDetails.builder().errorCode(code).errorMessage(message).build()).build();
    }
}
