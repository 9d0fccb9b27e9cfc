package lib.aws;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fake.Script;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class AwsTest {
    private static final String NOT_OF_AWS = "http://127.0.0.1:4566";

    @TempDir Path temp;

    /** Tells whether Kinesis is of AWS, for the environment of a process. */
    static final class Main {
        public static void main(String... options) {
            System.out.print(aws(options).isOfAws());
        }
    }

    @Test
    void anEndpointOfKinesis_isOfAws() {
        for (var host : List.of("kinesis.us-east-1.amazonaws.com", "kinesis-fips.us-gov-west-1.amazonaws.com",
                "Kinesis.EU-West-1.AmazonAWS.com", "kinesis.cn-north-1.amazonaws.com.cn", "kinesis.eu-west-1.api.aws",
                "kinesis-fips.us-east-1.api.aws", "123456789012.data-kinesis.us-east-1.amazonaws.com",
                "123456789012.control-kinesis-fips.us-east-1.api.aws", "vpce-0a1b-2c3d.kinesis.us-east-1.vpce.amazonaws.com",
                "vpce-0a1b-2c3d-us-east-1a.kinesis.us-east-1.vpce.amazonaws.com")) {
            assertTrue(aws("--endpoint-url", "https://" + host).isOfAws(), host);
            assertTrue(aws("--endpoint-url", "https://" + host + ":443/").isOfAws(), host);
        }
    }

    /** A record that is put in a dry run is stored there. */
    @Test
    void anEndpointOfAnEmulator_isNotOfAws_evenOnAMachineOfAws() {
        for (var host : List.of("127.0.0.1:4568", "[::1]:4566", "localhost", "my_kinesis:4566", "localstack", "kinesis.example.com",
                "kinesis.us-east-1.localhost.localstack.cloud", "kinesis.us-east-1.amazonaws.com.example.com",
                "kinesis.us-east-1.notamazonaws.com", "amazonaws.com", "ec2-203-0-113-1.compute-1.amazonaws.com",
                "ec2-203-0-113-1.eu-west-1.compute.amazonaws.com", "kinesis-1234567890.us-east-1.elb.amazonaws.com",
                "abcdef.execute-api.us-east-1.amazonaws.com")) {
            assertFalse(aws("--endpoint-url", "http://" + host).isOfAws(), host);
        }
        assertFalse(aws("--local", "--endpoint-url", NOT_OF_AWS).isOfAws());
    }

    @Test
    void withoutAnEndpoint_itIsOfAws_unlessItIsLocal() throws Exception {
        assertIsOfAws(true, process());
        assertIsOfAws(false, process("--local"));
    }

    @Test
    void anEndpointOfTheEnvironmentOrTheProfile_isNotOfAws() throws Exception {
        assertIsOfAws(false, process().env("AWS_ENDPOINT_URL_KINESIS", NOT_OF_AWS));
        assertIsOfAws(false, process().env("AWS_ENDPOINT_URL", NOT_OF_AWS));
        assertIsOfAws(true, process().env("AWS_ENDPOINT_URL_KINESIS", "https://kinesis.us-east-1.amazonaws.com"));
        var config = Files.writeString(temp.resolve("config"), "[profile emulator]\nendpoint_url = " + NOT_OF_AWS + "\n");
        assertIsOfAws(false, process("--profile", "emulator").env("AWS_CONFIG_FILE", config));
        assertIsOfAws(false, process().env("AWS_PROFILE", "emulator").env("AWS_CONFIG_FILE", config));
        assertIsOfAws(true, process().env("AWS_CONFIG_FILE", config));
    }

    private static Aws aws(String... options) {
        return CommandLine.populateCommand(new Aws(), options);
    }

    private static Script.Builder process(String... options) {
        return Script.command(ProcessHandle.current().info().command().orElseThrow(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp",
                System.getProperty("java.class.path"), Main.class.getName()).and(options);
    }

    private static void assertIsOfAws(boolean expected, Script.Builder process) throws Exception {
        var script = process.run(0);
        script.check("not " + expected, script.stdout().equals(String.valueOf(expected)));
    }
}
