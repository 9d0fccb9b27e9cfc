package fake;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Reads and writes the bodies of requests and responses: in CBOR, or in JSON when the SDK runs with CBOR_ENABLED=false. The tests see the
 * same values in both: data as bytes, times as milliseconds since 1970.
 */
public enum Protocol {
    CBOR("application/x-amz-cbor-1.1", new CBORFactory()),
    JSON_TEXT("application/x-amz-json-1.1", new JsonFactory());

    public final String contentType;
    private final JSON format;

    Protocol(String contentType, JsonFactory factory) {
        this.contentType = contentType;
        format = JSON.builder(factory).build().with(JSON.Feature.WRITE_NULL_PROPERTIES);
    }

    /** Returns the protocol of a request with this content type. */
    public static Protocol of(String contentType) {
        return contentType.startsWith(JSON_TEXT.contentType) ? JSON_TEXT : CBOR;
    }

    /** Returns the fields of the message. */
    public Map<String, Object> read(byte[] message) {
        try {
            var map = format.mapFrom(message);
            if (this == JSON_TEXT) {
                replace(map, (name, value) -> value instanceof String text && isData(name) ? Base64.getDecoder().decode(text) : value);
                replace(map, (name, value) ->
                        value instanceof Number seconds && isTime(name) ? (Object) Math.round(seconds.doubleValue() * 1000) : value);
            }
            return map;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the message encoded. Changes the times in the map itself. */
    public byte[] write(Map<String, Object> message) {
        try {
            if (this == JSON_TEXT) { // the factory writes bytes as Base64
                replace(message, (name, value) ->
                        value instanceof Number millis && isTime(name) ? (Object) (millis.longValue() / 1000.0) : value);
            }
            return format.asBytes(message);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isData(String name) {
        return name.equals("Data");
    }

    private static boolean isTime(String name) {
        return name.endsWith("Timestamp");
    }

    /** Replaces the values of the map and of all maps in it. */
    @SuppressWarnings("unchecked")
    private static void replace(Map<String, Object> map, BiFunction<String, Object, Object> value) {
        map.replaceAll(value);
        for (var each : map.values()) {
            for (var part : each instanceof List<?> list ? list : List.of(each == null ? "" : each)) {
                if (part instanceof Map) {
                    replace((Map<String, Object>) part, value);
                }
            }
        }
    }
}
