package lib;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** Which shards a stream has. */
public final class Shards {
    private static final BigInteger HASH_KEYS = BigInteger.TWO.pow(128); // a hash key is the MD5 of a partition key

    private Shards() {}

    /** All shards of the stream, the closed ones that it still holds too, from every page of ListShards. */
    public static List<Shard> list(KinesisClient kinesis, StreamRef stream) {
        var shards = new ArrayList<Shard>();
        var request = ListShardsRequest.builder().streamName(stream.name()).streamARN(stream.arn()).build();
        while (true) {
            var page = kinesis.listShards(request);
            shards.addAll(page.shards());
            if (page.nextToken() == null) {
                return shards;
            }
            // a token stands for the stream: with both the service refuses (API reference, ListShards)
            request = ListShardsRequest.builder().nextToken(page.nextToken()).build();
        }
    }

    /** Whether the shard takes records; a closed one has an ending sequence number. */
    public static boolean isOpen(Shard shard) {
        return shard.sequenceNumberRange().endingSequenceNumber() == null;
    }

    /** The shard's share of all hash keys, in percent. */
    public static double hashKeyPercent(Shard shard) {
        var range = shard.hashKeyRange();
        var keys = new BigInteger(range.endingHashKey()).subtract(new BigInteger(range.startingHashKey())).add(BigInteger.ONE);
        return 100 * keys.doubleValue() / HASH_KEYS.doubleValue();
    }
}
