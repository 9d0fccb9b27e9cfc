package lib.write;

import java.util.List;
import lib.kinesis.Distribution;
import lib.kinesis.Quotas;

/** Makes the records that are put of the user's. */
interface Packing {
    /**
     * A record of PutRecords.
     *
     * @param records the user's that are in it
     * @param shardId where it should go; null when that does not matter
     */
    record Packed(String partitionKey, String explicitHashKey, byte[] data, List<PendingRecord> records, String shardId) {
        /** What it counts in a call. */
        int bytes() {
            var first = records.get(0); // whose partition key it has
            return data.length + first.bytes - first.record.data().length;
        }
    }

    /** What the shard that took a record means for it. */
    enum Place {
        /** The shard may have it. */
        RIGHT,

        /** The record belongs to another shard, as after a split or merge, and must be retried. */
        OTHER,

        /** No key leads to this shard: the stream's {@link Distribution} is AUTO now. */
        ANY
    }

    /** Each for itself. */
    Packing NONE = new Packing() {
        @Override
        public List<Packed> pack(List<PendingRecord> records) {
            return records.stream().map(Packing::alone).toList();
        }

        @Override
        public int maxRecords() {
            return Quotas.RECORDS_A_PUT;
        }

        @Override
        public double cost(PendingRecord record) {
            return Quotas.writeSeconds(1, record.bytes);
        }
    };

    static Packed alone(PendingRecord pending) {
        var record = pending.record;
        return new Packed(record.partitionKey(), record.explicitHashKey(), record.data(), List.of(pending), null);
    }

    List<Packed> pack(List<PendingRecord> records);

    /** How many records are packed for a call, as the stream is at the start. */
    int maxRecords();

    /** What {@link Pace} counts the record as. */
    double cost(PendingRecord record);

    /** @param shardId the shard that took it */
    default Place place(String shardId, Packed packed) {
        return Place.RIGHT;
    }
}
