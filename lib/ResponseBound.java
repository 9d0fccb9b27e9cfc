package lib;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.reactivestreams.Publisher;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.Abortable;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardRequest;

/** Refuses a response that is larger than any of AWS, also one of an error, before it fills the memory: an endpoint may send without end. */
final class ResponseBound implements ExecutionInterceptor {
    /**
     * The largest response has 10 MiB of records, which are 14 MB in Base64, and 10,000 partition keys of 256 characters, which are 15 MB as
     * escapes (API reference, GetRecords).
     */
    private static final int MAX_MIB = 32;

    @Override
    public SdkHttpResponse modifyHttpResponse(Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
        if (context.httpResponse().firstMatchingHeader("Content-Encoding").isPresent()) { // the SDK would unpack it without a bound
            throw Failure.nonsense("a compressed answer, which nobody has asked for");
        }
        return context.httpResponse();
    }

    @Override
    public Optional<InputStream> modifyHttpResponseContent(Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
        return context.responseBody().map(Bounded::new);
    }

    @Override
    public Optional<Publisher<ByteBuffer>> modifyAsyncHttpResponseContent(Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
        if (context.request() instanceof SubscribeToShardRequest) { // whose events come for five minutes
            return context.responsePublisher();
        }
        var bound = new Bound();
        return context.responsePublisher().map(body -> SdkPublisher.adapt(body).filter(bytes -> {
            bound.add(bytes.remaining());
            return true;
        }));
    }

    /** How much of a response has come. */
    private static final class Bound {
        private long bytes;

        void add(int more) {
            bytes += more;
            if (bytes > MAX_MIB << 20) {
                throw Failure.nonsense("an answer of more than " + MAX_MIB + " MiB");
            }
        }
    }

    private static final class Bounded extends FilterInputStream {
        private final Bound bound = new Bound();

        Bounded(InputStream body) {
            super(body);
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

        /** Reads what is left, so that the connection can be used again, but only up to the bound: the HTTP client would read it to the end. */
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
