package lib.aws;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import javax.net.ssl.TrustManager;
import lib.cli.Failure;
import lib.cli.Log;
import lib.cli.UsageException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.endpoint.AwsClientEndpointProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** Which Kinesis: the options of every script that say so, and the one place that builds clients. */
public final class Aws {
    /** Where {@code local} listens. */
    public static final int LOCAL_PORT = 4568;

    /** Where {@code local --dynamodb} has its DynamoDB. */
    public static final int LOCAL_DYNAMODB_PORT = 8000;

    private static final String ENDPOINT = "AWS_ENDPOINT_URL_"; // before the name of a service
    private static final String KINESIS = "KINESIS";

    /** The hosts of Kinesis in a region, also with FIPS, of an account, or in a VPC (endpoint rules of the SDK, AWS PrivateLink). */
    private static final Pattern OF_AWS =
            Pattern.compile("(?i)([\\w-]+\\.)?(\\w+-)?kinesis(-fips)?\\.[\\w-]+\\.(vpce\\.)?(amazonaws\\.com(\\.cn)?|api\\.aws)");

    /** A thread a shard, a connection a thread; the pool grows by need, and no shard may wait for another's connection. */
    private static final int MAX_CONNECTIONS = 20_000; // the highest default shard quota of a region

    private static final TrustManager[] TRUSTS_NONE = {}; // reading the machine's certificates would take a sixth of a short run
    private static final int ATTEMPTS = 5;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration ATTEMPT_TIMEOUT = Duration.ofSeconds(30); // 10 MiB, the largest reply, at 3 Mbit/s
    private static final Duration CALL_TIMEOUT = Duration.ofMinutes(2);

    @Option(names = "--region", paramLabel = "REGION", description = "AWS region (default: AWS_REGION, or the profile).")
    private String region;

    @Option(names = "--profile", paramLabel = "NAME", description = "AWS profile (default: AWS_PROFILE).")
    private String profile;

    @Option(names = "--endpoint-url", paramLabel = "URL", converter = EndpointConverter.class,
            description = "Endpoint (default: AWS_ENDPOINT_URL_KINESIS, AWS_ENDPOINT_URL, the profile, or AWS).")
    private URI endpoint;

    @Option(names = "--local", description = "Use the Kinesis that 'local' runs on this machine, on port " + LOCAL_PORT
            + " unless --endpoint-url or AWS_ENDPOINT_URL_KINESIS is set.")
    private boolean local;

    /** The local Kinesis at this endpoint. */
    public static Aws local(URI endpoint) {
        var aws = new Aws();
        aws.local = true;
        aws.endpoint = endpoint;
        return aws;
    }

    /** The local Kinesis at its usual endpoint. */
    public static Aws local() {
        return local(null);
    }

    /** Returns the words with which a command line of the AWS CLI for the same Kinesis begins. */
    public List<String> cli() {
        var words = new ArrayList<String>();
        if (local) {
            words.addAll(List.of("AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local"));
        }
        words.add("aws");
        if (region != null || local) {
            words.addAll(List.of("--region", region().id()));
        }
        if (profile != null && !local) {
            words.addAll(List.of("--profile", profile));
        }
        if (endpoint != null || local && !isSet(KINESIS)) {
            words.addAll(List.of("--endpoint-url", (endpoint != null ? endpoint : local(LOCAL_PORT)).toString()));
        }
        words.add("kinesis");
        return words;
    }

    /** Loads what a client is made of, which is a third of a short run. */
    public static void warmUp() {
        local().kinesis().close();
    }

    /** @throws Failure when there is no region, or there are no credentials */
    public KinesisClient kinesis() {
        return kinesis(ATTEMPTS);
    }

    /**
     * @param attempts how often a call is tried: 1 for who tries again by himself
     * @throws Failure see {@link #kinesis()}
     */
    public KinesisClient kinesis(int attempts) {
        var http = Apache5HttpClient.builder()
                .maxConnections(MAX_CONNECTIONS)
                .connectionTimeout(CONNECT_TIMEOUT)
                .socketTimeout(ATTEMPT_TIMEOUT);
        if (isPlain()) {
            http.tlsTrustManagersProvider(() -> TRUSTS_NONE);
        }
        return kinesis(KinesisClient.builder(), calls(attempts, ATTEMPT_TIMEOUT, CALL_TIMEOUT)).httpClientBuilder(http).build();
    }

    /**
     * Returns a client for SubscribeToShard, which only the asynchronous client of the SDK has. It makes one attempt a call.
     *
     * @throws Failure see {@link #kinesis()}
     */
    public KinesisAsyncClient kinesisAsync() {
        return kinesis(KinesisAsyncClient.builder(), calls(1, ATTEMPT_TIMEOUT, ATTEMPT_TIMEOUT)).build();
    }

