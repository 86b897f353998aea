package dev.freshet.launcher;

import dev.freshet.core.config.Config;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.TopicCreation;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.engine.Engine;
import dev.freshet.server.http.ObservabilityServer;
import dev.freshet.trainer.Trainer;
import dev.freshet.trainer.TrainerConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One trainer process. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description = "Learns from the topic images and publishes a version whenever it is better than the last.",
        footer = {
            "",
            "Without a section model, the net is 784-512-10 with ReLU, for grey images of 28×28 in 10 classes.",
            "Ctrl-C stops it; the next start goes on where it was, to the last bit."
        })
final class TrainCommand implements Callable<Integer> {
    private static final Logger log = LoggerFactory.getLogger(TrainCommand.class);
    /** A broker that starts at the same time is waited for. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Mixin
    private final KafkaOptions kafkaOptions = new KafkaOptions();

    @Option(
            names = "--metrics-port",
            paramLabel = "PORT",
            defaultValue = "8081",
            description = "Serves /metrics and /health there; 0 for any free port; default: ${DEFAULT-VALUE}.")
    private int metricsPort;

    @Override
    public Integer call() throws Exception {
        Config config = kafkaOptions.read();
        KafkaSettings kafka = KafkaSettings.from(config);
        TrainerConfig settings = TrainerConfig.from(config);
        ModelSpec spec = ModelSpec.from(config.section("model"), DefaultModel.forMnist());
        Engine engine = Engines.from(config);
        config.requireValid();

        PrometheusMeterRegistry registry = Registries.create();
        Trainer trainer = new Trainer(settings, spec, kafka, engine, registry, Clock.systemUTC());
        try (Stopping stopping = Stopping.onSignal(trainer::stop);
                ObservabilityServer metrics =
                        ObservabilityServer.start(metricsPort, registry, () -> !stopping.isAsked())) {
            log.atInfo().addKeyValue("port", metrics.port()).log("metrics and health");
            TopicCreation.createMissing(kafka, PATIENCE, stopping::isAsked);
            trainer.run();
        }
        return 0;
    }
}
