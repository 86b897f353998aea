package dev.freshet.server;

import dev.freshet.core.config.Config;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.Registry;
import dev.freshet.core.metrics.Meters;
import dev.freshet.core.model.Manifest;
import dev.freshet.engine.Engine;
import dev.freshet.server.admin.AdminRoutes;
import dev.freshet.server.admin.AdminService;
import dev.freshet.server.admin.Administration;
import dev.freshet.server.api.Inference;
import dev.freshet.server.grpc.GrpcEndpoint;
import dev.freshet.server.http.FrontPage;
import dev.freshet.server.http.HttpServer;
import dev.freshet.server.http.ListenAddress;
import dev.freshet.server.http.ModelStatus;
import dev.freshet.server.http.Observability;
import dev.freshet.server.kafka.KafkaPath;
import dev.freshet.server.kafka.KafkaScorer;
import dev.freshet.server.model.ModelFollower;
import dev.freshet.server.model.ServedModel;
import dev.freshet.server.model.Shadow;
import dev.freshet.server.model.VersionIndex;
import dev.freshet.server.rest.RestEndpoint;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One serving process: follows the topics {@code models} and {@code serving}, and answers over gRPC, HTTP and Kafka with
 * the version that is to be served.
 *
 * <p>Whoever starts the process makes it, starts it and closes it; the other methods are for any thread.
 */
public final class Server implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Server.class);

    /** A batch of 1 024 colour images of 64×64 in FP32 is 48 MiB. */
    private static final long LARGEST_REQUEST_BYTES = 64L << 20;

    private final ServerConfig config;
    private final Engine engine;
    private final KafkaSettings kafka;
    private final PrometheusMeterRegistry registry;
    private final Clock clock;
    private final ServedModel served;
    private final ExecutorService scoring;
    private final Inference inference;
    private final VersionIndex index;
    private final Administration administration;
    private final GrpcEndpoint grpc;
    private final RestEndpoint rest;
    private final CompletableFuture<Void> termination = new CompletableFuture<>();

    /** What was started, the last first. Only the owner's thread touches it. */
    private final Deque<AutoCloseable> started = new ArrayDeque<>();

    private volatile int port;

    /**
     * @param engine makes the scorers; stays the caller's
     * @param kafka how to reach the broker, whose topics must exist
     * @param registry where the meters go, and what {@code /metrics} shows
     */
    public Server(
            ServerConfig config, Engine engine, KafkaSettings kafka, PrometheusMeterRegistry registry, Clock clock) {
        this.config = config;
        this.engine = engine;
        this.kafka = kafka;
        this.registry = registry;
        this.clock = clock;
        this.served = new ServedModel(config.model());
        this.scoring = Executors.newFixedThreadPool(config.scoringThreads(), Server::scoringThread);
        this.inference = new Inference(
                served,
                config.maxRequestExamples(),
                config.batching(),
                scoring,
                config.scoringThreads(),
                () -> failure().isEmpty(),
                registry);
        this.index = new VersionIndex(config.model());
        this.administration = new Administration(served, index, new Registry(kafka, clock));
        this.grpc = config.admin()
                ? new GrpcEndpoint(inference, registry, new AdminService(administration))
                : new GrpcEndpoint(inference, registry);
        this.rest = new RestEndpoint(inference, registry);
    }

    /**
     * Opens the port, then follows the model and the requests; returns before the first version is loaded.
     *
     * @return this
     * @throws IllegalArgumentException if the port is taken
     * @throws org.apache.kafka.common.KafkaException if the client settings are wrong
     */
    public Server start() {
        try {
            started.push(served);
            started.push(scoring::shutdown);
            started.push(Shadow.start(served, registry));
            started.push(inference);
            String device = Config.nameOf(engine.device());
            Meters.SERVER_ENGINE.gauge(registry, () -> 1, "engine", engine.name(), "device", device);
            log.atInfo()
                    .addKeyValue("model", config.model())
                    .addKeyValue("engine", engine.description())
                    .addKeyValue("device", device)
                    .log("serving as soon as there is a version");
            HttpServer http = HttpServer.start(
                    new ListenAddress("server.port", config.host(), config.port()), config.tls(), routes -> {
                        new Observability(registry, this::failure, this::unreadiness).addTo(routes);
                        new ModelStatus(config.model(), served::manifest).addTo(routes);
                        new FrontPage().addTo(routes);
                        routes.maxRequestLength(LARGEST_REQUEST_BYTES);
                        routes.blockingTaskExecutor(config.scoringThreads());
                        grpc.addTo(routes);
                        rest.addTo(routes);
                        if (config.admin()) {
                            new AdminRoutes(administration).addTo(routes);
                        }
                    });
            started.push(http);
            port = http.port();
            started.push(ModelFollower.start(
                    served,
                    index,
                    config.version(),
                    engine,
                    kafka,
                    registry,
                    clock,
                    () -> grpc.setReady(inference.isReady()),
                    failing("follower")));
            if (config.kafkaScoring()) {
                KafkaPath path = new KafkaPath(
                        config.groupId(),
                        config.instanceIdOn(port),
                        config.exactlyOnce(),
                        config.commitInterval(),
                        config.maxPollRecords());
                started.push(KafkaScorer.start(served, kafka, path, registry, clock, failing("Kafka scorer")));
            }
            return this;
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** The port it listens on, also where any was asked for. */
    public int port() {
        return port;
    }

    /** Where a browser on this machine finds it, such as {@code http://localhost:8080/}. */
    public String url() {
        return (config.tls() == null ? "http" : "https") + "://localhost:" + port + "/";
    }

    /** The version that answers now; 0 before the first. */
    public long servedVersion() {
        return served.version();
    }

    /** What is known of the version that answers now. */
    public Optional<Manifest> servedManifest() {
        return served.manifest();
    }

    /** Completes when the server was closed, or exceptionally when a part of it cannot go on. */
    public CompletableFuture<Void> termination() {
        return termination.copy();
    }

    /**
     * Blocks until the server was closed.
     *
     * @throws ServerFailedException if a part of it cannot go on; it is still to be closed
     */
    public void awaitTermination() throws InterruptedException {
        try {
            termination.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof ServerFailedException failed
                    ? failed
                    : new IllegalStateException("the server failed", e.getCause());
        }
    }

    /** Commits what was scored, lets answers under way arrive, and stops; takes a few seconds at most. */
    @Override
    public void close() {
        grpc.setReady(false);
        while (!started.isEmpty()) {
            AutoCloseable part = started.pop();
            try {
                part.close();
            } catch (Exception e) {
                // The others are to be closed, too.
                log.atWarn().setCause(e).log("a part of the server did not close");
            }
        }
        termination.complete(null);
    }

    private static Thread scoringThread(Runnable task) {
        Thread thread = new Thread(task, "freshet-scoring");
        thread.setDaemon(true);
        return thread;
    }

    private Consumer<Throwable> failing(String part) {
        return cause -> {
            ServerFailedException failure = new ServerFailedException(part, cause);
            grpc.setReady(false);
            if (termination.completeExceptionally(failure)) {
                log.atError().addKeyValue("part", part).setCause(cause).log("the server cannot go on");
            }
        };
    }

    private Optional<String> failure() {
        return termination.isCompletedExceptionally()
                ? Optional.of("a part of the server failed; its log says which and why")
                : Optional.empty();
    }

    private Optional<String> unreadiness() {
        return failure()
                .or(() -> served.isLoaded()
                        ? Optional.empty()
                        : Optional.of("no version of model " + config.model() + " has been loaded yet"));
    }
}
