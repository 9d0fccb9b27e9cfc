package fake;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import lib.kinesis.HashKeys;
import lib.kinesis.Shards;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardFilter;

/** A stream in memory that takes records, with the limits of the service if asked for, and with the faults that a test gives it. */
public class FakeShards extends StreamStub {
    private static final String THROTTLED = "ProvisionedThroughputExceededException";
    private static final double RECORDS = 1000;
    private static final double BYTES = 1_000_000;
    private static final int FORMER_LIMIT = 5 << 20;

    /** A record that a shard holds; its partition key is null when it has none. */
    public record Stored(String shardId, String partitionKey, byte[] data) {}

    /** A call of PutRecord. */
    public record SingleCall(PutEntry record, String sequenceNumberForOrdering) {}

    final AtomicLong count = new AtomicLong();
    public final List<List<PutEntry>> calls = new ArrayList<>(); // in the order in which they come
    public final List<SingleCall> singleCalls = new ArrayList<>();
    private final List<Stored> stored = new ArrayList<>();
    private final Random random = new Random();
    private boolean keeps = true;
    private boolean limited;
    private double failing;
    private double timingOut;
    private int numberOfCalls;
    private int failingCall = -1;
    private AwsServiceException formerLimit; // null for none
    private volatile int hangingCall = -1;
    private final CountDownLatch hangs = new CountDownLatch(1);
    private final CountDownLatch hanging = new CountDownLatch(1);
    private List<Shard> shards = List.of();
    private List<Shard> listed; // null for as they are
    private final List<Shard> closed = new ArrayList<>();
    private boolean auto;
    private int switchingCall = -1;
    private boolean resharding;
    public int lists;
    private boolean listThrottled;
    private double[] recordTokens;
    private double[] byteTokens;
    private long filled = System.nanoTime();

    public FakeShards(int shards) {
        reshard(shards);
    }

    /** From now on ListShards answers what it would answer now, until {@link #listAnew}. */
    public synchronized void listNoMore() {
        listed = list();
    }

    /** Refuses every ListShards from now on. */
    public synchronized void listThrottled() {
        listThrottled = true;
    }

    /** Is resharded before each call, to ever more shards. */
    public FakeShards resharding() {
        resharding = true;
        return this;
    }

    public synchronized void listAnew() {
        listed = null;
    }

    /** Has the record distribution AUTO: a record comes to any shard, whatever its key, and needs none. */
    public FakeShards auto() {
        auto = true;
        return this;
    }

    public synchronized boolean isAuto() {
        return auto;
    }

    /** Has the other record distribution from this call on. */
    public FakeShards switchingAtCall(int number) {
        switchingCall = number;
        return this;
    }

    /** Divides the hash keys anew, among other shards. */
    public final synchronized void reshard(int count) {
        shards.forEach(shard -> closed.add(shard.toBuilder()
                .sequenceNumberRange(range -> range.startingSequenceNumber("1").endingSequenceNumber("2")).build()));
        var first = shards.isEmpty() ? 0 : Integer.parseInt(shards.get(shards.size() - 1).shardId().substring("shardId-".length())) + 1;
        shards = IntStream.range(0, count).mapToObj(n -> Shard.builder().shardId("shardId-%012d".formatted(first + n))
                .hashKeyRange(range -> range.startingHashKey(hashKey(n, count).toString())
                        .endingHashKey(hashKey(n + 1, count).subtract(BigInteger.ONE).toString()))
                .sequenceNumberRange(range -> range.startingSequenceNumber("1")).build()).toList();
        recordTokens = IntStream.range(0, count).mapToDouble(n -> RECORDS).toArray();
        byteTokens = IntStream.range(0, count).mapToDouble(n -> BYTES).toArray();
    }

    /** Returns the hash key below which so many parts of all hash keys are. */
    private static BigInteger hashKey(int parts, int count) {
        return HashKeys.COUNT.multiply(BigInteger.valueOf(parts)).divide(BigInteger.valueOf(count));
    }

    /** Each shard takes 1,000 records and 1 MB a second. */
    public FakeShards limited() {
        limited = true;
        return this;
    }

    /** Only counts what it takes. */
    FakeShards forgetful() {
        keeps = false;
        return this;
    }

    /** So many of the entries fail, of 1; half of them are throttled. */
    public FakeShards failing(double share) {
        failing = share;
        return this;
    }

    /** So many of the calls are stored, of 1, and never answered. */
    public FakeShards timingOut(double share) {
        timingOut = share;
        return this;
    }

    /** This call fails as a whole. */
    public FakeShards failingCall(int number) {
        failingCall = number;
        return this;
    }

    /** Refuses calls of more than 5 MiB, as the service did before 2025, with this refusal. */
    public FakeShards withFormerLimit(AwsServiceException refusal) {
        formerLimit = refusal;
        return this;
    }

    /** The next call is answered when {@link #goOn} says so. */
    public synchronized void hangNextCall() {
        hangingCall = numberOfCalls;
    }

