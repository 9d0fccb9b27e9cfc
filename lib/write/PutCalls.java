package lib.write;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lib.cli.Failure;
import lib.kinesis.KinesisStream.PutEntry;
import lib.kinesis.KinesisStream.PutResult;
import lib.kinesis.KinesisStream;
import lib.kinesis.Quotas;
import lib.write.Packing.Packed;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** The calls that put records. */
final class PutCalls {
    private static final int KEYS = 10_000;
    private static final long FORMER_MAX_BYTES = 5 << 20;
    private static final int TOO_LARGE_STATUS = 413;
    private static final Set<String> TOO_LARGE_CODES = Set.of("InvalidArgumentException", "ValidationException");

    private final KinesisStream stream;
    private final boolean ordered;
    private volatile long maxBytes = Quotas.BYTES_A_PUT;

    /** The last sequence number of each of the last keys. */
    private final Map<String, String> sequenceNumbers = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > KEYS;
        }
    };

    /** @param ordered a record a call, and a call at a time */
    PutCalls(KinesisStream stream, boolean ordered) {
        this.stream = stream;
        this.ordered = ordered;
    }

    /** As few calls as they take. */
    List<List<Packed>> calls(List<Packed> records) {
        var calls = new ArrayList<List<Packed>>();
        var start = 0;
        var bytes = 0L;
        for (int at = 0; at < records.size(); at++) {
            var more = records.get(at).bytes();
            if (at - start == Quotas.RECORDS_A_PUT || at > start && bytes + more > maxBytes) {
                calls.add(records.subList(start, at));
                start = at;
                bytes = 0;
            }
            bytes += more;
        }
        calls.add(records.subList(start, records.size()));
        return calls;
    }

    /**
     * Returns whether the service refused the call for its size. Calls have at most half of its bytes from then on. Some engines still have
     * the former limit of 5 MiB, and say so by an error code that stands for other reasons, too.
     */
    boolean isTooLarge(List<Packed> call, SdkException e) {
        var bytes = call.stream().mapToLong(Packed::bytes).sum();
        var isTooLarge = call.size() > 1 && e instanceof AwsServiceException refusal && (refusal.statusCode() == TOO_LARGE_STATUS
                || bytes > FORMER_MAX_BYTES && refusal.awsErrorDetails() != null
                        && TOO_LARGE_CODES.contains(refusal.awsErrorDetails().errorCode()));
        if (isTooLarge) {
            maxBytes = Math.min(maxBytes, bytes / 2);
        }
        return isTooLarge;
    }

    /**
     * Returns a result for each record.
     *
     * @throws Failure when Kinesis has not answered so
     */
    List<PutResult> put(List<Packed> call) {
        if (ordered) {
            return List.of(putRecord(call.get(0)));
        }
        var results = stream.putRecords(call.stream().map(PutCalls::entry).toList());
        if (results.size() != call.size()) {
            throw Failure.nonsense("PutRecords of " + call.size() + " records has " + results.size()
                    + " results, so the stored records are unknown");
        }
        return results;
    }

    /** Puts the record after the last one of its key (API reference, PutRecord, SequenceNumberForOrdering). */
    private PutResult putRecord(Packed packed) {
        var result = stream.putRecord(entry(packed), sequenceNumbers.get(packed.partitionKey()));
        sequenceNumbers.put(packed.partitionKey(), result.sequenceNumber());
        return result;
    }

    private static PutEntry entry(Packed packed) {
        return new PutEntry(packed.partitionKey(), packed.explicitHashKey(), packed.data());
    }
}
