package lib.aws;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import lib.cli.Failure;
import org.reactivestreams.Publisher;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.Abortable;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardRequest;

/**
 * Limits the body of a response, also of an error, to 32 MiB, so that no endpoint can exhaust the heap.
 *
 * @param setting the option or variable that sets the endpoint
 */
record ResponseBound(String setting) implements ExecutionInterceptor {
    /**
     * The largest response has 10 MiB of records, which are 14 MB in Base64, and 10,000 partition keys of 256 characters, which are 15 MB
     * as escapes (API reference, GetRecords).
     */
    private static final int MAX_MIB = 32;

    private static final String ENCODING = "Content-Encoding";

    /** Refuses a compressed body, which the SDK would unpack without a limit. The body of an error, as of a proxy, is not unpacked. */
    @Override
    public SdkHttpResponse modifyHttpResponse(Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
        var response = context.httpResponse();
        var encoding = response.firstMatchingHeader(ENCODING).orElse("").strip();
        if (response.isSuccessful() && !encoding.isEmpty() && !encoding.equalsIgnoreCase("identity")) {
            throw Failure.nonsense("its body is compressed, which was not requested", setting);
        }
        return response.toBuilder().removeHeader(ENCODING).build();
    }

    @Override
    public Optional<InputStream> modifyHttpResponseContent(Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
        return context.responseBody().map(body -> new Bounded(body, new Bound(setting)));
    }

    @Override
    public Optional<Publisher<ByteBuffer>> modifyAsyncHttpResponseContent(Context.ModifyHttpResponse context,
            ExecutionAttributes attributes) {
        if (context.request() instanceof SubscribeToShardRequest) { // which streams events for five minutes
            return context.responsePublisher();
        }
        var bound = new Bound(setting);
        return context.responsePublisher().map(body -> SdkPublisher.adapt(body).filter(bytes -> {
            bound.add(bytes.remaining());
            return true;
        }));
    }

    /** How much of a response has come. */
    private static final class Bound {
        private final String setting;
        private long bytes;

        Bound(String setting) {
            this.setting = setting;
        }

        void add(int more) {
            bytes += more;
            if (bytes > MAX_MIB << 20) {
                throw Failure.nonsense("its body has more than " + MAX_MIB + " MiB", setting);
            }
        }
    }

    private static final class Bounded extends FilterInputStream {
        private final Bound bound;

        Bounded(InputStream body, Bound bound) {
            super(body);
            this.bound = bound;
        }

        @Override
        public int read() throws IOException {
            var read = in.read();
            add(read < 0 ? 0 : 1);
            return read;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            var read = in.read(bytes, offset, length);
            add(Math.max(0, read));
            return read;
        }

        private void add(int read) {
            try {
                bound.add(read);
            } catch (Failure e) {
                if (in instanceof Abortable connection) {
                    connection.abort();
                }
                throw e;
            }
        }

        /** Drains the body up to the limit, so that the connection can be reused. The HTTP client would drain it without a limit. */
        @Override
        public void close() throws IOException {
            try {
                transferTo(OutputStream.nullOutputStream());
            } catch (IOException | Failure e) {
                // the response is decoded, or has failed already
            }
            in.close();
        }
    }
}
