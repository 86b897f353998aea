package dev.freshet.trainer;

import dev.freshet.core.config.Config;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.metrics.Meters;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.Offsets;
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
 * <p>Weights, all else that the next step depends on, and the offsets that were learned from are one value, the checkpoint.
 * Whoever starts again goes on from the newest one: in what is learned no record is there twice or left out.
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
        this.meters = new TrainerMeters(registry, this::status, spec.classes());
        Meters.TRAINER_ENGINE.gauge(
                registry, () -> 1, "engine", engine.name(), "device", Config.nameOf(engine.device()));
    }

    /** How far this trainer has come; from any thread. */
    public TrainerStatus status() {
        return status;
    }

    /** Ends {@link #run} at the next record; from any thread. The next start goes on from there. */
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
        boolean again;
        do {
            try (Outbox outbox = Outbox.open(kafka, config.model())) {
                // Only now: the fenced predecessor can publish nothing more.
                Start start = Start.find(kafka, config.model());
                start.requireSpec(config.model(), spec);
                again = learnFrom(start, outbox);
            }
        } while (again);
        log.atInfo()
                .addKeyValue("trained", status.trained())
                .addKeyValue("heldOut", status.heldOut())
                .addKeyValue("deadLettered", status.deadLettered())
                .addKeyValue("version", status.version())
                .log("trainer stopped");
    }

    /** @return whether a checkpoint was written to go on from, since the weights had gone wrong */
    private boolean learnFrom(Start start, Outbox outbox) throws InterruptedException {
        String topic = kafka.topics().images();
        // Epochs begin with the first record each time.
        Offsets from = config.epochs() == null ? start.position(topic) : Offsets.none(topic);
        ReplayMemory memory = StreamRun.replayMemory(config, spec, start);
        // Epochs read everything anew.
        Checkpoint checkpoint = config.epochs() == null ? start.checkpoint() : null;
        Kept kept = Kept.of(kafka, new Decoding(spec, config.holdOut()), checkpoint, memory);
        try (ImageStream images = ImageStream.open(kafka, group, from, clock);
                KafkaClientMetrics consumerMetrics = new KafkaClientMetrics(images.consumer());
                KafkaClientMetrics producerMetrics = new KafkaClientMetrics(outbox.producer())) {
            consumerMetrics.bindTo(registry);
            producerMetrics.bindTo(registry);
            outbox.commitOffsetsOf(images.group());
            Progress progress = new Progress(from, start.taken(), images.committed());
            try (Learner learner =
                            new Learner(config, spec, kafka, engine, meters, clock, outbox, progress, start, kept);
                    ReadAhead ahead = ReadAhead.start(
                            images, new Decoding(spec, config.holdOut()), () -> finishing || config.epochs() != null)) {
                learn(learner, ahead, progress, memory, start, kept);
                return false;
            } catch (Setback.GoingBackException e) {
                return true;
            } catch (InterruptException e) {
                throw interrupted(e);
            }
        }
    }

    private void learn(
            Learner learner, ReadAhead ahead, Progress progress, @Nullable ReplayMemory memory, Start start, Kept kept)
            throws InterruptedException {
        Runnable report = () -> report(ahead, learner);
        if (config.epochs() == null) {
            new StreamRun(config, spec, learner, ahead, progress, memory, start, kept).learn(() -> stopping, report);
        } else {
            try (EpochRun run = new EpochRun(config, config.epochs(), spec, kafka, learner, progress)) {
                run.learn(ahead, start, () -> stopping, report);
            }
        }
    }

    /** Kafka's exception leaves the thread's flag set, with which its own clients could not be closed in order. */
    private static InterruptedException interrupted(InterruptException e) {
        boolean unused = Thread.interrupted();
        return (InterruptedException) new InterruptedException("while training").initCause(e);
    }

    /** How far a run has come, for whoever looks. */
    private void report(ReadAhead ahead, Learner learner) {
        meters.polled(ahead.lag(), learner.figures());
        status = learner.status();
    }
}
