package lib.consume;

import static lib.records.UserRecords.record;
import static lib.records.UserRecords.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import fake.Aggregate;
import java.util.List;
import java.util.stream.StreamSupport;
import lib.cli.Log;
import lib.records.Unpacking;
import lib.records.UserRecord;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class OutputOptionsTest {
    private static final UserRecord AGGREGATE = record("outer", new Aggregate()
            .add("k0", null, utf8("a")).add("k1", null, utf8("b")).add("k0", null, utf8("c")).toBytes());

    @Test
    void unpacking_takesAggregatesApart() {
        assertEquals(List.of("0 a", "1 b", "2 c"), parts(unpacking(null)));
        assertEquals(1, parts(unpacking(null, "--no-deaggregate")).size());
    }

    @Test
    void unpacking_isOfTheUserRecordsOfTheKey_whichKeepTheirPlace() {
        assertEquals(List.of("0 a", "2 c"), parts(unpacking("k0")));
        assertEquals(List.of("1 b"), parts(unpacking("k1", "--decode", "auto")));
        assertEquals(List.of(), parts(unpacking("outer")));
        assertEquals(1, parts(unpacking("outer", "--no-deaggregate")).size());
    }

    @Test
    void unpacking_hasAnotherName_whenItMakesOtherParts() {
        var names = List.of(unpacking(null), unpacking(null, "--no-deaggregate"), unpacking(null, "--decode", "gzip"),
                unpacking(null, "--decode", "cloudwatch-logs"), unpacking(null, "--decode", "gzip", "--max-decoded", "1KiB"),
                unpacking(null, "--decode", "gzip", "--no-deaggregate")).stream().map(Unpacking::name).toList();
        assertEquals(names.size(), names.stream().distinct().count(), names::toString);
        assertEquals(unpacking(null).name(), unpacking(null, "-o", "raw").name());
    }

    private static List<String> parts(Unpacking unpacking) {
        return StreamSupport.stream(unpacking.parts().apply(AGGREGATE).spliterator(), false)
                .map(part -> part.subSequenceNumber() + " " + new String(part.data())).toList();
    }

    private static Unpacking unpacking(String partitionKey, String... options) {
        var output = new OutputOptions();
        new CommandLine(output).parseArgs(options);
        return output.unpacking(partitionKey, new Log());
    }
}
