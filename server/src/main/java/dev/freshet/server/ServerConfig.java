package dev.freshet.server;

import dev.freshet.core.config.Config;
import dev.freshet.core.model.ModelName;
import dev.freshet.server.api.Batching;
import dev.freshet.server.http.Tls;
import dev.freshet.server.model.VersionPolicy;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Settings of one server.
 *
 * @param model the model's name
 * @param version which version answers where none is pinned
 * @param admin whether the port takes changes of what is served
 * @param host address to bind to, {@code 0.0.0.0} for all
 * @param port 0 for any that is free
 * @param tls what the port proves itself with; null for a port without TLS
 * @param maxRequestExamples examples that one request over gRPC or HTTP may hold, in [1, 65536]
 * @param batching how requests over gRPC and HTTP are scored together
 * @param scoringThreads that answer requests over gRPC and HTTP, at least 1
 * @param kafkaScoring whether the topic {@code requests} is answered
 * @param groupId the consumer group that shares the requests
 * @param instanceId names this instance among those of the group, and after a restart; empty for host and port
 * @param exactlyOnce whether answers through Kafka and offsets share a transaction; else a request may be answered again
 * @param commitInterval how long answers through Kafka are collected before they are committed, in [1 ms, 1 min]
 * @param maxPollRecords requests from Kafka scored as one batch at most, at least 1
 */
public record ServerConfig(
        String model,
        VersionPolicy version,
        boolean admin,
        String host,
        int port,
        @Nullable Tls tls,
        int maxRequestExamples,
        Batching batching,
        int scoringThreads,
        boolean kafkaScoring,
        String groupId,
        String instanceId,
        boolean exactlyOnce,
        Duration commitInterval,
        int maxPollRecords) {
    private static final int MOST_EXAMPLES = 65_536;
    private static final int LARGEST_QUEUE = 1 << 24;
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(1);
    private static final Duration SHORTEST_COMMIT = Duration.ofMillis(1);
    private static final Duration LONGEST_COMMIT = Duration.ofMinutes(1);

    public ServerConfig {
        ModelName.require(model);
        require(!host.isBlank(), "server.host must not be empty; 0.0.0.0 stands for all");
        require(port >= 0 && port <= 65_535, "server.port must be in [0, 65535], was " + port);
        require(
                maxRequestExamples >= 1 && maxRequestExamples <= MOST_EXAMPLES,
                "server.max-request-examples must be in [1, " + MOST_EXAMPLES + "], was " + maxRequestExamples);
        require(
                batching.queue() >= maxRequestExamples,
                "server.batching.queue must be at least server.max-request-examples, which is " + maxRequestExamples
                        + ", was " + batching.queue());
        require(scoringThreads >= 1, "server.scoring-threads must be at least 1, was " + scoringThreads);
        require(!groupId.isBlank(), "server.group-id must not be empty");
        require(
                commitInterval.compareTo(SHORTEST_COMMIT) >= 0 && commitInterval.compareTo(LONGEST_COMMIT) <= 0,
                "server.commit-interval must be in [1ms, 1m], was " + commitInterval);
        require(maxPollRecords >= 1, "server.max-poll-records must be at least 1, was " + maxPollRecords);
    }

    /** What holds where the configuration says nothing. */
    public static ServerConfig defaults() {
        return from(Config.empty());
    }

    /** Reads the section {@code server}, and the model's name from the section {@code model}. */
    public static ServerConfig from(Config root) {
        Config section = root.section("server");
        Config model = root.section("model").ignore("input", "hidden", "classes", "output");
        String name = ModelName.from(model);
        int maxRequestExamples = section.integer("max-request-examples", 1024, 1, MOST_EXAMPLES);
        return new ServerConfig(
                name,
                version(section),
                section.flag("admin", true),
                // The only address by which containers and other machines reach it.
                section.text("host", "0.0.0.0"),
                section.integer("port", 8080, 0, 65_535),
                tls(section),
                maxRequestExamples,
                batching(section.section("batching"), maxRequestExamples),
                section.integer("scoring-threads", Runtime.getRuntime().availableProcessors(), 1, 1024),
                section.flag("kafka-scoring", true),
                section.text("group-id", "freshet-server"),
                section.has("instance-id") ? section.text("instance-id", "") : unset(section),
                section.flag("exactly-once", true),
                // A transaction a poll would cost most of the throughput, see the design page.
                section.duration("commit-interval", Duration.ofMillis(100), SHORTEST_COMMIT, LONGEST_COMMIT),
                section.integer("max-poll-records", 1000, 1, MOST_EXAMPLES));
    }

    private static VersionPolicy version(Config section) {
        String choice = section.text("version", VersionPolicy.LATEST.choice());
        if (VersionPolicy.isAllowed(choice)) {
            return new VersionPolicy(choice);
        }
        section.problem("version", "\"" + choice + "\"", VersionPolicy.RULE);
        return VersionPolicy.LATEST;
    }

    private static @Nullable Tls tls(Config server) {
        Config section = server.section("tls");
        String certificate = section.text("certificate", "");
        String key = section.text("key", "");
        if (certificate.isEmpty() != key.isEmpty()) {
            server.problem("tls", "one of them", "needs both certificate and key");
        }
        return certificate.isEmpty() || key.isEmpty() ? null : new Tls(Path.of(certificate), Path.of(key));
    }

    private static Batching batching(Config section, int maxRequestExamples) {
        int queue = section.integer("queue", Math.max(4096, maxRequestExamples), 1, LARGEST_QUEUE);
        if (queue < maxRequestExamples) {
            section.problem("queue", queue, "must be at least server.max-request-examples, " + maxRequestExamples);
            queue = maxRequestExamples;
        }
        return new Batching(
                // What the CPU engine computes at once; more would gain nothing, and make small requests wait.
                section.integer("max-size", 64, 1, MOST_EXAMPLES),
                // While all threads score, batches grow by themselves.
                section.duration("max-delay", Duration.ZERO, Duration.ZERO, LONGEST_DELAY),
                queue);
    }

    private static String unset(Config section) {
        section.ignore("instance-id");
        return "";
    }

    /** The instance's id; where the settings give none, the host and the port, which no other instance can have. */
    String instanceIdOn(int actualPort) {
        if (!instanceId.isBlank()) {
            return instanceId;
        }
        try {
            return InetAddress.getLocalHost().getHostName() + "-" + actualPort;
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    "server.instance-id must be set, since this machine does not know its own name", e);
        }
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
