package lib.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.thirdparty.jackson.core.io.JsonEOFException;

class ErrorLineTest {
    private static final String CBOR = "; an emulator may not speak CBOR: CBOR_ENABLED=false makes the SDK speak JSON";

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
        assertEquals("HTTP status 501 without an error code of Kinesis; check --endpoint-url",
                ErrorLine.of(KinesisException.builder().statusCode(501).awsErrorDetails(AwsErrorDetails.builder().build()).build()));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 415, 500})
    void of_saysThatTheEndpointMayNotSpeakCbor_whenTheAnswerIsOfNoKinesis(int status) {
        var refusal = KinesisException.builder().statusCode(status).awsErrorDetails(AwsErrorDetails.builder().build()).build();
        assertEquals("HTTP status " + status + " without an error code of Kinesis; check --endpoint-url" + CBOR, ErrorLine.of(refusal));
    }

    @Test
    void of_saysThatTheEndpointMayNotSpeakCbor_whenItsResponseIsNone_butNotWhenTheNetworkHasCutIt() {
        var error = unreadable(new JsonEOFException(null, null, "end of input"));
        assertEquals("the endpoint sent an invalid response: it cannot be decoded; check --endpoint-url" + CBOR, ErrorLine.of(error));
        assertEquals("Unable to unmarshall response", ErrorLine.of(unreadable(new EOFException("closed"))));
    }

    private static Throwable unreadable(IOException cause) {
        return SdkClientException.create("Unable to unmarshall response", new UncheckedIOException(cause));
    }

    @Test
    void of_isASentence_whenTheRequestCannotBeRead_alsoWithoutAMessage() {
        assertEquals("the endpoint cannot read the request (SerializationException)" + CBOR,
                ErrorLine.of(refusal("SerializationException", null)));
        assertEquals("what? (SerializationException)" + CBOR, ErrorLine.of(refusal("SerializationException", "what?")));
    }

    @Test
    void of_isASentence_whenThereIsNoMessage() {
        assertEquals("the endpoint refuses the request and gives no reason (SomeException)", ErrorLine.of(refusal("SomeException", null)));
    }

    @Test
    void of_saysThatNobodyAnswers() {
        assertEquals("no response in time; check the endpoint and the network", ErrorLine.of(ApiCallTimeoutException.create(1)));
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