    /** Waits until a call hangs. */
    public void awaitHanging() throws InterruptedException {
        if (!hangs.await(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException("no call hangs");
        }
    }

    private boolean hang() throws InterruptedException {
        hangs.countDown();
        return hanging.await(1, TimeUnit.MINUTES);
    }

    public void goOn() {
        hanging.countDown();
    }

    public synchronized List<Stored> stored() {
        return List.copyOf(stored);
    }

    public synchronized List<Shard> shards() {
        return shards;
    }

    @Override
    public List<PutResult> putRecords(List<PutEntry> records) {
        int number;
        synchronized (this) {
            number = numberOfCalls++;
            switchAt(number);
            if (resharding) {
                reshard(3 + number);
            }
            if (keeps) {
                calls.add(records);
            }
        }
        try {
            if (number == hangingCall && !hang()) {
                throw new IllegalStateException("it was not to hang for ever");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (formerLimit != null && bytes(records) > FORMER_LIMIT) {
            throw formerLimit;
        }
        if (number == failingCall) {
            throw SdkClientException.create("injected");
        }
        return answer(records);
    }

    private static int bytes(List<PutEntry> records) {
        return records.stream().mapToInt(entry -> entry.partitionKey().length() + entry.data().length).sum();
    }

    private synchronized List<PutResult> answer(List<PutEntry> records) {
        if (records.stream().anyMatch(entry -> entry.partitionKey() == null) && !auto) {
            throw refusal("a partition key is needed");
        }
        fill();
        var results = records.stream().map(this::put).toList();
        if (random.nextDouble() < timingOut) {
            throw ApiCallAttemptTimeoutException.create(1);
        }
        return results;
    }

    @Override
    public synchronized PutResult putRecord(PutEntry record, String sequenceNumberForOrdering) {
        singleCalls.add(new SingleCall(record, sequenceNumberForOrdering));
        switchAt(numberOfCalls++);
        if (auto && sequenceNumberForOrdering != null) {
            throw refusal("SequenceNumberForOrdering must not be given");
        }
        fill();
        var result = put(record);
        if (result.errorCode() != null) { // a call for one record fails as a whole
            throw FakeKinesis.refusal(result.errorCode());
        }
        return result;
    }

    private PutResult put(PutEntry entry) {
        var shard = auto ? random.nextInt(shards.size()) : shardOf(entry);
        var shardId = shards.get(shard).shardId();
        var bytes = entry.data().length + (entry.partitionKey() == null ? 0 : entry.partitionKey().length());
        if (random.nextDouble() < failing) {
            return random.nextBoolean() ? failure("InternalFailure", "Internal Service Failure")
                    : failure(THROTTLED, "Rate exceeded for " + shardId);
        }
        if (limited && (recordTokens[shard] < 1 || byteTokens[shard] < bytes)) {
            return failure(THROTTLED, "Rate exceeded for " + shardId);
        }
        recordTokens[shard]--;
        byteTokens[shard] -= bytes;
        if (keeps) {
            stored.add(new Stored(shardId, entry.partitionKey(), entry.data()));
        }
        return new PutResult(shardId, Long.toString(count.incrementAndGet()), null, null);
    }

    private int shardOf(PutEntry entry) {
        var hashKey = entry.explicitHashKey() != null ? new BigInteger(entry.explicitHashKey()) : HashKeys.of(entry.partitionKey());
        var shard = 0;
        while (hashKey.compareTo(new BigInteger(shards.get(shard).hashKeyRange().endingHashKey())) > 0) {
            shard++;
        }
        return shard;
    }

    private void switchAt(int number) {
        auto ^= number == switchingCall;
    }

    private static PutResult failure(String code, String message) {
        return new PutResult(null, null, code, message);
    }

    /** Of a call, for what its record distribution has no use for, or cannot do without. */
    private static KinesisException refusal(String message) {
        return (KinesisException) KinesisException.builder().statusCode(400)
                .awsErrorDetails(AwsErrorDetails.builder().errorCode("InvalidArgumentException").errorMessage(message).build()).build();
    }

    private void fill() {
        var now = System.nanoTime();
        for (int n = 0; n < shards.size(); n++) {
            recordTokens[n] = Math.min(RECORDS, recordTokens[n] + RECORDS * (now - filled) / 1e9);
            byteTokens[n] = Math.min(BYTES, byteTokens[n] + BYTES * (now - filled) / 1e9);
        }
        filled = now;
    }

    @Override
    public synchronized Shards listShards(ShardFilter filter) {
        lists++;
        if (listThrottled) {
            throw FakeKinesis.refusal("LimitExceededException");
        }
        return new Shards(listed == null ? list() : listed, Instant.now());
    }

    /** The closed ones, too. */
    private List<Shard> list() {
        return Stream.concat(closed.stream(), shards.stream()).toList();
    }
}
