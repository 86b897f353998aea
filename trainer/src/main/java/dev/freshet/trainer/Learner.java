package dev.freshet.trainer;

import static java.util.Objects.requireNonNull;

import dev.freshet.core.config.Config;
import dev.freshet.core.data.Decoded.Malformed;
import dev.freshet.core.data.Decoded.Reason;
import dev.freshet.core.data.Example;
import dev.freshet.core.data.MiniBatch;
import dev.freshet.core.drift.Reaction;
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
import dev.freshet.core.model.TakingOrder;
import dev.freshet.core.model.Weights;
import dev.freshet.core.training.LearningRate;
import dev.freshet.core.training.Resumable;
import dev.freshet.engine.Engine;
import dev.freshet.engine.FreshWeights;
import dev.freshet.engine.Network;
import dev.freshet.engine.NetworkState;
import dev.freshet.engine.StepResult;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The network that learns, with the version it challenges: how a mini-batch is learned, when a version is published and what
 * has to be remembered. What is learned when, a run decides.
 *
 * <p>Lives from the start of {@link Trainer#run} to its end; belongs to the training thread.
 */
final class Learner implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Learner.class);

    /** Names of memories. */
    private static final String LEARNING_RATE = "learning-rate";

    private static final String PREQUENTIAL = "prequential";
    private static final String DRIFT = "drift";
    private static final String RATE_FACTOR = "learning-rate-factor";
    private static final String REFUSALS = "refusals";

    private final TrainerConfig config;
    private final ModelSpec spec;
    private final KafkaSettings kafka;
    private final Engine engine;
    private final TrainerMeters meters;
    private final Clock clock;
    private final Output output;
    private final Progress progress;
    private final Lineage lineage;
    private final Setback setback;

    private final float[] probabilities;
    private final Prequential prequential;
    private final DriftWatch drift;
    private final Contest contest;
    private Network network;
    private LearningRate learningRate;
    /** Smaller than 1 after going back. */
    private double rateFactor = 1;

    private double newestLearningRate;

    /** Decisions of the gate in a row that did not lead to a version. */
    private long refusals;

    private @Nullable Answers newestAnswers;
    private @Nullable Evaluation newestHoldOut;
    private final List<EpochFigures> epochs = new ArrayList<>();
    private long lineageExamples;
    private long lineageSteps;
    private long trained;
    private long examples;
    private long heldOut;
    private long deadLettered;
    private long steps;
    /** To go back to. */
    private Checkpoint newestCheckpoint;

    Learner(
            TrainerConfig config,
            ModelSpec spec,
            KafkaSettings kafka,
            Engine engine,
            TrainerMeters meters,
            Clock clock,
            Output output,
            Progress progress,
            Start start,
            Kept kept) {
        this.config = config;
        this.spec = spec;
        this.kafka = kafka;
        this.engine = engine;
        this.meters = meters;
        this.clock = clock;
        this.output = output;
        this.progress = progress;
        this.lineage = new Lineage(config, kafka, meters, clock, output, progress, start);
        int classes = spec.classes().size();
        this.probabilities = new float[config.miniBatchSize() * classes];
        this.prequential = new Prequential(classes, config.prequentialWindow(), config.prequentialFading());
        this.drift = new DriftWatch(config.drift());
        this.contest = new Contest(spec, engine, config.holdOutWindow());
        this.learningRate = new LearningRate(baseRate(), config.schedule(), 1);
        Checkpoint checkpoint = start.checkpoint();
        Snapshot newest = start.newest();
        this.network = checkpoint == null ? networkOf(newest) : networkOf(checkpoint);
        this.setback = new Setback(
                config.recovery().discardedSteps(), checkpoint == null ? List.of() : checkpoint.quarantined());
        if (newest != null) {
            contest.setChampion(newest.weights());
            lineageExamples = newest.manifest().examples();
            lineageSteps = newest.manifest().steps();
        }
        if (checkpoint != null) {
            lineageExamples = checkpoint.examples();
            lineageSteps = checkpoint.steps();
            checkpoint.holdOut().forEach(place -> kept.exampleAt(place)
                    .ifPresent(held -> contest.holdOut(held, place)));
            restore(checkpoint.memories());
        }
        this.newestCheckpoint = checkpoint != null
                ? checkpoint
                : checkpoint(lineage.version(), new Standing(null, List.of(), Map.of()));
        log.atInfo()
                .addKeyValue("model", config.model())
                .addKeyValue("version", lineage.version())
                .addKeyValue("net", spec.summary())
                .addKeyValue("engine", engine.description())
                .addKeyValue("device", Config.nameOf(engine.device()))
                .addKeyValue("optimizer", config.training().optimizer())
                .addKeyValue("examples", lineageExamples)
                .log(
                        checkpoint != null
                                ? "training on from the newest checkpoint"
                                : newest != null
                                        ? "training on from the newest version"
                                        : "training from the first record");
    }

    private Network networkOf(@Nullable Snapshot newest) {
        return newest == null
                ? engine.create(spec, config.training())
                : engine.restore(spec, config.training(), newest.weights());
    }

    /** With its optimizer, if it fits the one that is configured now. */
    private Network networkOf(Checkpoint checkpoint) {
        if (checkpoint.engine().equals(engine.name())) {
            try {
                return engine.resume(spec, config.training(), checkpoint.network());
            } catch (IllegalArgumentException | UnsupportedOperationException e) {
                log.atWarn()
                        .addKeyValue("optimizer", config.training().optimizer())
                        .addKeyValue("reason", e.getMessage())
                        .log("going on with the weights of the checkpoint, but not with its optimizer");
            }
        } else {
            log.atWarn()
                    .addKeyValue("engine", engine.name())
                    .addKeyValue("before", checkpoint.engine())
                    .log("going on with the weights of another engine's checkpoint, but not with its optimizer");
        }
        return engine.restore(spec, config.training(), checkpoint.network().weights());
    }

    private double baseRate() {
        return config.training().optimizer().learningRate();
    }

    private void restore(Map<String, long[]> memories) {
        restore(learningRate, memories.get(LEARNING_RATE));
        restore(prequential, memories.get(PREQUENTIAL));
        restore(drift, memories.get(DRIFT));
        rateFactor = Double.longBitsToDouble(numberOr(memories.get(RATE_FACTOR), Double.doubleToRawLongBits(1)));
        refusals = numberOr(memories.get(REFUSALS), 0);
    }

    private static long numberOr(long @Nullable [] memory, long otherwise) {
        return memory == null || memory.length == 0 ? otherwise : memory[0];
    }

    /** Of other settings, it begins anew. */
    static void restore(Resumable part, long @Nullable [] memory) {
        if (memory == null) {
            return;
        }
        try {
            part.restore(memory);
        } catch (IllegalArgumentException e) {
            log.atWarn().addKeyValue("reason", e.getMessage()).log("a part of the checkpoint begins anew");
        }
    }

    private Map<String, long[]> memories() {
        Map<String, long[]> memories = new HashMap<>();
        memories.put(LEARNING_RATE, learningRate.state());
        memories.put(PREQUENTIAL, prequential.state());
        memories.put(DRIFT, drift.state());
        memories.put(REFUSALS, new long[] {refusals});
        memories.put(RATE_FACTOR, new long[] {Double.doubleToRawLongBits(rateFactor)});
        return memories;
    }

    /**
     * To be called before the first mini-batch.
     *
     * @param stepsPerEpoch 0 for a stream
     */
    void follow(long stepsPerEpoch) {
        long[] state = learningRate.state();
        learningRate = new LearningRate(baseRate(), config.schedule(), stepsPerEpoch);
        learningRate.restore(state);
    }

    /** Of a bounded run that goes on in a later epoch. */
    void hasLearnedBefore(long records) {
        trained += records;
    }

    void holdOut(Example example, Place place) {
        contest.holdOut(example, place);
        heldOut++;
        meters.heldOut.increment();
    }

    /** Whether the record made a step not finite in a run that came this far before: it is a dead letter already. */
    boolean isQuarantined(Place place) {
        return setback.isQuarantined(place);
    }

    /**
     * Scores a mini-batch, then learns from it.
     *
     * @param fresh rows from the first on whose records are seen for the first time
     * @param scheduleStep optimizer steps before this one, as the learning rate's schedule counts them
     * @param records of the fresh rows, asked for if the step has to be discarded
     * @throws Setback.GoingBackException if too many steps in a row were discarded
     */
    StepResult testThenTrain(
            MiniBatch miniBatch, int fresh, long scheduleStep, Supplier<List<ConsumerRecord<byte[], byte[]>>> records)
            throws InterruptedException {
        StepResult result =
                step(miniBatch, fresh, scheduleStep, records, () -> network.testThenTrain(miniBatch, probabilities));
        if (result.isLearned()) {
            prequential.observe(probabilities, miniBatch.labels(), fresh);
            trained += fresh;
            if (drift.observe(prequential, fresh, lineageSteps)) {
                react();
            }
        }
        return result;
    }

    /** Reports the drift, and does what has to be done once; the rest is a matter of the steps that follow. */
    private void react() {
        Reaction reaction = config.drift().reaction();
        meters.drifts.increment();
        String reason = String.format(
                Locale.ROOT,
                "the error rate before learning has risen to %.4f; reaction: %s",
                drift.errorRate(),
                reaction);
        lineage.decide(new Decision(
                config.model(),
                Outcome.DRIFT,
                reason,
                null,
                lineage.version(),
                prequential.fading().orElseThrow(),
                null,
                lineageExamples,
                clock.instant()));
        log.atWarn()
                .addKeyValue("errorRate", drift.errorRate())
                .addKeyValue("examples", lineageExamples)
                .addKeyValue("reaction", reaction)
                .log("drift");
        if (reaction.resetsOptimizer()) {
            Network before = network;
            network = engine.restore(spec, config.training(), before.weights());
            before.close();
        }
    }

    /** Share of the next mini-batch that is to be learned from again. */
    double replayShare() {
        return drift.response().replayShare(lineageSteps, config.replay().share());
    }

    /** Learns from a mini-batch again; otherwise as {@link #testThenTrain}. */
    StepResult train(MiniBatch miniBatch, long scheduleStep, Supplier<List<ConsumerRecord<byte[], byte[]>>> records)
            throws InterruptedException {
        return step(miniBatch, miniBatch.size(), scheduleStep, records, () -> network.train(miniBatch));
    }

    private StepResult step(
            MiniBatch miniBatch,
            int fresh,
            long scheduleStep,
            Supplier<List<ConsumerRecord<byte[], byte[]>>> records,
            Supplier<StepResult> learning)
            throws InterruptedException {
        newestLearningRate =
                rateFactor * drift.response().learningRateFactor(lineageSteps) * learningRate.after(scheduleStep);
        network.setLearningRate(newestLearningRate);
        long begun = System.nanoTime();
        StepResult result = learning.get();
        meters.step.record(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
        if (!result.isLearned()) {
            quarantine(records.get(), result.loss());
            return result;
        }
        setback.learned();
        if (result.outcome() == StepResult.Outcome.APPLIED) {
            steps++;
            lineageSteps++;
        }
        examples += miniBatch.size();
        lineageExamples += fresh;
        meters.trained.increment(fresh);
        meters.replayed.increment(miniBatch.size() - fresh);
        return result;
    }

    /** One of these records did it; which one, only a person can find out. */
    private void quarantine(List<ConsumerRecord<byte[], byte[]>> records, double loss) throws InterruptedException {
        meters.stepsDiscarded.increment();
        log.atWarn()
                .addKeyValue("loss", loss)
                .addKeyValue("examples", records.size())
                .addKeyValue("firstOffset", records.get(0).offset())
                .log("discarded a step that was not finite");
        Malformed reason = new Malformed(
                Reason.NON_FINITE_STEP,
                "a mini-batch of " + records.size() + " records with this one in it gave a loss of " + loss
                        + " or a gradient that is not finite");
        // Another run may have had them in another mini-batch, or in one that it left unfinished, and not have sent
        // them: a dead letter that comes twice is better than one that never comes.
        records.forEach(record -> deadLetter(record, reason, true));
        setback.discarded(records.stream().map(Place::of).toList());
        if (setback.isTooMuch()) {
            goBack();
        }
    }

    /** So many steps in a row: what is wrong are the weights. */
    private void goBack() throws InterruptedException {
        Checkpoint from = newestCheckpoint;
        // If not one step since that checkpoint was finite, its own weights are no good.
        NetworkState state = setback.hasLearned() ? from.network() : stateOf(lastGoodWeights());
        rateFactor *= config.recovery().learningRateFactor();
        Map<String, long[]> memories = new HashMap<>(from.memories());
        memories.put(RATE_FACTOR, new long[] {Double.doubleToRawLongBits(rateFactor)});
        lineage.goBackTo(new Checkpoint(
                from.model(),
                from.version(),
                spec,
                engine.name(),
                from.position(),
                from.taken(),
                state,
                from.examples(),
                from.steps(),
                from.epoch(),
                from.holdOut(),
                from.unfinished(),
                setback.quarantined(),
                memories,
                clock.instant()));
        lineage.await();
        meters.returns.increment();
        log.atWarn()
                .addKeyValue("discarded", config.recovery().discardedSteps())
                .addKeyValue("examples", from.examples())
                .addKeyValue("learningRateFactor", rateFactor)
                .log("going back to the last checkpoint with a smaller learning rate");
        throw new Setback.GoingBackException();
    }

    /** Of the newest version, which has passed the gate. */
    private Weights lastGoodWeights() {
        Snapshot newest = PublishedVersions.read(kafka, config.model()).newest();
        return newest == null ? FreshWeights.of(spec, config.training()) : newest.weights();
    }

    private static NetworkState stateOf(Weights weights) {
        return new NetworkState(weights, Map.of(), Map.of());
    }

    void deadLetter(ConsumerRecord<byte[], byte[]> record, Malformed malformed, boolean send) {
        deadLettered++;
        meters.deadLettered.increment();
        meters.deadLetters(malformed.reason()).increment();
        if (send) {
            output.add(Records.deadLetter(kafka.topics().imagesDeadLetters(), record, malformed));
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
        newestAnswers = contest.answers(network::predict).orElse(null);
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
     * @param standing of the run
     * @return the version that was published; null for none
     */
    @Nullable
    Long challenge(Evaluation candidate, Standing standing) throws InterruptedException {
        Answers championAnswers = contest.championAnswers().orElse(null);
        Evaluation opponent = championAnswers == null ? null : championAnswers.evaluation();
        meters.evaluated(candidate, opponent);
        Gate.Verdict verdict = config.gate()
                .decide(
                        requireNonNull(newestAnswers),
                        championAnswers,
                        spec.classes().size());
        Long version = verdict.publish() ? lineage.nextVersion() : null;
        lineage.decide(new Decision(
                config.model(),
                version == null ? Outcome.REFUSED : Outcome.PUBLISHED,
                verdict.reason(),
                version,
                lineage.version(),
                candidate,
                opponent,
                lineageExamples,
                clock.instant()));
        if (version == null) {
            refusals++;
            meters.refused.increment();
        } else {
            refusals = 0;
            publish(version, candidate, opponent, standing);
        }
        return version;
    }

    private void publish(long version, Evaluation candidate, @Nullable Evaluation opponent, Standing standing)
            throws InterruptedException {
        long parent = lineage.version();
        Offsets learnedFrom = lineage.versionLearnedTo();
        TakingOrder taken = standing.epoch() == null ? progress.taken() : null;
        progress.versionEndsHere();
        Checkpoint state = checkpoint(version, standing);
        SnapshotCodec.Draft draft = new SnapshotCodec.Draft(
                config.model(),
                version,
                parent,
                spec,
                learnedFrom,
                state.position(),
                lineageExamples,
                lineageSteps,
                standing.epoch(),
                candidate,
                opponent,
                engine.name(),
                Config.nameOf(engine.device()),
                clock.instant(),
                taken);
        lineage.publish(draft, state);
        isGoneOnFrom(state);
        contest.crown(state.network().weights());
    }

    /** All that the next step depends on, as it is now. */
    private Checkpoint checkpoint(long version, Standing standing) {
        Offsets position = progress.position();
        return new Checkpoint(
                config.model(),
                version,
                spec,
                engine.name(),
                position,
                progress.taken(),
                stateOf(network),
                lineageExamples,
                lineageSteps,
                standing.epoch(),
                contest.places(),
                standing.unfinished(),
                // A stream has passed the others for good; epochs read everything from the beginning.
                setback.quarantined().stream()
                        .filter(place -> standing.epoch() != null || place.offset() >= position.next(place.partition()))
                        .toList(),
                with(memories(), standing.memories()),
                clock.instant());
    }

    private static Map<String, long[]> with(Map<String, long[]> some, Map<String, long[]> others) {
        Map<String, long[]> all = new HashMap<>(some);
        all.putAll(others);
        return all;
    }

    /** Of an engine that cannot write down more, the weights. */
    private static NetworkState stateOf(Network network) {
        try {
            return network.state();
        } catch (UnsupportedOperationException e) {
            return stateOf(network.weights());
        }
    }

    private void isGoneOnFrom(Checkpoint checkpoint) {
        newestCheckpoint = checkpoint;
        setback.checkpointed();
    }

    void epochEnded(EpochFigures figures) {
        epochs.add(figures);
    }

    /**
     * Writes a checkpoint, or else dead letters and offsets, if it is time. What is trained, held out, dead-lettered or in the
     * unfinished mini-batch is behind the offsets then.
     */
    void commitIfDue(Supplier<Standing> standing) throws InterruptedException {
        if (lineage.isCheckpointDue()) {
            checkpoint(standing.get());
        } else {
            lineage.commitIfDue();
        }
    }

    /**
     * Writes a checkpoint, in one transaction with everything before it; or that alone while steps are not finite, after which
     * the weights may be no place to go back to.
     */
    void checkpoint(Standing standing) throws InterruptedException {
        if (setback.isUnderWay()) {
            lineage.commit();
            return;
        }
        Checkpoint checkpoint = checkpoint(lineage.version(), standing);
        lineage.write(checkpoint);
        isGoneOnFrom(checkpoint);
    }

    /** Blocks until everything that was written is committed. */
    void await() throws InterruptedException {
        lineage.await();
    }

    /** Trained examples of this network's whole lineage, each counted once. */
    long lineageExamples() {
        return lineageExamples;
    }

    /** Optimizer steps of this network's whole lineage. */
    long lineageSteps() {
        return lineageSteps;
    }

    /** Of the newest step. */
    double newestLearningRate() {
        return newestLearningRate;
    }

    /** What is to be seen from outside of the newest examples and steps. */
    TrainerMeters.Figures figures() {
        return new TrainerMeters.Figures(
                contest.size(),
                newestLearningRate,
                refusals,
                prequential.fading().orElse(null),
                prequential.windowKappa(),
                IntStream.range(0, spec.classes().size())
                        .mapToObj(prequential::windowAccuracy)
                        .toList());
    }

    int holdOutSize() {
        return contest.size();
    }

    /** A copy of the weights as they are now. */
    Weights weights() {
        return network.weights();
    }

    /** How far this has come, as one value. */
    TrainerStatus status() {
        Lineage.Published published = lineage.published();
        return new TrainerStatus(
                trained,
                examples,
                heldOut,
                deadLettered,
                steps,
                published.version(),
                published.count(),
                prequential.window().orElse(null),
                prequential.cumulativeAccuracy(),
                newestHoldOut,
                published.newest(),
                epochs);
    }

    @Override
    public void close() {
        network.close();
        contest.close();
    }
}
