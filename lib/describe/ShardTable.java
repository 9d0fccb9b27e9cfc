package lib.describe;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigInteger;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import lib.cli.AnswerPrinter;
import lib.cli.Failure;
import lib.cli.JsonLines;
import lib.cli.Table.Column;
import lib.describe.ShardTree.Line;
import lib.kinesis.Distribution;
import lib.kinesis.HashKeys;
import lib.kinesis.Shards;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** The shards of a stream, a line each. */
public final class ShardTable {
    private static final int BAR = 12;
    private static final int HASH_KEY = 39; // digits of 2^128
    private static final int SEQUENCE_NUMBER = 56; // digits, as the service makes them

    private ShardTable() {}

    /**
     * Prints them, closed ones dimmed on a terminal.
     *
     * @param tree each beneath its parents, instead of in the order given
     */
    public static void print(AnswerPrinter answer, List<Shard> shards, boolean tree) throws IOException {
        var lines = tree ? ShardTree.of(shards) : shards.stream().map(shard -> new Line(shard, "", false)).toList();
        var rows = answer.table(Column.left("SHARD", lines.stream().map(ShardTable::shardId)),
                Column.left("STATE", "CLOSED".length()), Column.right("HASHES", "100.00%".length()), Column.left("", BAR),
                Column.left("PARENTS", shards.stream().map(ShardTable::parents).filter(Objects::nonNull)),
                Column.right("STARTING HASH KEY", HASH_KEY), Column.right("FIRST SEQUENCE NUMBER", SEQUENCE_NUMBER));
        for (var line : lines) {
            var shard = line.shard();
            var cells = new String[] {shardId(line), state(shard), "%.2f%%".formatted(HashKeys.percent(shard)), bar(shard), parents(shard),
                    shard.hashKeyRange().startingHashKey(), shard.sequenceNumberRange().startingSequenceNumber()};
            if (line.below()) {
                rows.text(shardId(line), "below", "", "", "", "", "");
            } else if (Shards.isOpen(shard)) {
                rows.print(json -> write(json, shard), cells);
            } else {
                rows.printDimmed(json -> write(json, shard), cells);
            }
        }
    }

    /**
     * Prints the open shard that takes records with the partition key, or that any may.
     *
     * @throws Failure when there is none
     */
    public static void printShardOf(AnswerPrinter answer, String partitionKey, Distribution distribution, List<Shard> shards)
            throws IOException {
        var shard = distribution == Distribution.AUTO ? null
                : shards.stream().filter(Shards::isOpen).filter(open -> HashKeys.holds(open, partitionKey)).findFirst()
                        .orElseThrow(() -> new Failure("no open shard holds the hash key of --key now;"
                                + " check the status of the stream with 'describe'"));
        var hashKey = HashKeys.of(partitionKey).toString();
        var shown = shard == null ? "any, since the record distribution of the stream is AUTO" : shard.shardId();
        answer.print("""
                key       %s
                hash key  %s
                shard     %s""".formatted(partitionKey, hashKey, shown), json -> {
            json.writeStringField("partitionKey", partitionKey);
            json.writeStringField("hashKey", hashKey);
            if (shard == null) {
                json.writeStringField("recordDistributionStrategy", distribution.name());
            } else {
                json.writeStringField("shardId", shard.shardId());
            }
        });
    }

    private static String shardId(Line line) {
        return line.branch() + line.shard().shardId();
    }

    private static String state(Shard shard) {
        return Shards.isOpen(shard) ? "OPEN" : "CLOSED";
    }

    /** Their numbers, which is what shard ids differ in; null for none. */
    private static String parents(Shard shard) {
        var parents = Shards.parents(shard);
        return parents.isEmpty() ? null
                : parents.stream().map(parent -> parent.replaceFirst("^shardId-0*(?=\\d)", "")).collect(Collectors.joining(","));
    }

    /** Which part of all hash keys it has, and where. */
    static String bar(Shard shard) {
        var begin = Math.min(BAR - 1, cell(shard.hashKeyRange().startingHashKey()));
        var end = Math.max(begin + 1, cell(shard.hashKeyRange().endingHashKey()));
        return "·".repeat(begin) + "█".repeat(end - begin) + "·".repeat(BAR - end);
    }

    /** Where a hash key lies in the bar. */
    private static int cell(String hashKey) {
        return (int) Math.round(Math.scalb(new BigInteger(hashKey).doubleValue() * BAR, -HashKeys.BITS));
    }

    private static void write(JsonGenerator json, Shard shard) throws IOException {
        json.writeStringField("shardId", shard.shardId());
        json.writeStringField("state", state(shard));
        JsonLines.writeIfPresent(json, "parentShardId", shard.parentShardId());
        JsonLines.writeIfPresent(json, "adjacentParentShardId", shard.adjacentParentShardId());
        json.writeObjectFieldStart("hashKeyRange");
        json.writeStringField("startingHashKey", shard.hashKeyRange().startingHashKey());
        json.writeStringField("endingHashKey", shard.hashKeyRange().endingHashKey());
        json.writeEndObject();
        json.writeNumberField("hashKeyPercent", HashKeys.percent(shard));
        json.writeObjectFieldStart("sequenceNumberRange");
        json.writeStringField("startingSequenceNumber", shard.sequenceNumberRange().startingSequenceNumber());
        JsonLines.writeIfPresent(json, "endingSequenceNumber", shard.sequenceNumberRange().endingSequenceNumber());
        json.writeEndObject();
    }
}
