package dev.freshet.bench.drift;

import dev.freshet.core.config.Config;
import dev.freshet.core.model.Activation;
import dev.freshet.core.model.LayerSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.engine.Engine;
import dev.freshet.engine.cpu.CpuEngine;
import dev.freshet.ingest.Encoding;
import dev.freshet.ingest.IngestConfig;
import dev.freshet.ingest.Outgoing;
import dev.freshet.ingest.source.ImageSource;
import dev.freshet.trainer.Rehearsal;
import dev.freshet.trainer.TrainerConfig;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What all runs have in common: stream, net, and the settings that are not compared. Belongs to one thread. */
final class Trial {
    private static final String TOPIC = "images";
    private static final double HOLD_OUT = 0.1;
    private static final Map<String, String> OPTIMIZERS =
            Map.of("adam", "{type: adam, learning-rate: 0.002}", "sgd", "{type: sgd, learning-rate: 0.05}");

    private final String optimizer;
    private final int driftAt;
    private final int records;
    private final Engine engine = CpuEngine.withThreads(1);

    /** @throws IllegalArgumentException if there is no such optimizer */
    Trial(String optimizer, int driftAt, int records) {
        String settings = OPTIMIZERS.get(optimizer);
        if (settings == null) {
            throw new IllegalArgumentException("--optimizer: \"" + optimizer + "\" is neither adam nor sgd");
        }
        this.optimizer = settings;
        this.driftAt = driftAt;
        this.records = records;
    }

    Engine engine() {
        return engine;
    }

    /** What is sent: a finite source in another order for each seed, a second time if it is too short. */
    IngestConfig ingest(ImageSource images, Upheaval upheaval, long seed) {
        boolean finite = images.size().isPresent();
        return new IngestConfig(
                IngestConfig.UNLIMITED,
                finite ? 2 : 1,
                finite ? OptionalLong.of(seed) : OptionalLong.empty(),
                OptionalLong.of(records),
                Encoding.PROTOBUF,
                upheaval.drifts(driftAt),
                seed);
    }

    List<ProducerRecord<byte[], byte[]>> records(ImageSource images, Upheaval upheaval, long seed) {
        Outgoing outgoing = new Outgoing(ingest(images, upheaval, seed), TOPIC, images, Clock.systemUTC());
        List<ProducerRecord<byte[], byte[]>> all = new ArrayList<>(records);
        for (ProducerRecord<byte[], byte[]> next = outgoing.next(); next != null; next = outgoing.next()) {
            all.add(next);
        }
        return all;
    }

    ModelSpec spec(ImageSource images) {
        return new ModelSpec(images.input(), List.of(new LayerSpec(128, Activation.RELU)), images.classes());
    }

    /** As a trainer's configuration says it. */
    TrainerConfig trainer(String model, Upheaval upheaval, Setting setting, long seed) {
        Config root = Config.parse(
                        """
                trainer:
                  optimizer: %s
                  seed: %d
                  hold-out-share: %s
                  prequential-window: 1000
                  replay: {%s}
                  drift: {%s}
                """.formatted(
                                        optimizer,
                                        seed,
                                        HOLD_OUT,
                                        setting.replay(),
                                        together(setting.drift(), upheaval.detector(driftAt, 1 - HOLD_OUT))),
                        "bench")
                .override("model.name", model);
        TrainerConfig config = TrainerConfig.from(root);
        root.requireValid();
        return config;
    }

    private static String together(String settings, String more) {
        return more.isEmpty() ? settings : settings + ", " + more;
    }

    Rehearsal rehearsal(ImageSource images, Upheaval upheaval, Setting setting, long seed) {
        return new Rehearsal(trainer("rehearsed", upheaval, setting, seed), spec(images), engine);
    }
}
