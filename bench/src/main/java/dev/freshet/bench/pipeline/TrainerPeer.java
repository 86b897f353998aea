package dev.freshet.bench.pipeline;

import dev.freshet.bench.engine.Configuration;
import dev.freshet.bench.peer.Orders;
import dev.freshet.bench.peer.Workload.Optimizer;
import dev.freshet.bench.peer.Workload.Rule;
import dev.freshet.core.config.Config;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.Topics;
import dev.freshet.engine.cpu.CpuEngine;
import dev.freshet.trainer.Trainer;
import dev.freshet.trainer.TrainerConfig;
import dev.freshet.trainer.TrainerStatus;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/** The whole trainer, as {@code freshet train} runs it, on a thread of its own; the main thread looks at its status. */
final class TrainerPeer {
    /** The gate's hold-out window is full by then, so that each of its decisions costs what it costs from then on. */
    private static final long STEADY_AFTER_RECORDS = 25_000;

    /** Share of the topic at which a turn ends at the latest. */
    private static final double TO = 0.95;

    private static final long LOOK_MILLIS = 2;

    private final KafkaSettings kafka;
    private final Configuration configuration;
    private final long records;
    private final String configFile;

    private TrainerPeer(KafkaSettings kafka, Configuration configuration, long records, String configFile) {
        this.kafka = kafka;
        this.configuration = configuration;
        this.records = records;
        this.configFile = configFile;
    }

    /** @param arguments bootstrap servers, configuration, records in the topic, file of settings or an empty text */
    public static void main(String[] arguments) throws IOException {
        TrainerPeer peer = new TrainerPeer(
                KafkaSettings.of(arguments[0], Topics.withPrefix("freshet.")),
                Configuration.trained(arguments[1]),
                Long.parseLong(arguments[2]),
                arguments[3]);
        new Orders().on("train", peer::train).obey();
    }

    /** {@code train NAME GATE SECONDS}: records trained on, records dealt with, seconds. */
    private String train(List<String> arguments) throws Exception {
        Trainer trainer = new Trainer(
                settings(arguments.get(0), Boolean.parseBoolean(arguments.get(1))),
                configuration.model(),
                kafka,
                new CpuEngine(),
                new SimpleMeterRegistry(),
                Clock.systemUTC());
        CompletableFuture<Void> end = new CompletableFuture<>();
        Thread thread = new Thread(() -> run(trainer, end), "trainer");
        thread.start();
        try {
            TrainerStatus from = await(trainer, end, STEADY_AFTER_RECORDS, Long.MAX_VALUE);
            long begun = System.nanoTime();
            long length = Math.round(Double.parseDouble(arguments.get(2)) * 1e9);
            TrainerStatus to = await(trainer, end, (long) (TO * records), begun + length);
            double seconds = (System.nanoTime() - begun) / 1e9;
            return String.format(
                    Locale.ROOT, "%d %d %f", to.trained() - from.trained(), to.records() - from.records(), seconds);
        } finally {
            trainer.stop();
            thread.join();
        }
    }

    private static void run(Trainer trainer, CompletableFuture<Void> end) {
        try {
            trainer.run();
            end.complete(null);
        } catch (Throwable e) {
            // The thread's outermost frame: whoever waits is told.
            end.completeExceptionally(e);
        }
    }

    /** The first status after so many records or so much time, when the trainer has just said something new. */
    private static TrainerStatus await(Trainer trainer, CompletableFuture<Void> end, long records, long deadline)
            throws Exception {
        TrainerStatus before = trainer.status();
        while (true) {
            if (end.isDone()) {
                end.get();
                throw new IllegalStateException("the trainer stopped by itself");
            }
            TrainerStatus status = trainer.status();
            boolean isNew = status.records() != before.records();
            if (isNew && (status.records() >= records || System.nanoTime() >= deadline)) {
                return status;
            }
            Thread.sleep(LOOK_MILLIS);
        }
    }

    private TrainerConfig settings(String name, boolean gate) {
        Optimizer optimizer = configuration.optimizer();
        Config config = (configFile.isEmpty() ? Config.empty() : Config.load(Path.of(configFile)))
                .override("model.name", name)
                .override("trainer.mini-batch-size", configuration.miniBatch())
                .override("trainer.evaluation-interval", gate ? null : Integer.valueOf(Integer.MAX_VALUE));
        config.section("trainer")
                .override("optimizer.type", optimizer.rule().name().toLowerCase(Locale.ROOT))
                .override("optimizer.learning-rate", optimizer.learningRate())
                .override("optimizer.momentum", optimizer.rule() == Rule.MOMENTUM ? optimizer.momentum() : null)
                .override("optimizer.weight-decay", optimizer.weightDecay());
        TrainerConfig settings = TrainerConfig.from(config);
        config.ignore("kafka", "topics", "engine", "ingest", "server").requireValid();
        return settings;
    }
}
