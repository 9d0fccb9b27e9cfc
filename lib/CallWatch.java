package lib;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.services.kinesis.model.KinesisException;

/** Tells when the calls of the Kinesis Client Library fail, which tries again for ever and tells nobody. */
final class CallWatch implements ExecutionInterceptor {
    /** What the library counts on: others were faster, or what it looks for is no longer there. */
    private static final Set<String> EXPECTED = Set.of("ConditionalCheckFailedException", "ExpiredIteratorException", "ResourceInUseException");

    /** A failure so long after another, and longer than it may fail, is one of its own: an operation need not be tried again at once. */
    private static final Duration APART = Duration.ofMinutes(1);

    private final String service;
    private final Duration longest;
    private final Log log;
    private final Consumer<Failure> giveUp;
    private final Probe probe;
    private final Executor later;
    private final Map<String, Spell> spells = new HashMap<>();
    private boolean probing;

    /** A call that shows whether the service answers. */
    interface Probe {
        void call() throws InterruptedException;
    }

    /** The failures of an operation, without a success in between. */
    private record Spell(Backoff backoff, long last) {}

    /**
     * @param service what the user's line names
     * @param longest how long an operation, or the service, may fail for a reason that may pass; throttling is an answer
     * @param giveUp  is told when that was too long, or the reason does not pass
     * @param probe   is called when something has failed for so long, which may not be asked again for longer; null for never
     */
    CallWatch(String service, Duration longest, Log log, Consumer<Failure> giveUp, Probe probe) {
        this.service = service;
        this.longest = longest;
        this.log = log;
        this.giveUp = giveUp;
        this.probe = probe;
        this.later = CompletableFuture.delayedExecutor(longest.toMillis(), TimeUnit.MILLISECONDS);
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
        } else {
            fail(operation, e);
        }
    }

    private synchronized void succeed(String operation) {
        var spell = spells.remove(operation);
        if (spell != null) {
            spell.backoff().success();
        }
    }

    private synchronized void fail(String operation, SdkException e) {
        var now = System.nanoTime();
        var spell = spells.get(operation);
        var backoff = spell != null && now - spell.last() < longest.plus(APART).toNanos() ? spell.backoff()
                : new Backoff(service + " " + operation, longest, log);
        spells.put(operation, new Spell(backoff, now));
        try {
            backoff.after(e);
        } catch (Failure failure) {
            giveUp.accept(failure);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
        if (!probing && probe != null) {
            probing = true;
            later.execute(this::probe);
        }
    }

    private void probe() {
        synchronized (this) {
            probing = false;
            if (spells.isEmpty()) {
                return;
            }
        }
        try {
            probe.call();
        } catch (Failure failure) {
            giveUp.accept(failure);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String operation(ExecutionAttributes attributes) {
        return attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME);
    }

    /** Whether it is one that may come while all is well. */
    private static boolean isAnswer(AwsServiceException refusal, String operation) {
        if (Backoff.isThrottling(refusal)) {
            return true;
        }
        var code = refusal.awsErrorDetails() == null || refusal.awsErrorDetails().errorCode() == null ? "" : refusal.awsErrorDetails().errorCode();
        return switch (code) {
            case "InvalidArgumentException" -> operation.equals("GetRecords"); // it gets another iterator
            case "ValidationException" -> operation.equals("UpdateTable"); // the index is there
            case "ResourceNotFoundException" -> refusal instanceof KinesisException || operation.equals("DescribeTable"); // see StreamCheck
            default -> EXPECTED.contains(code);
        };
    }
}
