package dev.freshet.bench.scoring;

import dev.freshet.bench.peer.Orders;
import dev.freshet.core.config.Config;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.Topics;
import dev.freshet.engine.cpu.CpuEngine;
import dev.freshet.server.Server;
import dev.freshet.server.ServerConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The whole server, as {@code freshet serve} runs it; one thread of it answers the topic. */
final class FreshetScoring {
    private final String bootstrapServers;
    private @Nullable Server server;

    private FreshetScoring(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /** @param arguments bootstrap servers */
    public static void main(String[] arguments) throws IOException {
        FreshetScoring scoring = new FreshetScoring(arguments[0]);
        new Orders()
                .on("start", order -> scoring.start(order.get(0), Guarantee.valueOf(order.get(1))))
                .on("stop", order -> scoring.stop())
                .obey();
    }

    private String start(String group, Guarantee guarantee) {
        Config config = Config.empty()
                .override("model.name", ScoringBenchmark.MODEL)
                .override("server.host", "127.0.0.1")
                .override("server.port", 0)
                .override("server.group-id", group)
                .override("server.instance-id", group)
                .override("server.exactly-once", guarantee == Guarantee.EXACTLY_ONCE);
        ServerConfig settings = ServerConfig.from(config);
        config.requireValid();
        // A static member: one that was killed finds its partitions when it comes back.
        KafkaSettings kafka = new KafkaSettings(
                Map.of("bootstrap.servers", bootstrapServers, "group.instance.id", group),
                Topics.withPrefix("freshet."));
        server = new Server(
                        settings,
                        new CpuEngine(),
                        kafka,
                        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                        Clock.systemUTC())
                .start();
        return "";
    }

    private String stop() {
        if (server != null) {
            server.close();
            server = null;
        }
        return "";
    }
}
