///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DEPS software.amazon.awssdk:kinesis:2.57.8
//DEPS org.slf4j:slf4j-nop:1.7.36

/*
 * Prints the records that arrive in a stream, with a loop for each shard.
 *
 *     ./jbang examples/consume.java [STREAM]       (docs/local.md has the variables for a local Kinesis)
 *
 * For production: consume.java, with lib/read/StreamReader.java (all shards), lib/read/ShardReader.java (the loop of a shard) and
 * lib/positions/Checkpoint.java (where to resume). Missing here: the children of a split or merged shard, checkpoints, decoded aggregates,
 * retries of throttled calls beyond those of the SDK, streams of more than 1,000 shards, and start positions other than LATEST.
 */

import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.GetRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

class consume {
    public static void main(String... args) throws Exception {
        var stream = args.length == 0 ? "s1" : args[0];
        var threads = Executors.newCachedThreadPool();
        try (var kinesis = KinesisClient.create()) {
            var shards = kinesis.listShards(request -> request.streamName(stream)).shards();
            System.err.printf("%d shards located%n", shards.size());
            var loops = new ExecutorCompletionService<String>(threads);
            shards.forEach(shard -> loops.submit(() -> read(kinesis, stream, shard.shardId())));
            for (int ended = 0; ended < shards.size(); ended++) {
                System.err.printf("shard %s ended%n", loops.take().get()); // get() throws the error of a loop, which ends the program
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static String read(KinesisClient kinesis, String stream, String shardId) throws InterruptedException {
        var position = GetShardIteratorRequest.builder().streamName(stream).shardId(shardId).shardIteratorType(ShardIteratorType.LATEST);
        var iterator = kinesis.getShardIterator(position.build()).shardIterator();
        while (iterator != null) { // at the end of a closed shard, GetRecords returns no next iterator
            try {
                var response = kinesis.getRecords(GetRecordsRequest.builder().shardIterator(iterator).build());
                for (var record : response.records()) {
                    System.out.printf("shard %s data: %s%n", shardId, record.data().asUtf8String());
                    position.shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER).startingSequenceNumber(record.sequenceNumber());
                }
                iterator = response.nextShardIterator();
            } catch (ExpiredIteratorException e) { // an iterator expires 5 minutes after Kinesis returned the iterator
                iterator = kinesis.getShardIterator(position.build()).shardIterator();
            }
            Thread.sleep(1_000); // a shard serves 5 GetRecords a second, to all of its readers together
        }
        return shardId;
    }
}
