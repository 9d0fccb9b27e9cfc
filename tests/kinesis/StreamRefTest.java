package lib.kinesis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import lib.cli.UsageException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamRefTest {
    @ParameterizedTest
    @ValueSource(strings = {"s1", "a.b_c-D9", "arn"})
    void parse_takesAName(String name) {
        assertEquals(new StreamRef(name, null), StreamRef.parse(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"arn:aws:kinesis:eu-west-1:123456789012:stream/s1", "arn:aws-cn:kinesis:cn-north-1:123456789012:stream/s1"})
    void parse_takesAnArn_andItsName(String arn) {
        assertEquals(new StreamRef("s1", arn), StreamRef.parse(arn));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a/b", "s1:4", "ü", "arn:aws:kinesis:eu-west-1:123456789012:stream/s1/consumer/c",
            "arn:aws:s3:eu-west-1:123456789012:stream/s1"})
    void parse_refusesOthers(String text) {
        assertThrows(UsageException.class, () -> StreamRef.parse(text));
    }
}
