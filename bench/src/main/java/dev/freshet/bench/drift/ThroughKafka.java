package dev.freshet.bench.drift;

import dev.freshet.bench.kafka.Broker;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.Topics;
import dev.freshet.ingest.Ingest;
import dev.freshet.ingest.Progress;
import dev.freshet.ingest.source.ImageSource;
import dev.freshet.trainer.Learned;
import dev.freshet.trainer.Trainer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;

/** A stream in a topic, and trainers that learn it from there. Belongs to the main thread. */
final class ThroughKafka implements AutoCloseable {
    private static final long SEED = 1;

    private final Broker broker;
    private final KafkaSettings kafka;
    private final Trial trial;
    private final ImageSource images;
    private final Upheaval upheaval;

    private ThroughKafka(Broker broker, KafkaSettings kafka, Trial trial, ImageSource images, Upheaval upheaval) {
        this.broker = broker;
        this.kafka = kafka;
        this.trial = trial;
        this.images = images;
        this.upheaval = upheaval;
    }

    /**
     * Starts a broker and sends the stream; blocks until all of it is there.
     *
     * @param folder for the broker's data
     */
    static ThroughKafka ingest(Path folder, Trial trial, ImageSource images, Upheaval upheaval)
            throws InterruptedException {
        Broker broker = Broker.start(folder);
        KafkaSettings kafka =
                KafkaSettings.of(broker.settings().bootstrapServers(), new Topics("reaction.", 1, (short) 1));
        ThroughKafka stream = new ThroughKafka(broker, kafka, trial, images, upheaval);
        try {
            long unused = new Ingest(
                            trial.ingest(images, upheaval, SEED),
                            kafka,
                            images,
                            new SimpleMeterRegistry(),
                            Progress.silent(),
                            Clock.systemUTC())
                    .run();
            return stream;
        } catch (RuntimeException | InterruptedException e) {
            stream.close();
            throw e;
        }
    }

    /** @return SHA-256 of the weights that a trainer of these settings has in the end */
    String learn(Setting setting) throws InterruptedException {
        Trainer trainer = new Trainer(
                trial.trainer(setting.name(), upheaval, setting, SEED),
                trial.spec(images),
                kafka,
                trial.engine(),
                new SimpleMeterRegistry(),
                Clock.systemUTC());
        trainer.finish();
        trainer.run();
        return Learned.read(kafka, setting.name()).orElseThrow().sha256();
    }

    @Override
    public void close() {
        broker.close();
    }
}
