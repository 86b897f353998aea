package dev.freshet.bench.serving;

import com.sun.management.OperatingSystemMXBean;
import dev.freshet.bench.peer.Orders;
import dev.freshet.core.config.Config;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.Topics;
import dev.freshet.engine.cpu.CpuEngine;
import dev.freshet.server.Server;
import dev.freshet.server.ServerConfig;
import dev.freshet.server.http.HttpServer;
import dev.freshet.server.http.ListenAddress;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Clock;

/** The whole server, as {@code freshet serve} runs it, and an {@link Echo} on a port of its own, in one process. */
final class ServingPeer {
    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private ServingPeer() {}

    /** @param arguments bootstrap servers */
    public static void main(String[] arguments) throws IOException {
        Config config = Config.empty()
                .override("model.name", ServedVersions.MODEL)
                .override("server.host", "127.0.0.1")
                .override("server.port", 0)
                .override("server.kafka-scoring", false);
        ServerConfig settings = ServerConfig.from(config);
        config.requireValid();
        KafkaSettings kafka = KafkaSettings.of(arguments[0], Topics.withPrefix("freshet."));
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (Server server = new Server(settings, new CpuEngine(), kafka, registry, Clock.systemUTC()).start();
                HttpServer echo = HttpServer.start(
                        new ListenAddress("echo", "127.0.0.1", 0), routes -> new Echo().addTo(routes))) {
            new Orders()
                    .on("server", order -> Integer.toString(server.port()))
                    .on("echo", order -> Integer.toString(echo.port()))
                    .on("version", order -> Long.toString(server.servedVersion()))
                    .on("cpu", order -> Long.toString(PROCESS.getProcessCpuTime()))
                    .obey();
        }
    }
}
