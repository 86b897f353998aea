package dev.freshet.trainer;

import dev.freshet.core.data.Decoded.Malformed;
import dev.freshet.core.data.Decoded.Valid;
import dev.freshet.core.data.MiniBatch;
import dev.freshet.core.evaluation.Evaluation;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.engine.StepResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Learning from what is in the topic at the start, a number of times over, as from a data set on disk. The same topic, seed
 * and settings give the same weights to the last bit: examples are numbered by partition and offset, and the seed decides
 * the order of each epoch.
 *
 * <p>Belongs to the training thread.
 */
final class EpochRun implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EpochRun.class);

    /** Of a small net a mini-batch takes less time than a report. */
    private static final int MINI_BATCHES_PER_REPORT = 64;

    private static final String EPOCHS = "epochs";

    private final TrainerConfig config;
    private final Epochs epochs;
    private final KafkaSettings kafka;
    private final Learner learner;
    private final Progress progress;
    private final MiniBatch miniBatch;
    private final int[] inMiniBatch;
    private final Replay replay;
    /** Examples of a step that was not finite: they are dead letters, and not learned from again. */
    private final BitSet quarantined = new BitSet();

    private int done;
    private double lowestLoss = Double.POSITIVE_INFINITY;
    private int withoutLower;

    EpochRun(
            TrainerConfig config,
            Epochs epochs,
            ModelSpec spec,
            KafkaSettings kafka,
            Learner learner,
            Progress progress) {
        this.config = config;
        this.epochs = epochs;
        this.kafka = kafka;
        this.learner = learner;
        this.progress = progress;
        this.miniBatch = new MiniBatch(config.miniBatchSize(), spec.input().size());
        this.inMiniBatch = new int[config.miniBatchSize()];
        this.replay = Replay.create(spec.input().size());
    }

    /**
     * Until all epochs are done, the validation loss has stopped falling, or the trainer is asked to stop.
     *
     * @param images all there is to learn from, once
     * @param start goes on in the epoch behind the one it names, if it is of the same records
     * @param report called now and then
     */
    void learn(ImageSource images, Start start, BooleanSupplier isStopping, Runnable report)
            throws InterruptedException {
        readAll(images, isStopping, report);
        restore(start);
        log.atInfo()
                .addKeyValue("examples", replay.size())
                .addKeyValue("heldOut", learner.holdOutSize())
                .addKeyValue("epochs", epochs.count())
                .addKeyValue("done", done)
                .log("learning in epochs from what is in the topic");
        learner.follow(stepsPerEpoch());
        while (done < epochs.count() && !hasStoppedFalling() && !isStopping.getAsBoolean()) {
            Evaluation training = learnOnce(done + 1, isStopping, report);
            if (training == null) {
                break;
            }
            endEpoch(training);
            report.run();
        }
        learner.await();
        report.run();
    }

    private void endEpoch(Evaluation training) throws InterruptedException {
        done++;
        Evaluation validation = learner.evaluate();
        withoutLower = validation == null || validation.loss() < lowestLoss ? 0 : withoutLower + 1;
        lowestLoss = validation == null ? lowestLoss : Math.min(lowestLoss, validation.loss());
        boolean last = done == epochs.count() || hasStoppedFalling();
        Long version = null;
        if (validation != null && (last || epochs.challenge() == Epochs.Challenge.EACH_EPOCH)) {
            version = learner.challenge(validation, standing());
        }
        if (version == null) {
            learner.checkpoint(standing());
        }
        learner.epochEnded(new EpochFigures(done, training, validation, learner.newestLearningRate(), version));
        if (last && done < epochs.count()) {
            log.atInfo()
                    .addKeyValue("epoch", done)
                    .addKeyValue("evaluations", withoutLower)
                    .log("stopped early: the validation loss has not become lower");
        }
    }

    private boolean hasStoppedFalling() {
        return epochs.patience() > 0 && withoutLower >= epochs.patience();
    }

    private Standing standing() {
        return new Standing(
                done, List.of(), Map.of(EPOCHS, new long[] {withoutLower, Double.doubleToRawLongBits(lowestLoss)}));
    }

    private void restore(Start start) {
        Integer epoch = start.epochOf(progress.position());
        if (epoch == null) {
            return;
        }
        done = epoch;
        learner.hasLearnedBefore(replay.size());
        long[] memory = start.memory(EPOCHS);
        if (memory != null) {
            withoutLower = (int) memory[0];
            lowestLoss = Double.longBitsToDouble(memory[1]);
        }
    }

    /** From the first record to what was the last one at the start. */
    private void readAll(ImageSource images, BooleanSupplier isStopping, Runnable report) throws InterruptedException {
        List<Taken> heldOut = new ArrayList<>();
        while (!isStopping.getAsBoolean() && !images.hasEnded()) {
            for (Taken taken : images.take()) {
                progress.passed(taken.record());
                if (taken.decoded() instanceof Malformed malformed) {
                    learner.deadLetter(taken.record(), malformed, !progress.wasPassedBefore(taken.record()));
                } else if (taken.heldOut()) {
                    heldOut.add(taken);
                } else if (taken.decoded() instanceof Valid valid && !learner.isQuarantined(taken.place())) {
                    replay.add(taken.record(), valid.example());
                }
            }
            report.run();
        }
        replay.sort();
        heldOut.sort(Comparator.comparing(Taken::place));
        heldOut.forEach(held -> learner.holdOut(((Valid) held.decoded()).example(), held.place()));
        report.run();
    }

    private long stepsPerEpoch() {
        int miniBatches = (replay.size() + config.miniBatchSize() - 1) / config.miniBatchSize();
        return Math.max(1, miniBatches / config.training().accumulation());
    }

    /** @return null if there was nothing to learn from, or the trainer was asked to stop */
    private @Nullable Evaluation learnOnce(int epoch, BooleanSupplier isStopping, Runnable report)
            throws InterruptedException {
        long scheduleStep = (epoch - 1) * stepsPerEpoch();
        double loss = 0;
        long correct = 0;
        long learned = 0;
        long miniBatches = 0;
        int[] order = order(epoch);
        for (int at = 0; at < order.length; ) {
            if (isStopping.getAsBoolean()) {
                return null;
            }
            at = fill(order, at);
            if (miniBatch.isEmpty()) {
                break;
            }
            StepResult result = epoch == 1
                    ? learner.testThenTrain(miniBatch, miniBatch.size(), scheduleStep, this::recordsInMiniBatch)
                    : learner.train(miniBatch, scheduleStep, this::recordsInMiniBatch);
            if (result.isLearned()) {
                loss += result.loss() * miniBatch.size();
                correct += result.correct();
                learned += miniBatch.size();
            } else {
                IntStream.range(0, miniBatch.size()).forEach(row -> quarantined.set(inMiniBatch[row]));
            }
            scheduleStep += result.outcome() == StepResult.Outcome.APPLIED ? 1 : 0;
            if (miniBatches++ % MINI_BATCHES_PER_REPORT == 0) {
                report.run();
            }
        }
        return learned == 0 ? null : new Evaluation(loss / learned, (double) correct / learned, learned);
    }

    private List<ConsumerRecord<byte[], byte[]>> recordsInMiniBatch() {
        List<Place> places = Arrays.stream(inMiniBatch, 0, miniBatch.size())
                .mapToObj(number -> new Place(replay.partition(number), replay.offset(number)))
                .toList();
        try (Rereading topic = Rereading.open(kafka)) {
            Map<Place, ConsumerRecord<byte[], byte[]>> records = topic.read(places);
            return places.stream().map(records::get).filter(Objects::nonNull).toList();
        }
    }

    /** The next examples of an order, as many as fit. */
    private int fill(int[] order, int from) {
        miniBatch.clear();
        int at = from;
        while (at < order.length && !miniBatch.isFull()) {
            int number = order[at++];
            if (!quarantined.get(number)) {
                inMiniBatch[miniBatch.size()] = number;
                replay.read(number, miniBatch);
            }
        }
        return at;
    }

    /** A permutation of its own for each epoch (Fisher and Yates; Durstenfeld, 1964). */
    private int[] order(int epoch) {
        int[] order = IntStream.range(0, replay.size()).toArray();
        if (epochs.shuffle()) {
            // The scrambling in Random's constructor keeps the sequences of neighbouring seeds apart.
            Random random = new Random(config.training().seed() * 1_000_003 + epoch);
            for (int i = order.length - 1; i > 0; i--) {
                int other = random.nextInt(i + 1);
                int moved = order[i];
                order[i] = order[other];
                order[other] = moved;
            }
        }
        return order;
    }

    @Override
    public void close() {
        replay.close();
    }
}
