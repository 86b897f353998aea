package dev.freshet.trainer;

import static java.util.Objects.requireNonNull;

import dev.freshet.core.config.Config;
import dev.freshet.core.data.Decoded.Malformed;
import dev.freshet.core.data.Decoded.Reason;
import dev.freshet.core.data.Example;
import dev.freshet.core.data.MiniBatch;
import dev.freshet.core.evaluation.Answers;
import dev.freshet.core.evaluation.Decision;
import dev.freshet.core.evaluation.Decision.Outcome;
import dev.freshet.core.evaluation.Evaluation;
import dev.freshet.core.evaluation.Gate;
import dev.freshet.core.evaluation.Prequential;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.Records;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.Offsets;
import dev.freshet.core.model.Snapshot;
import dev.freshet.core.model.SnapshotCodec;
import dev.freshet.core.training.LearningRate;
import dev.freshet.engine.Engine;
import dev.freshet.engine.Network;
import dev.freshet.engine.StepResult;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The network that learns, with the version it challenges and everything that is written of it: how a mini-batch is
 * learned, when a version is published and what is committed. What is learned when, a run decides.
 *
 * <p>Lives from the start of {@link Trainer#run} to its end; belongs to the training thread.
 */
final class Learner implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Learner.class);

    private final TrainerConfig config;
    private final ModelSpec spec;
    private final KafkaSettings kafka;
    private final Engine engine;
    private final TrainerMeters meters;
    private final Clock clock;
    private final Outbox outbox;
    private final ImageStream images;

    private final float[] probabilities;
    private final Prequential prequential;
    private final HoldOutWindow holdOut;
    private final Network network;
    private LearningRate learningRate;
    private double newestLearningRate;
    private @Nullable Champion champion;
    private @Nullable Answers newestAnswers;
    private @Nullable Evaluation newestHoldOut;
    private @Nullable Evaluation newestPublished;
    private final List<EpochFigures> epochs = new ArrayList<>();
    private long highestVersion;
    private long lineageExamples;
    private long lineageSteps;
    private long trained;
    private long examples;
    private long heldOut;
    private long deadLettered;
    private long steps;
    private long versionsPublished;
    private Instant committedAt;

    Learner(
            TrainerConfig config,
            ModelSpec spec,
            KafkaSettings kafka,
            Engine engine,
            TrainerMeters meters,
            Clock clock,
            Outbox outbox,
            ImageStream images,
            PublishedVersions published) {
        this.config = config;
        this.spec = spec;
        this.kafka = kafka;
        this.engine = engine;
        this.meters = meters;
        this.clock = clock;
        this.outbox = outbox;
        this.images = images;
        int classes = spec.classes().size();
        this.probabilities = new float[config.miniBatchSize() * classes];
        this.prequential = new Prequential(classes, config.prequentialWindow());
        this.holdOut = new HoldOutWindow(config.holdOutWindow(), spec.input().size(), classes);
        this.learningRate = new LearningRate(baseRate(), config.schedule(), 1);
        this.highestVersion = published.highestVersion();
        this.committedAt = clock.instant();
        Snapshot newest = published.newest();
        if (newest == null) {
            network = engine.create(spec, config.training());
        } else {
            network = engine.restore(spec, config.training(), newest.weights());
            champion = new Champion(newest, engine);
            lineageExamples = newest.manifest().examples();
            lineageSteps = newest.manifest().steps();
        }
        log.atInfo()
                .addKeyValue("model", config.model())
                .addKeyValue("version", version())
                .addKeyValue("net", spec.summary())
                .addKeyValue("engine", engine.description())
                .addKeyValue("device", Config.nameOf(engine.device()))
                .addKeyValue("optimizer", config.training().optimizer())
                .log(newest == null ? "training from the first record" : "training on from the newest version");
    }

    private double baseRate() {
        return config.training().optimizer().learningRate();
    }

    /**
     * To be called before the first mini-batch.
     *
     * @param stepsPerEpoch 0 for a stream
     */
    void follow(long stepsPerEpoch) {
        learningRate = new LearningRate(baseRate(), config.schedule(), stepsPerEpoch);
    }

    /** Of a bounded run that goes on in a later epoch. */
    void hasLearnedBefore(long records) {
        trained += records;
    }

    void holdOut(Example example) {
        holdOut.add(example);
        heldOut++;
        meters.heldOut.increment();
    }

    /**
     * Scores a mini-batch, then learns from it: its records are seen for the first time.
     *
     * @param scheduleStep optimizer steps before this one, as the learning rate's schedule counts them
     * @param records the record of each row, asked for if the step has to be discarded
     */
    StepResult testThenTrain(
            MiniBatch miniBatch, long scheduleStep, IntFunction<ConsumerRecord<byte[], byte[]>> records) {
        StepResult result =
                step(miniBatch, scheduleStep, records, () -> network.testThenTrain(miniBatch, probabilities));
        if (result.isLearned()) {
            prequential.observe(probabilities, miniBatch.labels(), miniBatch.size());
            trained += miniBatch.size();
        }
        return result;
    }

    /** Learns from a mini-batch, for the first time or again; otherwise as {@link #testThenTrain}. */
    StepResult train(MiniBatch miniBatch, long scheduleStep, IntFunction<ConsumerRecord<byte[], byte[]>> records) {
        return step(miniBatch, scheduleStep, records, () -> network.train(miniBatch));
    }

    private StepResult step(
            MiniBatch miniBatch,
            long scheduleStep,
            IntFunction<ConsumerRecord<byte[], byte[]>> records,
            Supplier<StepResult> learning) {
        newestLearningRate = learningRate.after(scheduleStep);
        network.setLearningRate(newestLearningRate);
        long begun = System.nanoTime();
        StepResult result = learning.get();
        meters.step.record(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
        if (!result.isLearned()) {
            quarantine(miniBatch.size(), result.loss(), records);
            return result;
        }
        if (result.outcome() == StepResult.Outcome.APPLIED) {
            steps++;
            lineageSteps++;
        }
        examples += miniBatch.size();
        lineageExamples += miniBatch.size();
        meters.trained.increment(miniBatch.size());
        return result;
    }

    /** One of these records did it; which one, only a person can find out. */
    private void quarantine(int size, double loss, IntFunction<ConsumerRecord<byte[], byte[]>> records) {
        meters.stepsDiscarded.increment();
        log.atWarn()
                .addKeyValue("loss", loss)
                .addKeyValue("examples", size)
                .addKeyValue("firstOffset", records.apply(0).offset())
                .log("discarded a step that was not finite");
        Malformed reason = new Malformed(
                Reason.NON_FINITE_STEP,
                "a mini-batch of " + size + " records with this one in it gave a loss of " + loss
                        + " or a gradient that is not finite");
        for (int row = 0; row < size; row++) {
            // Another run may have had them in another mini-batch, or in one that it left unfinished, and not have sent
            // them: a dead letter that comes twice is better than one that never comes.
            deadLetter(records.apply(row), reason, true);
        }
    }

    void deadLetter(ConsumerRecord<byte[], byte[]> record, Malformed malformed, boolean send) {
        deadLettered++;
        meters.deadLettered.increment();
        meters.deadLetters(malformed.reason()).increment();
        if (send) {
            outbox.add(Records.deadLetter(kafka.topics().imagesDeadLetters(), record, malformed));
            log.atDebug()
                    .addKeyValue("partition", record.partition())
                    .addKeyValue("offset", record.offset())
                    .addKeyValue("reason", malformed.detail())
                    .log("dead-lettered a record");
        }
    }

    /** How the network does on the hold-out records; null while there are none. */
    @Nullable
    Evaluation evaluate() {
        long begun = System.nanoTime();
        newestAnswers = holdOut.answers(network::predict).orElse(null);
        Evaluation candidate = newestAnswers == null ? null : newestAnswers.evaluation();
        if (candidate != null) {
            meters.evaluation.record(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
            newestHoldOut = candidate;
            learningRate.observe(candidate.loss());
        }
        return candidate;
    }

    /**
     * Candidate against champion on the same examples; the winner is what is published afterwards.
     *
     * @param candidate as {@link #evaluate} has just found it
     * @param epoch null in a stream
     * @return the version that was published; null for none
     */
    @Nullable
    Long challenge(Evaluation candidate, @Nullable Integer epoch) throws InterruptedException {
        Answers championAnswers = champion == null ? null : champion.answersTo(holdOut);
        Evaluation opponent = championAnswers == null ? null : championAnswers.evaluation();
        meters.evaluated(candidate, opponent);
        Gate.Verdict verdict = config.gate()
                .decide(
                        requireNonNull(newestAnswers),
                        championAnswers,
                        spec.classes().size());
        if (verdict.publish()) {
            return publish(candidate, opponent, verdict, epoch);
        }
        meters.refused.increment();
        decide(Outcome.REFUSED, verdict, null, candidate, opponent);
        return null;
    }

    private long publish(
            Evaluation candidate, @Nullable Evaluation opponent, Gate.Verdict verdict, @Nullable Integer epoch)
            throws InterruptedException {
        long begun = System.nanoTime();
        long parent = version();
        Offsets learnedFrom = champion == null
                ? Offsets.none(kafka.topics().images())
                : champion.manifest().learnedTo();
        SnapshotCodec.Encoded encoded = SnapshotCodec.encode(
                new SnapshotCodec.Draft(
                        config.model(),
                        highestVersion + 1,
                        parent,
                        spec,
                        learnedFrom,
                        images.position(),
                        lineageExamples,
                        lineageSteps,
                        epoch,
                        candidate,
                        opponent,
                        engine.name(),
                        Config.nameOf(engine.device()),
                        clock.instant()),
                network.weights());
        for (SnapshotCodec.Part part : encoded.parts()) {
            outbox.add(new ProducerRecord<>(
                    kafka.topics().models(), 0, part.key().getBytes(StandardCharsets.UTF_8), part.value()));
        }
        decide(Outcome.PUBLISHED, verdict, encoded.snapshot().version(), candidate, opponent);
        commit();
        highestVersion = encoded.snapshot().version();
        versionsPublished++;
        newestPublished = candidate;
        if (champion != null) {
            champion.close();
        }
        champion = new Champion(encoded.snapshot(), engine);
        meters.published.increment();
        meters.publish.record(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
        log.atInfo()
                .addKeyValue("version", highestVersion)
                .addKeyValue("examples", lineageExamples)
                .addKeyValue("loss", candidate.loss())
                .addKeyValue("accuracy", candidate.accuracy())
                .log("published");
        return highestVersion;
    }

    private void decide(
            Outcome outcome,
            Gate.Verdict verdict,
            @Nullable Long version,
            Evaluation candidate,
            @Nullable Evaluation opponent) {
        Decision decision = new Decision(
                config.model(),
                outcome,
                verdict.reason(),
                version,
                version(),
                candidate,
                opponent,
                lineageExamples,
                clock.instant());
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                kafka.topics().decisions(),
                config.model().getBytes(StandardCharsets.UTF_8),
                SnapshotCodec.toJson(decision));
        Records.put(record.headers(), Records.CONTENT_TYPE, "application/json");
        outbox.add(record);
    }

    void epochEnded(EpochFigures figures) {
        epochs.add(figures);
    }

    /**
     * The offsets say which records are trained, held out, dead-lettered or in the unfinished mini-batch. What a
     * version has learned from stands in its manifest; a checkpoint will be written here, in the same transaction.
     */
    void commit() throws InterruptedException {
        outbox.commit(images.toCommit(), images.group());
        committedAt = clock.instant();
    }

    void commitIfDue() throws InterruptedException {
        if (!clock.instant().isBefore(committedAt.plus(config.commitInterval()))) {
            commit();
        }
    }

    /** Of the newest published version; 0 for none. */
    long version() {
        return champion == null ? 0 : champion.manifest().version();
    }

    /** Optimizer steps of this network's whole lineage. */
    long lineageSteps() {
        return lineageSteps;
    }

    /** Of the newest step. */
    double newestLearningRate() {
        return newestLearningRate;
    }

    int holdOutSize() {
        return holdOut.size();
    }

    /** How far this has come, as one value. */
    TrainerStatus status() {
        return new TrainerStatus(
                trained,
                examples,
                heldOut,
                deadLettered,
                steps,
                version(),
                versionsPublished,
                prequential.window().orElse(null),
                prequential.cumulativeAccuracy(),
                newestHoldOut,
                newestPublished,
                epochs);
    }

    @Override
    public void close() {
        network.close();
        if (champion != null) {
            champion.close();
        }
    }
}
