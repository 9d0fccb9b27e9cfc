///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Run the tests: all but those of worker, with --worker those, or those of the classes named
//JAVA 17+
//DEPS software.amazon.awssdk:kinesis:2.57.8
//DEPS software.amazon.awssdk:sts:2.57.8
//DEPS software.amazon.awssdk:sso:2.57.8
//DEPS software.amazon.awssdk:ssooidc:2.57.8
//DEPS info.picocli:picocli:4.7.7
//DEPS org.slf4j:slf4j-simple:1.7.36
//DEPS com.fasterxml.jackson.core:jackson-core:2.21.8
//DEPS com.fasterxml.jackson.jr:jackson-jr-objects:2.21.8
//DEPS com.google.protobuf:protobuf-java:4.36.2
//DEPS me.tongfei:progressbar:0.10.2
//DEPS org.jline:jline-terminal:3.29.0
//DEPS com.github.luben:zstd-jni:1.5.7-25
//DEPS com.fasterxml.jackson.dataformat:jackson-dataformat-cbor:2.21.8
//DEPS org.junit:junit-bom:6.1.3@pom
//DEPS org.junit.jupiter:junit-jupiter
//DEPS org.junit.platform:junit-platform-launcher
//DEPS software.amazon.kinesis:amazon-kinesis-client:3.5.1@fatjar
//DEPS software.amazon.awssdk:arns:2.57.8
//DEPS software.amazon.awssdk:cloudwatch:2.57.8
//DEPS software.amazon.awssdk:dynamodb:2.57.8
//DEPS software.amazon.awssdk:dynamodb-enhanced:2.57.8
//DEPS com.amazonaws:dynamodb-lock-client:1.4.0
//DEPS com.google.guava:guava:32.1.1-jre
//DEPS io.reactivex.rxjava3:rxjava:3.1.11
//DEPS org.apache.commons:commons-collections4:4.4
//DEPS org.apache.commons:commons-lang3:3.18.0
//DEPS org.wiremock:wiremock-standalone:3.13.2
//SOURCES *.java ../lib/*.java
//COMPILE_OPTIONS -encoding UTF-8
//RUNTIME_OPTIONS -Dorg.slf4j.simpleLogger.defaultLogLevel=off

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClasspathRoots;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;
import static org.junit.platform.launcher.TagFilter.excludeTags;
import static org.junit.platform.launcher.TagFilter.includeTags;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.platform.engine.Filter;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

class all {
    public static void main(String... classes) throws Exception {
        var jar = Path.of(all.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        var worker = classes.length == 1 && classes[0].equals("--worker");
        var some = classes.length > 0 && !worker;
        var request = LauncherDiscoveryRequestBuilder.request().selectors(some
                ? Arrays.stream(classes).map(name -> name.contains("#") ? selectMethod(name) : selectClass(name)).toList()
                : selectClasspathRoots(Set.of(jar)))
                .filters(some ? new Filter<?>[0] : new Filter<?>[] {worker ? includeTags("worker") : excludeTags("worker")})
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "true") // of the classes that say so, which mostly wait
                .configurationParameter("junit.jupiter.execution.parallel.config.executor-service", "WORKER_THREAD_POOL")
                .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
                .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", worker ? "5" : "3").build();
        var summary = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, summary, new Progress());

        var result = summary.getSummary();
        result.printFailuresTo(new PrintWriter(System.out, true), 15);
        System.out.printf("%d passed, %d failed, %d skipped%n", result.getTestsSucceededCount(), result.getTotalFailureCount(),
                result.getTestsSkippedCount() + result.getTestsAbortedCount());
        System.exit(result.getTotalFailureCount() == 0 && result.getTestsSucceededCount() > 0 ? 0 : 1);
    }

    /** A line a test, and its time. */
    private static final class Progress implements TestExecutionListener {
        private final Map<TestIdentifier, Long> started = new ConcurrentHashMap<>();

        @Override
        public void executionStarted(TestIdentifier test) {
            started.put(test, System.nanoTime());
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (test.isTest()) {
                var method = (MethodSource) test.getSource().orElseThrow();
                System.out.printf("%-10s %5.1f s  %s.%s%n", result.getStatus(), (System.nanoTime() - started.get(test)) / 1e9,
                        method.getClassName(), method.getMethodName());
            }
        }
    }
}
