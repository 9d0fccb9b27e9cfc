package lib.worker;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import lib.cli.ErrorLine;
import lib.cli.Failure;
import lib.cli.Log;
import lib.kinesis.Backoff;
import lib.kinesis.Refusals;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.services.kinesis.model.KinesisException;

/** Tells the user when calls of the Kinesis Client Library fail, which it retries for ever in silence, and when they fail for too long. */
final class FailureWatch implements ExecutionInterceptor {
    /** The refusals that the library expects: another worker was faster, or an item is gone. */
    private static final Set<String> EXPECTED =
            Set.of("ConditionalCheckFailedException", "ExpiredIteratorException", "ResourceInUseException");

    /** Counts a failure apart when the one before is older than this and than --give-up: the library calls some operations rarely. */
    private static final Duration APART = Duration.ofMinutes(1);

    /** Takes an operation without any result for 30 s as not retried: a call to Kinesis takes 20 s at most. */
    private static final Duration NOT_RETRIED = Duration.ofSeconds(30);

    private static final Duration TICK = Duration.ofSeconds(1);

    private final String service;
    private final Duration longest;
    private final Consumer<Failure> giveUp;
    private final Probe probe;
    private final Clock clock;
    private final FailureSpell spell;
    private final Map<String, Failing> failing = new HashMap<>(); // by operation

    /** A call that shows whether the service answers. */
    interface Probe {
        void call() throws InterruptedException;
    }

    /** The time, as a test sets it. */
    interface Clock {
        Clock SYSTEM = new Clock() {
            @Override
            public long nanos() {
                return System.nanoTime();
            }

            @Override
            public void after(Duration delay, Runnable task) { // by threads that all of the process shares
                CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS).execute(task);
            }
        };

        long nanos();

        void after(Duration delay, Runnable task);
    }

    /** An operation without a success since its first failure: the times of its first and its last failure in nanoseconds. */
    private record Failing(long first, long last, int calls) {}

    /**
     * @param service what the user's line names
     * @param longest how long an operation, or the service, may fail for a reason that may pass; throttling is an answer
     * @param giveUp  is told when that was too long, or the reason does not pass; must not block
     * @param probe   is called when the service has not answered for {@code longest}: the library may call it rarely; null for never
     * @param lines   see {@link FailureSpell}
     */
    FailureWatch(String service, Duration longest, Log log, Consumer<Failure> giveUp, Probe probe, Executor lines, Clock clock) {
        this.service = service;
        this.longest = longest;
        this.giveUp = giveUp;
        this.probe = probe;
        this.clock = clock;
        this.spell = new FailureSpell(service, log, lines, clock::nanos);
    }

    @Override
    public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes attributes) {
        if (operation(attributes).equals("SubscribeToShard") && context.httpResponse().isSuccessful()) { // which lasts for minutes
            succeed(operation(attributes));
        }
    }

    @Override
    public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
        succeed(operation(attributes));
    }

    @Override
    public void onExecutionFailure(Context.FailedExecution context, ExecutionAttributes attributes) {
        var operation = operation(attributes);
        if (!(context.exception() instanceof SdkException e) || e instanceof AbortedException) { // by the library itself
            return;
        }
        if (e instanceof AwsServiceException refusal && isAnswer(refusal, operation)) {
            succeed(operation);
        } else if (Refusals.mayPass(e)) {
            fail(operation, e);
        } else {
            giveUp.accept(new Failure(service + " " + operation + ": " + ErrorLine.of(e), e));
        }
    }

    private synchronized void succeed(String operation) {
        failing.remove(operation);
        spell.answer();
    }

    private synchronized void fail(String operation, SdkException e) {
        if (spell.fail(operation, e)) {
            clock.after(TICK, this::tick);
        }
        var now = clock.nanos();
        var before = failing.get(operation);
        if (before == null || now - before.last() > longest.plus(APART).toNanos()) {
            before = new Failing(now, now, 0);
        }
        failing.put(operation, new Failing(before.first(), now, before.calls() + 1));
        if (now - before.first() > longest.toNanos()) {
            giveUp.accept(Backoff.tooLong(service + " " + operation, longest, before.calls(), e));
        }
    }

    /** Runs every second of a spell: the library may call nothing at the time when the spell is over, or has lasted for too long. */
    private void tick() {
        try {
            if (probe != null && isSilent()) {
                probe.call();
                synchronized (this) {
                    spell.answer();
                }
            }
            if (!endsSpell()) {
                clock.after(TICK, this::tick);
            }
        } catch (Failure failure) {
            giveUp.accept(failure);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean isSilent() {
        return spell.isSilent(longest);
    }

    private synchronized boolean endsSpell() {
        var now = clock.nanos();
        var ends = spell.isQuiet() && failing.values().stream().allMatch(operation -> now - operation.last() >= NOT_RETRIED.toNanos());
        if (ends) {
            spell.end();
        }
        return ends;
    }

    private static String operation(ExecutionAttributes attributes) {
        return attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME);
    }

    /** Returns whether the refusal is an answer of a service that works. */
    private static boolean isAnswer(AwsServiceException refusal, String operation) {
        if (Refusals.isThrottling(refusal)) {
            return true;
        }
        var details = refusal.awsErrorDetails();
        var code = details == null || details.errorCode() == null ? "" : details.errorCode();
        return switch (code) {
            case "InvalidArgumentException" -> operation.equals("GetRecords"); // it gets another iterator
            case "ValidationException" -> operation.equals("UpdateTable"); // the index is there
            case "ResourceNotFoundException" -> // see ShardEndCheck
                refusal instanceof KinesisException || operation.equals("DescribeTable");
            default -> EXPECTED.contains(code);
        };
    }
}
