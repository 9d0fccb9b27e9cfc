///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Run the tests
//JAVA 17+
//DEPS software.amazon.awssdk:kinesis:2.57.8
//DEPS info.picocli:picocli:4.7.7
//DEPS com.fasterxml.jackson.dataformat:jackson-dataformat-cbor:2.21.8
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//DEPS org.junit.platform:junit-platform-launcher
//DEPS org.wiremock:wiremock-standalone:3.13.2
//DEPS org.testcontainers:testcontainers-localstack:2.0.5
//SOURCES *.java */*.java ../lib/*/*.java
//COMPILE_OPTIONS -encoding UTF-8 -Xlint:all,-try,-serial,-path -Werror
//RUNTIME_OPTIONS -Dorg.slf4j.simpleLogger.defaultLogLevel=off -Dsun.net.httpserver.nodelay=true -XX:TieredStopAtLevel=1 -XX:+UseSerialGC

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClasspathRoots;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import fake.Backend;
import fake.TestKinesis;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.platform.engine.CancellationToken;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherExecutionRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "all", sortOptions = false, description = "Run the tests against the local Kinesis, or the tests with "
        + "@OnKinesis against another engine. AWS_ENDPOINT_URL_KINESIS, if set, overrides --engine.")
class all implements Callable<Integer> {
    @Parameters(paramLabel = "CLASS[#METHOD]", arity = "0..*",
            description = "Test classes or methods (default: all tests except those of worker).")
    List<String> tests = List.of();

    @Option(names = "--worker", description = "Run the tests of worker.")
    boolean worker;

    @Option(names = "--engine", paramLabel = "NAME",
            description = "Engine: local, kinesalite, localstack, or the URL of an endpoint (default: KINESIS_TEST_BACKEND, or local).")
    String engine;

    @Option(names = "--localstack",
            description = "Same as --engine localstack: LocalStack in a container, or the image in KINESIS_TEST_IMAGE.")
    boolean localstack;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help message and exit.")
    boolean help;

    @Override
    public Integer call() throws Exception {
        var summary = new SummaryGeneratingListener();
        var cancellation = CancellationToken.create();
        LauncherFactory.create().execute(LauncherExecutionRequestBuilder.request(request(backend()))
                .listeners(summary, new Progress(cancellation)).cancellationToken(cancellation).build());

        var result = summary.getSummary();
        result.printFailuresTo(new PrintWriter(System.out, true), 15);
        if (TestKinesis.engine() != null) {
            System.out.println("on " + TestKinesis.engine());
        }
        System.out.printf("%d passed, %d failed, %d skipped%n", result.getTestsSucceededCount(), result.getTotalFailureCount(),
                result.getTestsSkippedCount() + result.getTestsAbortedCount());
        return result.getTotalFailureCount() == 0 && result.getTestsSucceededCount() > 0 ? 0 : 1;
    }

    private LauncherDiscoveryRequest request(String backend) throws IOException, URISyntaxException {
        var request = LauncherDiscoveryRequestBuilder.request().selectors(selectors())
                .configurationParameter(TestKinesis.BACKEND, backend)
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "true") // most tests wait most of the time
                .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
                .configurationParameter("junit.jupiter.execution.parallel.config.executor-service", "WORKER_THREAD_POOL")
                .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
                .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", worker ? "5" : "4");
        if (tests.isEmpty()) {
            request.filters(TagFilter.includeTags(worker ? "worker" : "!worker"));
            if (!backend.equals(Backend.LOCAL)) {
                request.filters(TagFilter.includeTags("kinesis", "docker")); // to the others it is all the same
            }
        }
        if (!backend.equals(Backend.LOCALSTACK)) {
            request.filters(TagFilter.excludeTags("docker"));
        }
        return request.build();
    }

    /** Where there are several, the first of them. */
    private String backend() {
        return Stream.of(System.getenv("AWS_ENDPOINT_URL_KINESIS"), engine, localstack ? Backend.LOCALSTACK : null,
                System.getenv("KINESIS_TEST_BACKEND"), Backend.LOCAL)
                .filter(name -> name != null && !name.isBlank()).findFirst().orElseThrow();
    }

    private List<? extends DiscoverySelector> selectors() throws IOException, URISyntaxException {
        var jar = Path.of(all.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        if (tests.isEmpty()) {
            return selectClasspathRoots(Set.of(jar));
        }
        var names = names(jar);
        var selectors = new ArrayList<DiscoverySelector>();
        for (var test : tests) {
            var parts = test.split("#", 2);
            var name = names.getOrDefault(parts[0], parts[0]);
            selectors.add(parts.length == 1 ? selectClass(name) : selectMethod(name + "#" + parts[1]));
        }
        return selectors;
    }

    /** Returns the full name of each test class by its simple name. */
    private static Map<String, String> names(Path jar) throws IOException {
        try (var file = new JarFile(jar.toFile())) {
            return file.stream().map(JarEntry::getName).filter(name -> name.endsWith("Test.class"))
                    .map(name -> name.replace(".class", "").replace('/', '.'))
                    .collect(Collectors.toMap(name -> name.replaceFirst(".*\\.", ""), name -> name));
        }
    }

    /** A line a test, and its time. Without a Kinesis there is no more to come. */
    private static final class Progress implements TestExecutionListener {
        private final Map<TestIdentifier, Long> started = new ConcurrentHashMap<>();
        private final CancellationToken cancellation;

        Progress(CancellationToken cancellation) {
            this.cancellation = cancellation;
        }

        @Override
        public void executionStarted(TestIdentifier test) {
            started.put(test, System.nanoTime());
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (test.isTest()) {
                var method = (MethodSource) test.getSource().orElseThrow();
                System.out.printf("%-10s %5.1f s  %s.%s%s%n", result.getStatus(), (System.nanoTime() - started.get(test)) / 1e9,
                        method.getClassName(), method.getMethodName(), result.getStatus() == Status.ABORTED
                                ? ": " + result.getThrowable().orElseThrow().getMessage() : "");
            }
            if (result.getThrowable().orElse(null) instanceof TestKinesis.Unavailable) {
                cancellation.cancel();
            }
        }
    }

    public static void main(String... args) {
        System.exit(new CommandLine(new all()).execute(args));
    }
}
