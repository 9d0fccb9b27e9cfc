package lib.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import fake.Programs;
import fake.Script;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import lib.kinesis.StreamRef;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.services.kinesis.model.AddTagsToStreamRequest;
import software.amazon.awssdk.services.kinesis.model.CreateStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DeleteStreamRequest;
import software.amazon.awssdk.services.kinesis.model.KinesisRequest;
import software.amazon.awssdk.services.kinesis.model.RemoveTagsFromStreamRequest;
import software.amazon.awssdk.services.kinesis.model.StartStreamEncryptionRequest;
import software.amazon.awssdk.services.kinesis.model.StreamMode;
import software.amazon.awssdk.services.kinesis.model.StreamModeDetails;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/** The command lines that {@code --dry-run} prints. */
class AwsCommandTest {
    private static final List<String> NASTY = List.of("", " ", "a b", "it's", "'", "''", "\"", "\\", "a\\", "$HOME", "$(id)", "`id`",
            "a\nb", "\n", "\t", "*", "?", "[a]", "{a,b}", "~", "~root", "!!", "#a", "a;b", "a|b", "a&b", "a>b", "(a)", "=ls", "-a", "--",
            "ä ö", "日本", "😀", "%s", "a=b", "a:b/c@d+e,f", "\u001b[31m", "\u007f", "\r", "\u009b2J", "\u202e", "'\u001b'\\");

    @Test
    void aShell_readsEachValueAsItIs() throws Exception {
        for (var shell : Stream.of("bash", "zsh", "sh").filter(Programs::isOnPath).toList()) {
            for (var value : NASTY) {
                if (!shell.equals("sh") || value.chars().noneMatch(AwsCommandTest::isControl)) {
                    var request = StartStreamEncryptionRequest.builder().streamName("s").keyId(value).build();
                    assertEquals(List.of("start-stream-encryption", "--stream-name", "s", "--key-id", value), words(shell, request), shell);
                }
            }
        }
    }

    @Test
    void aCommand_isALine_thatCommandsNoTerminal() {
        for (var value : NASTY) {
            var line = AwsCommand.of(StartStreamEncryptionRequest.builder().keyId(value).build(), List.of("aws"));
            assertTrue(line.chars().noneMatch(AwsCommandTest::isControl), line);
        }
    }

    private static boolean isControl(int character) {
        return Character.isISOControl(character) || character == '\u202e';
    }

    @Test
    void mapsAndLists_areJson() throws Exception {
        var tags = new TreeMap<String, String>();
        NASTY.forEach(value -> tags.put("key " + value, value));
        var words = words("bash", AddTagsToStreamRequest.builder().tags(tags).build());
        assertEquals(List.of("add-tags-to-stream", "--tags"), words.subList(0, 2));
        assertEquals(tags, JSON.std.mapFrom(words.get(2)));
        words = words("bash", RemoveTagsFromStreamRequest.builder().tagKeys(NASTY).build());
        assertEquals(List.of("remove-tags-from-stream", "--tag-keys"), words.subList(0, 2));
        assertEquals(NASTY, JSON.std.listFrom(words.get(2)));
    }

    @Test
    void structuresAreJson_numbersPlain_andABooleanIsAnOption() throws Exception {
        assertEquals("aws create-stream --stream-name s --shard-count 2 --stream-mode-details '{\"StreamMode\":\"PROVISIONED\"}'"
                + " --max-record-size-in-ki-b 2048", AwsCommand.of(CreateStreamRequest.builder().streamName("s").shardCount(2)
                        .streamModeDetails(details -> details.streamMode(StreamMode.PROVISIONED)).maxRecordSizeInKiB(2048).build(),
                        List.of("aws")));
        for (var force : Map.of(true, " --enforce-consumer-deletion", false, " --no-enforce-consumer-deletion").entrySet()) {
            assertEquals("aws delete-stream --stream-name s" + force.getValue(), AwsCommand.of(
                    DeleteStreamRequest.builder().streamName("s").enforceConsumerDeletion(force.getKey()).build(), List.of("aws")));
        }
        assertEquals("aws 'a b' wait stream-exists --stream-name s", AwsCommand.waiting(StreamRef.parse("s"), List.of("aws", "a b")));
    }

    @Test
    void everyMemberOfTheServiceModel_isTheOptionOfItsName() throws Exception {
        var model = JSON.std.mapFrom(Files.readString(Script.ROOT.resolve("tests/fake/service-model.json")));
        for (var action : model.keySet()) {
            if (action.matches("(Create|Delete|Add|Remove|Increase|Decrease|Start|Stop|Split|Merge|Update|Register|Deregister).*")) {
                var request = full(action);
                var line = AwsCommand.of(request, List.of("aws"));
                var words = new HashSet<>(Arrays.asList(line.split(" ")));
                assertTrue(words.contains(dashed(action)), line);
                for (var member : ((Map<?, ?>) ((Map<?, ?>) model.get(action)).get("members")).keySet()) {
                    assertTrue(words.contains("--" + dashed((String) member)), member + " of " + line);
                }
            }
        }
    }

    /** Returns the name as the AWS CLI writes it (botocore, xform_name). */
    private static String dashed(String name) {
        if (name.endsWith("KiB")) {
            return dashed(name.substring(0, name.length() - 3)) + "-ki-b";
        }
        if (name.endsWith("MiBps")) {
            return dashed(name.substring(0, name.length() - 5)) + "-mi-bps";
        }
        return name.replace("ARN", "Arn").replaceAll("(?!^)([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    /** Returns a request with all members. */
    private static KinesisRequest full(String action) throws ReflectiveOperationException {
        var type = Class.forName("software.amazon.awssdk.services.kinesis.model." + action + "Request");
        var builder = (SdkBuilder<?, ?>) type.getMethod("builder").invoke(null);
        for (var field : ((SdkPojo) builder).sdkFields()) {
            field.set(builder, value(field));
        }
        return (KinesisRequest) builder.build();
    }

    private static Object value(SdkField<?> field) {
        var type = field.marshallingType();
        if (type == MarshallingType.STRING) {
            return "a";
        }
        if (type == MarshallingType.INTEGER) {
            return 1;
        }
        if (type == MarshallingType.BOOLEAN) {
            return true;
        }
        if (type == MarshallingType.MAP) {
            return new HashMap<>(Map.of("a", "b"));
        }
        return type == MarshallingType.LIST ? List.of("a") : StreamModeDetails.builder().streamMode(StreamMode.ON_DEMAND).build();
    }

    /** Returns the words that a shell makes of the command line. */
    private static List<String> words(String shell, KinesisRequest request) throws Exception {
        var line = AwsCommand.of(request, List.of("printf", "%s\\0"));
        var process = new ProcessBuilder(shell, "-c", line).redirectErrorStream(true).start();
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return List.of(output.substring(0, output.length() - 1).split("\0", -1));
    }
}
