package lib;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import picocli.CommandLine.ITypeConverter;
import software.amazon.awssdk.services.kinesis.model.Record;

/** A record to the bytes that are printed for it. */
@FunctionalInterface
public interface RecordFormat {
    /** Appends the record, with the newline behind it. It may lack the partition key and the arrival time. */
    void append(String shardId, Record record, ByteArrayOutputStream out) throws IOException;

    /** The format of a name: text, raw or json. */
    final class Converter implements ITypeConverter<RecordFormat> {
        @Override
        public RecordFormat convert(String name) {
            return switch (name) {
                case "text" -> RecordFormat::text;
                case "raw" -> RecordFormat::raw;
                case "json" -> RecordFormat::json;
                default -> throw new UsageException("'" + name + "' is no format; there are text, raw and json");
            };
        }
    }

    private static void text(String shardId, Record record, ByteArrayOutputStream out) {
        out.writeBytes(("shard " + shardId + " data: ").getBytes(StandardCharsets.UTF_8));
        raw(shardId, record, out);
    }

    private static void raw(String shardId, Record record, ByteArrayOutputStream out) {
        out.writeBytes(record.data().asByteArrayUnsafe());
        out.write('\n');
    }

    private static void json(String shardId, Record record, ByteArrayOutputStream out) throws IOException {
        JsonLines.append(out, json -> {
            json.writeStringField("shardId", shardId);
            json.writeStringField("sequenceNumber", record.sequenceNumber());
            json.writeStringField("partitionKey", record.partitionKey());
            json.writeStringField("approximateArrivalTimestamp", Objects.toString(record.approximateArrivalTimestamp(), null));
            var data = record.data().asByteArrayUnsafe();
            try {
                var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data));
                json.writeStringField("data", text.toString());
            } catch (CharacterCodingException e) {
                json.writeStringField("dataBase64", Base64.getEncoder().encodeToString(data));
            }
        });
    }
}
