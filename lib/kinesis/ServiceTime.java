package lib.kinesis;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import lib.cli.Failure;
import software.amazon.awssdk.core.SdkResponse;

/** The time by the service's clock, from the Date header of a response, which has no fractions. This machine's clock may be wrong. */
final class ServiceTime {
    private ServiceTime() {}

    /** @throws Failure when the header is no time */
    static Instant of(SdkResponse response) {
        return parse(date(response));
    }

    /** Returns the header; null when the response has none. */
    static String date(SdkResponse response) {
        var http = response.sdkHttpResponse();
        return http == null ? null : http.firstMatchingHeader("Date").orElse(null);
    }

    /** @param date null for this machine's time */
    static Instant parse(String date) {
        if (date == null) {
            return Instant.now();
        }
        try {
            var time = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
            if (time.isAfter(Instant.EPOCH)) {
                return time;
            }
        } catch (DateTimeException e) { // named below
        }
        throw Failure.nonsense("the Date header '" + date + "'");
    }
}
