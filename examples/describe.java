///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DEPS software.amazon.awssdk:kinesis:2.57.8
//DEPS org.slf4j:slf4j-nop:1.7.36

/*
 * Lists the shards of a stream, or the streams of the region.
 *
 *     ./jbang examples/describe.java [STREAM]       (docs/local.md has the variables for a local Kinesis)
 *
 * For production: describe.java, with lib/kinesis/SdkStream.java (the calls), lib/kinesis/Backoff.java (retries) and
 * lib/describe/ShardTable.java (the table). Missing here: retries of throttled calls beyond those of the SDK, errors in one line, JSON,
 * the parents of a shard, its share of the hash keys, and the lag of a consumer.
 */

import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Shard;

class describe {
    public static void main(String... args) {
        try (var kinesis = KinesisClient.create()) {
            if (args.length == 0) {
                kinesis.listStreamsPaginator().streamNames().forEach(System.out::println);
            } else {
                shards(kinesis, args[0]).forEach(describe::print);
            }
        }
    }

    private static List<Shard> shards(KinesisClient kinesis, String stream) {
        var page = kinesis.listShards(request -> request.streamName(stream));
        var shards = new ArrayList<>(page.shards());
        while (page.nextToken() != null) {
            var token = page.nextToken();
            page = kinesis.listShards(request -> request.nextToken(token)); // ListShards refuses a token together with the name
            shards.addAll(page.shards());
        }
        return shards;
    }

    private static void print(Shard shard) {
        var isOpen = shard.sequenceNumberRange().endingSequenceNumber() == null; // a split or a merge closes a shard and sets its end
        var hashKeys = shard.hashKeyRange();
        System.out.printf("%s  %-6s  hash keys %s to %s%n", shard.shardId(), isOpen ? "OPEN" : "CLOSED",
                hashKeys.startingHashKey(), hashKeys.endingHashKey());
    }
}
