package dev.freshet.launcher;

import dev.freshet.core.config.Config;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.TopicCreation;
import dev.freshet.engine.Engine;
import dev.freshet.server.Server;
import dev.freshet.server.ServerConfig;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** One server process. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = {
            "Follows the topics models and serving and answers with the version that is to be served, as a rule the newest: gRPC "
                    + "(Open Inference Protocol v2), the topic requests, /metrics, /health/live and /health/ready."
        })
final class ServeCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /** A broker that starts at the same time is waited for. */
    private static final Duration FAILURE_CHECK_INTERVAL = Duration.ofMillis(200);

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Mixin
    private final KafkaOptions kafkaOptions = new KafkaOptions();

    @Option(
            names = "--port",
            description = "gRPC and HTTP, 0 for any free one; default: what --config says, or else 8080.")
    private @Nullable Integer port;

    @Override
    public Integer call() throws Exception {
        Config config = kafkaOptions.read().override("server.port", port);
        KafkaSettings kafka = KafkaSettings.from(config);
        ServerConfig settings = ServerConfig.from(config);
        Engine engine = Engines.from(config);
        config.requireValid();

        Server server = new Server(settings, engine, kafka, Registries.create(), Clock.systemUTC());
        try (Stopping stopping = Stopping.onSignal(() -> {})) {
            TopicCreation.createMissing(kafka, PATIENCE, stopping::isAsked);
            try (server) {
                server.start();
                spec.commandLine().getOut().println("serving on port " + server.port());
                spec.commandLine().getOut().flush();
                while (!stopping.await(FAILURE_CHECK_INTERVAL)) {
                    if (server.termination().isDone()) {
                        server.awaitTermination();
                    }
                }
            }
        }
        return 0;
    }
}
