package lib.records;

import com.fasterxml.jackson.core.JsonPointer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Function;
import lib.records.UserRecord.Source;

/**
 * Gives what was read its partition key.
 *
 * @param delimiter ends the key that the data begins with; null when it does not
 * @param base64    the rest is that
 * @param field     where the key is in data that is JSON; null when it is not
 * @param other     the key where neither of them says it; its result is null for none
 * @param hashKey   the explicit hash key; null for none
 */
public record LineParser(byte[] delimiter, boolean base64, JsonPointer field, Function<Source, String> other, String hashKey)
        implements RecordParser {

    @Override
    public UserRecord parse(Source source, byte[] line) throws InvalidRecord {
        var at = delimiter == null ? 0 : indexOf(delimiter, line);
        if (at < 0) {
            throw invalid(source, line, "the line does not have the delimiter of -K");
        }
        var data = delimiter == null ? line : Arrays.copyOfRange(line, at + delimiter.length, line.length);
        if (base64) {
            try {
                data = Base64.getDecoder().decode(data);
            } catch (IllegalArgumentException e) {
                throw invalid(source, line, "not base64");
            }
        }
        return UserRecord.of(source, key(source, line, at, data), hashKey, data);
    }

    private String key(Source source, byte[] line, int at, byte[] data) throws InvalidRecord {
        if (field != null) {
            return JsonRecordParser.at(field, source, data);
        }
        return delimiter != null ? key(source, line, at) : other.apply(source);
    }

    private static int indexOf(byte[] delimiter, byte[] line) {
        for (int at = 0; at <= line.length - delimiter.length; at++) {
            if (Arrays.equals(line, at, at + delimiter.length, delimiter, 0, delimiter.length)) {
                return at;
            }
        }
        return -1;
    }

    private static String key(Source source, byte[] line, int length) throws InvalidRecord {
        try {
            return utf8(line, length);
        } catch (CharacterCodingException e) {
            throw invalid(source, line, "the partition key is not UTF-8");
        }
    }

    /** The first bytes as text, which {@code new String} would make of any bytes. */
    static String utf8(byte[] bytes, int length) throws CharacterCodingException {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString();
    }

    private static InvalidRecord invalid(Source source, byte[] line, String why) {
        return new InvalidRecord(source, line, why);
    }
}
