package lib.permissions;

import java.io.IOException;
import java.util.ArrayList;
import java.util.function.Supplier;
import lib.cli.AnswerPrinter;
import lib.cli.Failure;
import lib.cli.Log;
import lib.cli.Table.Column;
import lib.kinesis.StreamRef;
import lib.permissions.Permission.Result;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** Tells which permissions the user has on a stream, and which IAM policy allows the rest. */
public final class PermissionCheck {
    private final PermissionCalls calls;

    /**
     * @param kinesis makes one attempt a call
     * @param isOfAws whether the endpoint is AWS's own, which heeds DryRun
     * @param fanOut  makes a client for SubscribeToShard, of one attempt a call, which the check closes. The check asks for one only when
     *                the endpoint is AWS's own and the stream has a consumer
     */
    public PermissionCheck(KinesisClient kinesis, StreamRef stream, boolean isOfAws, Supplier<KinesisAsyncClient> fanOut, Log log) {
        this(new PermissionCalls(kinesis, stream, isOfAws, fanOut, time -> Thread.sleep(time.toMillis()), log));
    }

    PermissionCheck(PermissionCalls calls) {
        this.calls = calls;
    }

    /**
     * Prints a line for each permission as soon as its result is known, and then, if the service denied some, the policy that allows them.
     * Returns false when the service denied some.
     *
     * @throws Failure when a call fails for another reason
     */
    public boolean print(AnswerPrinter answer) throws IOException, InterruptedException {
        var rows = answer.table(Column.left("ACTION", Permission.ALL.stream().map(Permission::action)),
                Column.left("RESULT", Result.NOT_CHECKED.toString().length()), Column.left("NEEDED BY", 0));
        var denied = new ArrayList<String>();
        Failure failure = null;
        for (var permission : Permission.ALL) {
            Result result;
            try {
                result = calls.check(permission.action());
            } catch (Failure e) { // after the policy for what was denied before
                failure = e;
                break;
            }
            rows.print(json -> {
                json.writeStringField("action", permission.action());
                json.writeStringField("result", result.toString());
                json.writeFieldName("neededBy");
                json.writeArray(permission.neededBy().toArray(String[]::new), 0, permission.neededBy().size());
            }, permission.action(), result.toString(), String.join(", ", permission.neededBy()));
            if (result == Result.DENIED) {
                denied.add(permission.action());
            }
        }
        if (!denied.isEmpty()) {
            print(new Policy(calls.streamArn(), denied), answer);
        }
        if (failure != null) {
            throw failure;
        }
        return denied.isEmpty();
    }

    private static void print(Policy policy, AnswerPrinter answer) throws IOException {
        answer.print("\n" + policy.indented(), json -> {
            json.writeObjectFieldStart("policy");
            policy.write(json);
            json.writeEndObject();
        });
    }
}
