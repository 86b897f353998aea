package dev.freshet.bench.recovery;

import dev.freshet.core.config.Config;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.Topics;
import dev.freshet.core.model.Activation;
import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.LayerSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.engine.cpu.CpuEngine;
import dev.freshet.trainer.Trainer;
import dev.freshet.trainer.TrainerConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.List;

/**
 * The process that is killed: the whole trainer, to the end of the topic. Says on its standard output how many records it has
 * dealt with, whenever that has changed.
 */
final class TrainerProcess {
    static final InputSpec INPUT = InputSpec.image(1, 28, 28);

    /** Before the number of records; other lines are its log. */
    static final String SAID = "records ";

    private static final long LOOK_MILLIS = 1;

    /** Everything that has a memory. */
    private static final String SETTINGS = """
            trainer:
              mini-batch-size: 32
              optimizer: {type: adam, learning-rate: 0.002}
              schedule: {type: reduce-on-plateau, factor: 0.7, patience: 1}
              evaluation-interval: 4000
              checkpoint-interval: 0s
              replayable-versions: 2
              kept-versions: 0
              replay: {share: 0.25, capacity: 500}
              drift: {reaction: rewarm}
            """;

    private TrainerProcess() {}

    static TrainerConfig settings(String model) {
        Config root = Config.parse(SETTINGS, "bench").override("model.name", model);
        TrainerConfig config = TrainerConfig.from(root);
        root.requireValid();
        return config;
    }

    private static ModelSpec spec() {
        return new ModelSpec(INPUT, List.of(new LayerSpec(32, Activation.RELU, 0, 0.2)), ModelSpec.numbered(10));
    }

    static KafkaSettings kafka(String bootstrapServers, String prefix, int partitions) {
        return KafkaSettings.of(bootstrapServers, new Topics(prefix, partitions, (short) 1));
    }

    /** @param arguments bootstrap servers, prefix of the topics, their partitions, name of the model */
    public static void main(String[] arguments) throws InterruptedException {
        KafkaSettings kafka = kafka(arguments[0], arguments[1], Integer.parseInt(arguments[2]));
        Trainer trainer = new Trainer(
                settings(arguments[3]), spec(), kafka, new CpuEngine(), new SimpleMeterRegistry(), Clock.systemUTC());
        Thread reporter = new Thread(() -> report(trainer), "reporter");
        reporter.setDaemon(true);
        reporter.start();
        trainer.finish();
        trainer.run();
        say(trainer);
    }

    private static void report(Trainer trainer) {
        long before = 0;
        try {
            while (true) {
                if (trainer.status().records() != before) {
                    before = trainer.status().records();
                    say(trainer);
                }
                Thread.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void say(Trainer trainer) {
        System.out.println(SAID + trainer.status().records());
    }
}
