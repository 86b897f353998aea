package dev.freshet.trainer;

import dev.freshet.core.data.Decoded;
import dev.freshet.core.data.Decoded.Malformed;
import dev.freshet.core.data.Decoded.Reason;
import dev.freshet.core.data.Decoded.Valid;
import dev.freshet.core.data.Example;
import dev.freshet.core.data.MiniBatch;
import dev.freshet.core.data.RecordDecoder;
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
import dev.freshet.engine.Engine;
import dev.freshet.engine.Network;
import dev.freshet.engine.StepResult;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
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
            Offsets resumeAt = resumePoint(published.newest());
            try (ImageStream images = ImageStream.open(kafka, group, resumeAt, clock);
                    Run run = new Run(outbox, images, published);
                    KafkaClientMetrics consumerMetrics = new KafkaClientMetrics(images.consumer());
                    KafkaClientMetrics producerMetrics = new KafkaClientMetrics(outbox.producer())) {
                consumerMetrics.bindTo(registry);
                producerMetrics.bindTo(registry);
                run.learn();
            }
        }
    }

    /** Kafka's exception leaves the thread's flag set, with which its own clients could not be closed in order. */
    private static InterruptedException interrupted(InterruptException e) {
        boolean unused = Thread.interrupted();
        return (InterruptedException) new InterruptedException("while training").initCause(e);
    }

    private Offsets resumePoint(@Nullable Snapshot newest) {
        if (newest == null) {
            return Offsets.none(kafka.topics().images());
        }
        if (!newest.spec().equals(spec)) {
            throw new IllegalArgumentException("version " + newest.version() + " of model \"" + config.model()
                    + "\" was made with another spec (" + newest.spec().summary() + " for "
                    + newest.spec().input()
                    + ", the configuration says " + spec.summary() + " for " + spec.input()
                    + "): set model.name to a new name, or model to the old spec");
        }
        Offsets learnedTo = newest.manifest().learnedTo();
        return learnedTo.topic().equals(kafka.topics().images())
                ? learnedTo
                : Offsets.none(kafka.topics().images());
    }

    /** What lives from the start of {@link Trainer#run} to its end. */
    private final class Run implements AutoCloseable {
        private final Outbox outbox;
        private final ImageStream images;
        private final RecordDecoder decoder =
                RecordDecoder.ofLabelled(spec.input(), spec.classes().size());
        private final MiniBatch miniBatch =
                new MiniBatch(config.miniBatchSize(), spec.input().size());
        private final List<ConsumerRecord<byte[], byte[]>> inMiniBatch = new ArrayList<>();
        private final float[] probabilities =
                new float[config.miniBatchSize() * spec.classes().size()];
        private final Prequential prequential = new Prequential(spec.classes().size(), config.prequentialWindow());
        private final HoldOutWindow holdOut = new HoldOutWindow(
                config.holdOutWindow(), spec.input().size(), spec.classes().size());
        private final Network network;
        private @Nullable Champion champion;
        private @Nullable Evaluation newestHoldOut;
        private @Nullable Evaluation newestPublished;
        private long highestVersion;
        private long lineageExamples;
        private long lineageSteps;
        private long trained;
        private long heldOut;
        private long deadLettered;
        private long steps;
        private long versionsPublished;
        private long trainedAtEvaluation;
        private Instant committedAt = clock.instant();

        Run(Outbox outbox, ImageStream images, PublishedVersions published) {
            this.outbox = outbox;
            this.images = images;
            this.highestVersion = published.highestVersion();
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
                    .addKeyValue("version", newest == null ? 0 : newest.version())
                    .addKeyValue("net", spec.summary())
                    .addKeyValue("engine", engine.description())
                    .addKeyValue("optimizer", config.training().optimizer())
                    .log(newest == null ? "training from the first record" : "training on from the newest version");
        }

        void learn() throws InterruptedException {
            try {
                learnToTheEnd();
            } catch (InterruptException e) {
                throw interrupted(e);
            }
            log.atInfo()
                    .addKeyValue("trained", trained)
                    .addKeyValue("heldOut", heldOut)
                    .addKeyValue("deadLettered", deadLettered)
                    .addKeyValue("version", version())
                    .log("trainer stopped");
        }

        private void learnToTheEnd() throws InterruptedException {
            @Nullable Map<TopicPartition, Long> end = null;
            while (!stopping) {
                for (ConsumerRecord<byte[], byte[]> record : images.poll()) {
                    take(record);
                    if (stopping) {
                        break;
                    }
                }
                meters.polled(images.lag(), holdOut.size());
                report();
                if (!clock.instant().isBefore(committedAt.plus(config.commitInterval()))) {
                    commit();
                }
                if (finishing && end == null) {
                    end = images.end();
                }
                if (end != null && images.hasReached(end)) {
                    finishLineage();
                    break;
                }
            }
            commit();
            report();
        }

        /** Every record goes one of three ways. */
        private void take(ConsumerRecord<byte[], byte[]> record) throws InterruptedException {
            Decoded decoded = decoder.decode(Records.raw(record));
            images.passed(record);
            if (decoded instanceof Malformed malformed) {
                // It is malformed in every run, so whoever has passed it has sent it.
                deadLetter(record, malformed, !images.wasPassedBefore(record));
                return;
            }
            Example example = ((Valid) decoded).example();
            if (config.holdOut().isHeldOut(example.id())) {
                holdOut.add(example);
                heldOut++;
                meters.heldOut.increment();
                return;
            }
            miniBatch.add(example);
            inMiniBatch.add(record);
            if (miniBatch.isFull()) {
                testThenTrain();
                if (trained - trainedAtEvaluation >= config.evaluationInterval()) {
                    challenge();
                }
            }
        }

        private void testThenTrain() {
            network.predict(miniBatch, probabilities);
            StepResult result = meters.step.record(() -> network.train(miniBatch));
            if (result != null && result.isLearned()) {
                prequential.observe(probabilities, miniBatch.labels(), miniBatch.size());
                steps++;
                lineageSteps++;
                trained += miniBatch.size();
                lineageExamples += miniBatch.size();
                meters.trained.increment(miniBatch.size());
            } else {
                quarantine(result == null ? Double.NaN : result.loss());
            }
            miniBatch.clear();
            inMiniBatch.clear();
        }

        /** One of these records did it; which one, only a person can find out. */
        private void quarantine(double loss) {
            meters.stepsDiscarded.increment();
            log.atWarn()
                    .addKeyValue("loss", loss)
                    .addKeyValue("examples", inMiniBatch.size())
                    .addKeyValue("firstOffset", inMiniBatch.get(0).offset())
                    .log("discarded a step that was not finite");
            Malformed reason = new Malformed(
                    Reason.NON_FINITE_STEP,
                    "a mini-batch of " + inMiniBatch.size() + " records with this one in it gave a loss of " + loss
                            + " or a gradient that is not finite");
            // Another run may have had them in another mini-batch, or in one that it left unfinished, and not have sent
            // them: a dead letter that comes twice is better than one that never comes.
            inMiniBatch.forEach(record -> deadLetter(record, reason, true));
        }

        private void deadLetter(ConsumerRecord<byte[], byte[]> record, Malformed malformed, boolean send) {
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

        /** Candidate against champion on the same examples; the winner is what is published afterwards. */
        private void challenge() throws InterruptedException {
            trainedAtEvaluation = trained;
            long begun = System.nanoTime();
            Evaluation candidate = holdOut.evaluate(network::predict).orElse(null);
            if (candidate == null) {
                return;
            }
            Evaluation opponent =
                    champion == null ? null : holdOut.evaluate(champion).orElseThrow();
            meters.evaluation.record(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
            meters.evaluated(candidate, opponent);
            newestHoldOut = candidate;
            Gate.Verdict verdict =
                    config.gate().decide(candidate, opponent, spec.classes().size());
            if (verdict.publish()) {
                publish(candidate, opponent, verdict);
            } else {
                meters.refused.increment();
                decide(Outcome.REFUSED, verdict, null, candidate, opponent);
            }
        }

        private void publish(Evaluation candidate, @Nullable Evaluation opponent, Gate.Verdict verdict)
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
                            candidate,
                            opponent,
                            engine.name(),
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

        /** The end of a bounded run: nothing that was read stays unlearned, and the gate has the last word. */
        private void finishLineage() throws InterruptedException {
            if (!miniBatch.isEmpty()) {
                testThenTrain();
            }
            if (trained > trainedAtEvaluation) {
                challenge();
            }
        }

        /**
         * The offsets say which records are trained, held out, dead-lettered or in the unfinished mini-batch. What a
         * version has learned from stands in its manifest; a checkpoint will be written here, in the same transaction.
         */
        private void commit() throws InterruptedException {
            outbox.commit(images.toCommit(), images.group());
            committedAt = clock.instant();
        }

        private long version() {
            return champion == null ? 0 : champion.manifest().version();
        }

        private void report() {
            status = new TrainerStatus(
                    trained,
                    heldOut,
                    deadLettered,
                    steps,
                    version(),
                    versionsPublished,
                    prequential.window().orElse(null),
                    prequential.cumulativeAccuracy(),
                    newestHoldOut,
                    newestPublished);
        }

        @Override
        public void close() {
            network.close();
            if (champion != null) {
                champion.close();
            }
        }
    }
}
