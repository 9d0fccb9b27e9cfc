package lib.leases;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * Tells when other workers may consider the leases of this worker expired. The Kinesis Client Library notices that late: it waits for the
 * call under way, which renews the lease. Reads the library's calls to DynamoDB (their attributes: DynamoDBLeaseSerializer in
 * awslabs/amazon-kinesis-client).
 */
public final class LeaseClock implements ExecutionInterceptor {
    private static final ExecutionAttribute<Moment> BEGIN = new ExecutionAttribute<>("LeaseClockBegin");
    private static final String OWNER = "leaseOwner";

    private final String workerId;
    private final Duration duration;
    private final Supplier<Moment> now;
    private final Map<String, Term> terms = new ConcurrentHashMap<>();

    /** A time on both clocks: the monotonic one stands still while the machine is suspended, and the other one can be put back. */
    record Moment(long nanos, long millis) {
        static Moment now() {
            return new Moment(System.nanoTime(), System.currentTimeMillis());
        }

        private boolean isBefore(Moment other, Duration duration) {
            return other.nanos - nanos >= duration.toNanos() || other.millis - millis >= duration.toMillis();
        }
    }

    /** @param duration how long after its last renewal a lease expires */
    public LeaseClock(String workerId, Duration duration) {
        this(workerId, duration, Moment::now);
    }

    public LeaseClock(String workerId, Duration duration, Supplier<Moment> now) {
        this.workerId = workerId;
        this.duration = duration;
        this.now = now;
    }

    /** A lease, from when this worker takes the shard until it expires. A renewal that comes later does not bring it back. */
    public final class Term {
        private final String shardId;
        private Moment renewed = now.get();
        private boolean over;

        private Term(String shardId) {
            this.shardId = shardId;
        }

        public synchronized boolean isOver() {
            over |= renewed.isBefore(now.get(), duration);
            return over;
        }

        /** Ends the term, and returns whether the shard has not been taken anew since it began. */
        public synchronized boolean end() {
            over = true;
            return terms.remove(shardId, this);
        }

        private synchronized void lose() {
            over = true;
        }

        private synchronized void renew(Moment begin) {
            if (!isOver()) {
                renewed = begin;
            }
        }
    }

    /**
     * Begins the term of a shard that this worker has taken.
     *
     * @param max how many shards the worker may have; null for any number
     * @return null when it has as many
     */
    public synchronized Term begin(String shardId, Integer max) {
        if (max != null && terms.values().stream().filter(term -> !term.isOver()).count() >= max) {
            return null;
        }
        var term = new Term(shardId);
        var before = terms.put(shardId, term);
        if (before != null) {
            before.lose();
        }
        return term;
    }

    /** Forgets the terms of an earlier run of the library. */
    public void clear() {
        terms.clear();
    }

    /** Returns whether this worker has no shard. */
    public boolean isEmpty() {
        return terms.values().stream().allMatch(Term::isOver);
    }

    @Override
    public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
        attributes.putAttribute(BEGIN, now.get());
    }

    @Override
    public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
        if (context.request() instanceof UpdateItemRequest update && isRenewal(update)) {
            var term = terms.get(update.key().get(LeaseTable.KEY).s());
            if (term != null) {
                term.renew(attributes.getAttribute(BEGIN)); // other workers may have seen it as early as that
            }
        } else if (context.response() instanceof GetItemResponse item && isOfAnother(item.item())) {
            var term = terms.get(item.item().get(LeaseTable.KEY).s());
            if (term != null) {
                term.lose();
            }
        }
    }

    /** Returns whether it tells the others that the owner lives: it counts on, which each checkpoint does, too, and changes no owner. */
    private static boolean isRenewal(UpdateItemRequest update) {
        return update.hasExpected() && update.expected().containsKey("leaseCounter") && !update.attributeUpdates().containsKey(OWNER)
                && update.key().containsKey(LeaseTable.KEY);
    }

    /** Returns whether the item is a lease that another worker has, to which this one does not hand it over. */
    private boolean isOfAnother(Map<String, AttributeValue> item) {
        return item.containsKey("leaseCounter") && item.containsKey(LeaseTable.KEY)
                && !isThisWorker(item.get(OWNER)) && !isThisWorker(item.get("checkpointOwner"));
    }

    private boolean isThisWorker(AttributeValue owner) {
        return owner != null && workerId.equals(owner.s());
    }
}
