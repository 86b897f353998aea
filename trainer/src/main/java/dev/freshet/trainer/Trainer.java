package dev.freshet.trainer;

import dev.freshet.core.config.Config;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.metrics.Meters;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.Offsets;
import dev.freshet.core.model.Snapshot;
import dev.freshet.engine.Engine;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Clock;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One trainer: takes records from {@code images}, tests and then trains on them, and publishes a version whenever the
 * gate finds it better than the last.
 *
 * <p>A version and the offsets it has learned from are one value. Whoever starts again goes on from the newest version,
 * at its offsets: in the lineage of what is published no record is learned twice or skipped.
 */
public final class Trainer {
    private static final Logger log = LoggerFactory.getLogger(Trainer.class);

    private final TrainerConfig config;
    private final ModelSpec spec;
    private final KafkaSettings kafka;
    private final Engine engine;
    private final Clock clock;
    private final MeterRegistry registry;
    private final TrainerMeters meters;
    private final String group;

    private volatile boolean stopping;
    private volatile boolean finishing;
    private volatile TrainerStatus status = TrainerStatus.NOTHING_YET;

    public Trainer(
            TrainerConfig config,
            ModelSpec spec,
            KafkaSettings kafka,
            Engine engine,
            MeterRegistry registry,
            Clock clock) {
        this.config = config;
        this.spec = spec;
        this.kafka = kafka;
        this.engine = engine;
        this.clock = clock;
        this.registry = registry;
        this.group = kafka.topics().prefix() + "trainer." + config.model();
        this.meters = new TrainerMeters(registry, this);
        Meters.TRAINER_ENGINE.gauge(
                registry, () -> 1, "engine", engine.name(), "device", Config.nameOf(engine.device()));
    }

    /** How far this trainer has come; from any thread. */
    public TrainerStatus status() {
        return status;
    }

    /** Ends {@link #run} at the next record; from any thread. What is not in a version yet is learned again next time. */
    public void stop() {
        stopping = true;
    }

    /**
     * Ends {@link #run} once it has learned all that is in the topic now, the last mini-batch however small it is, and has
     * put the result before the gate; from any thread.
     */
    public void finish() {
        finishing = true;
    }

    /**
     * Learns until {@link #stop} or {@link #finish}; the topics must exist.
     *
     * @throws IllegalArgumentException if the newest version was made with another spec
     * @throws KafkaException if another trainer of the same model has started, or the broker goes on refusing
     */
    public void run() throws InterruptedException {
        try {
            connectAndLearn();
        } catch (InterruptException e) {
            throw interrupted(e);
        }
    }

    private void connectAndLearn() throws InterruptedException {
        try (Outbox outbox = Outbox.open(kafka, config.model())) {
            // Only now: the fenced predecessor can publish nothing more.
            PublishedVersions published = PublishedVersions.read(kafka, config.model());
            requireSameSpec(published.newest());
            try (ImageStream images = ImageStream.open(kafka, group, startAt(published.newest()), clock);
                    Learner learner =
                            new Learner(config, spec, kafka, engine, meters, clock, outbox, images, published);
                    KafkaClientMetrics consumerMetrics = new KafkaClientMetrics(images.consumer());
                    KafkaClientMetrics producerMetrics = new KafkaClientMetrics(outbox.producer())) {
                consumerMetrics.bindTo(registry);
                producerMetrics.bindTo(registry);
                learn(learner, images, published.newest());
            }
        }
    }

    private void learn(Learner learner, ImageStream images, @Nullable Snapshot newest) throws InterruptedException {
        try {
            if (config.epochs() == null) {
                new StreamRun(this, config, spec, learner, images).learn();
            } else {
                try (EpochRun run = new EpochRun(this, config, config.epochs(), spec, learner, images)) {
                    run.learn(newest == null ? null : newest.manifest());
                }
            }
        } catch (InterruptException e) {
            throw interrupted(e);
        }
        log.atInfo()
                .addKeyValue("trained", status.trained())
                .addKeyValue("heldOut", status.heldOut())
                .addKeyValue("deadLettered", status.deadLettered())
                .addKeyValue("version", status.version())
                .log("trainer stopped");
    }

    /** Kafka's exception leaves the thread's flag set, with which its own clients could not be closed in order. */
    private static InterruptedException interrupted(InterruptException e) {
        boolean unused = Thread.interrupted();
        return (InterruptedException) new InterruptedException("while training").initCause(e);
    }

    private void requireSameSpec(@Nullable Snapshot newest) {
        if (newest != null && !newest.spec().equals(spec)) {
            throw new IllegalArgumentException("version " + newest.version() + " of model \"" + config.model()
                    + "\" was made with another spec (" + newest.spec().summary() + " for "
                    + newest.spec().input()
                    + ", the configuration says " + spec.summary() + " for " + spec.input()
                    + "): set model.name to a new name, or model to the old spec");
        }
    }

    /** A stream goes on behind what the newest version has learned; epochs begin with the first record each time. */
    private Offsets startAt(@Nullable Snapshot newest) {
        if (newest == null || config.epochs() != null) {
            return Offsets.none(kafka.topics().images());
        }
        Offsets learnedTo = newest.manifest().learnedTo();
        return learnedTo.topic().equals(kafka.topics().images())
                ? learnedTo
                : Offsets.none(kafka.topics().images());
    }

    boolean isStopping() {
        return stopping;
    }

    boolean isFinishing() {
        return finishing;
    }

    /** How far a run has come, for whoever looks. */
    void report(ImageStream images, Learner learner) {
        meters.polled(images.lag(), learner.holdOutSize());
        status = learner.status();
    }
}