    /** How often a call is tried, and how long an attempt, and all of them, may take. */
    public static Consumer<ClientOverrideConfiguration.Builder> calls(int attempts, Duration attempt, Duration call) {
        return config -> config.apiCallAttemptTimeout(attempt).apiCallTimeout(call)
                .retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder().maxAttempts(attempts).build());
    }

    /** Whether it is one as {@code local} runs it. */
    public boolean isLocal() {
        return local;
    }

    /** Whether Kinesis is asked without TLS, as a local one is. */
    public boolean isPlain() {
        var url = endpoint();
        return url != null && "http".equals(url.getScheme());
    }

    /**
     * Returns whether Kinesis is asked at an endpoint of AWS. The name of the host tells, and it must be one of Kinesis: an emulator on an
     * EC2 instance or behind a load balancer has a name of amazonaws.com, too.
     */
    public boolean isOfAws() {
        var url = endpoint();
        return url == null || url.getHost() != null && OF_AWS.matcher(url.getHost()).matches();
    }

    /**
     * Returns where the client finds Kinesis; null for the endpoint of AWS in the region.
     *
     * @throws Failure when the environment has an endpoint that is no URL
     */
    private URI endpoint() {
        if (endpoint != null) {
            return endpoint;
        }
        if (!isSet(KINESIS) && local) {
            return local(LOCAL_PORT);
        }
        return AwsClientEndpointProvider.builder().profileName(profile)
                .serviceEndpointOverrideEnvironmentVariable(ENDPOINT + KINESIS)
                .serviceEndpointOverrideSystemProperty("aws.endpointUrlKinesis")
                .serviceProfileProperty("kinesis").resolveFromOverrides().orElse(null);
    }

    /** The builder of a Kinesis client, with what these options say and with this configuration. */
    public <B extends AwsClientBuilder<B, ?>> B kinesis(B builder, Consumer<ClientOverrideConfiguration.Builder> config) {
        return endpoint != null ? configured(builder, config, endpoint, "--endpoint-url") : other(builder, config, KINESIS, LOCAL_PORT);
    }

    /**
     * Configures the builder of any service; --endpoint-url is for Kinesis only. With --local, the service's own variable is the only
     * setting of the SDK that counts: AWS_ENDPOINT_URL and the profile's endpoint are ignored.
     *
     * @param service   in the names of variables
     * @param localPort where {@code local} has this service; null when it has not
     * @throws Failure when there is no endpoint for --local
     */
    public <B extends AwsClientBuilder<B, ?>> B other(B builder, Consumer<ClientOverrideConfiguration.Builder> config, String service,
            Integer localPort) {
        var setting = service.equals(KINESIS) ? "--endpoint-url" : ENDPOINT + service;
        if (isSet(service) || !local) {
            return configured(builder, config, null, setting); // the SDK reads it
        }
        if (localPort == null) {
            throw new Failure("--local has no " + service + ": set " + ENDPOINT + service
                    + ", or leave out the option that uses " + service);
        }
        return configured(builder, config, local(localPort), setting);
    }

    /**
     * Returns whether the environment has an endpoint of the service, which --local heeds.
     *
     * @throws Failure when it is no URL
     */
    public static boolean isSet(String service) {
        var url = System.getenv(ENDPOINT + service);
        if (url == null || url.isBlank()) {
            return false;
        }
        if (!url.matches("https?://.+")) {
            throw new Failure(ENDPOINT + service + ": '" + url + "' is not an endpoint; write http://HOST:PORT or https://HOST");
        }
        return true;
    }

    private <B extends AwsClientBuilder<B, ?>> B configured(B builder, Consumer<ClientOverrideConfiguration.Builder> config, URI endpoint,
            String setting) {
        builder.region(region()).credentialsProvider(credentials())
                .overrideConfiguration(configuration -> config.accept(configuration.defaultProfileName(profile)
                        .addExecutionInterceptor(new ResponseBound(setting)).addExecutionInterceptor(new ResponseCheck())));
        return endpoint == null ? builder : builder.endpointOverride(endpoint);
    }

    private static URI local(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }

    private static final class EndpointConverter implements ITypeConverter<URI> {
        @Override
        public URI convert(String text) {
            if (!text.matches("https?://[\\w.:\\[\\]-]+/?")) {
                throw new UsageException("'" + text + "' is not an endpoint; write http://HOST:PORT or https://HOST");
            }
            return URI.create(text);
        }
    }

    private Region region() {
        if (region != null) {
            return Region.of(region);
        }
        if (local) {
            return Region.US_EAST_1;
        }
        var ofTheCli = System.getenv("AWS_DEFAULT_REGION"); // which the SDK does not read
        if (ofTheCli != null && !ofTheCli.isBlank() && System.getenv("AWS_REGION") == null) {
            return Region.of(ofTheCli);
        }
        try {
            return DefaultAwsRegionProviderChain.builder().profileName(profile).build().getRegion();
        } catch (SdkClientException e) {
            throw new Failure("no region: pass --region, set AWS_REGION, or use --local", e);
        }
    }

    private AwsCredentialsProvider credentials() {
        if (local) {
            return StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));
        }
        var provider = profile != null ? ProfileCredentialsProvider.create(profile) : DefaultCredentialsProvider.builder().build();
        try {
            hidden(provider); // now, because a call would fail with the errors of every provider in one line
            return () -> hidden(provider);
        } catch (SdkClientException e) {
            var where = profile == null ? "" : " in profile " + profile;
            throw new Failure("no credentials" + where + ": run 'aws configure' or 'aws sso login', pass --profile,"
                    + " set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or use --local (-vv shows where the SDK looked)", e);
        }
    }

    /** Resolves credentials, which can be others each time. */
    private static AwsCredentials hidden(AwsCredentialsProvider provider) {
        var credentials = provider.resolveCredentials();
        Log.hide(credentials.accessKeyId());
        Log.hide(credentials.secretAccessKey());
        if (credentials instanceof AwsSessionCredentials session) {
            Log.hide(session.sessionToken());
        }
        return credentials;
    }
}
