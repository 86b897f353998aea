package dev.freshet.trainer;

import dev.freshet.core.data.Decoded;
import dev.freshet.core.data.Decoded.Malformed;
import dev.freshet.core.data.Decoded.Valid;
import dev.freshet.core.data.Example;
import dev.freshet.core.data.MiniBatch;
import dev.freshet.core.data.RecordDecoder;
import dev.freshet.core.evaluation.Evaluation;
import dev.freshet.core.kafka.Records;
import dev.freshet.core.model.Manifest;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.engine.StepResult;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
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

    private final Trainer trainer;
    private final TrainerConfig config;
    private final Epochs epochs;
    private final ModelSpec spec;
    private final Learner learner;
    private final ImageStream images;
    private final MiniBatch miniBatch;
    private final int[] inMiniBatch;
    private final Replay replay;
    /** Examples of a step that was not finite: they are dead letters, and not learned from again. */
    private final BitSet quarantined = new BitSet();

    EpochRun(
            Trainer trainer, TrainerConfig config, Epochs epochs, ModelSpec spec, Learner learner, ImageStream images) {
        this.trainer = trainer;
        this.config = config;
        this.epochs = epochs;
        this.spec = spec;
        this.learner = learner;
        this.images = images;
        this.miniBatch = new MiniBatch(config.miniBatchSize(), spec.input().size());
        this.inMiniBatch = new int[config.miniBatchSize()];
        this.replay = Replay.create(spec.input().size());
    }

    /**
     * Until all epochs are done, the validation loss has stopped falling, or the trainer is asked to stop.
     *
     * @param newest the version to go on from; null for none
     */
    void learn(@Nullable Manifest newest) throws InterruptedException {
        readAll();
        int done =
                newest != null && newest.epoch() != null && newest.learnedTo().equals(images.position())
                        ? newest.epoch()
                        : 0;
        if (done > 0) {
            learner.hasLearnedBefore(replay.size());
        }
        log.atInfo()
                .addKeyValue("examples", replay.size())
                .addKeyValue("heldOut", learner.holdOutSize())
                .addKeyValue("epochs", epochs.count())
                .addKeyValue("done", done)
                .log("learning in epochs from what is in the topic");
        learner.follow(stepsPerEpoch());
        double lowestLoss = Double.POSITIVE_INFINITY;
        int withoutLower = 0;
        for (int epoch = done + 1; epoch <= epochs.count() && !trainer.isStopping(); epoch++) {
            Evaluation training = learnOnce(epoch, epoch == 1);
            if (training == null) {
                break;
            }
            Evaluation validation = learner.evaluate();
            withoutLower = validation == null || validation.loss() < lowestLoss ? 0 : withoutLower + 1;
            lowestLoss = validation == null ? lowestLoss : Math.min(lowestLoss, validation.loss());
            boolean last = epoch == epochs.count() || (epochs.patience() > 0 && withoutLower >= epochs.patience());
            Long version = null;
            if (validation != null && (last || epochs.challenge() == Epochs.Challenge.EACH_EPOCH)) {
                version = learner.challenge(validation, epoch);
            }
            learner.commit();
            learner.epochEnded(new EpochFigures(epoch, training, validation, learner.newestLearningRate(), version));
            trainer.report(images, learner);
            if (last && epoch < epochs.count()) {
                log.atInfo()
                        .addKeyValue("epoch", epoch)
                        .addKeyValue("evaluations", withoutLower)
                        .log("stopped early: the validation loss has not become lower");
                break;
            }
        }
        learner.commit();
        trainer.report(images, learner);
    }

    /** From the first record to what is the last one now. */
    private void readAll() throws InterruptedException {
        RecordDecoder decoder =
                RecordDecoder.ofLabelled(spec.input(), spec.classes().size());
        List<HeldOut> heldOut = new ArrayList<>();
        Map<TopicPartition, Long> end = images.end();
        while (!trainer.isStopping() && !images.hasReached(end)) {
            for (ConsumerRecord<byte[], byte[]> record : images.poll()) {
                if (record.offset() >= end.getOrDefault(new TopicPartition(record.topic(), record.partition()), 0L)) {
                    continue;
                }
                Decoded decoded = decoder.decode(Records.raw(record));
                images.passed(record);
                if (decoded instanceof Malformed malformed) {
                    learner.deadLetter(record, malformed, !images.wasPassedBefore(record));
                } else if (decoded instanceof Valid valid) {
                    if (config.holdOut().isHeldOut(valid.example().id())) {
                        heldOut.add(new HeldOut(record.partition(), record.offset(), valid.example()));
                    } else {
                        replay.add(record, valid.example());
                    }
                }
            }
            trainer.report(images, learner);
        }
        replay.sort();
        heldOut.sort(Comparator.comparingInt(HeldOut::partition).thenComparingLong(HeldOut::offset));
        heldOut.forEach(held -> learner.holdOut(held.example()));
        learner.commit();
        trainer.report(images, learner);
    }

    private record HeldOut(int partition, long offset, Example example) {}

    private long stepsPerEpoch() {
        int miniBatches = (replay.size() + config.miniBatchSize() - 1) / config.miniBatchSize();
        return Math.max(1, miniBatches / config.training().accumulation());
    }

    /** @return null if there was nothing to learn from, or the trainer was asked to stop */
    private @Nullable Evaluation learnOnce(int epoch, boolean first) {
        long scheduleStep = (epoch - 1) * stepsPerEpoch();
        double loss = 0;
        long correct = 0;
        long learned = 0;
        long miniBatches = 0;
        int[] order = order(epoch);
        for (int at = 0; at < order.length; ) {
            if (trainer.isStopping()) {
                return null;
            }
            at = fill(order, at);
            if (miniBatch.isEmpty()) {
                break;
            }
            IntFunction<ConsumerRecord<byte[], byte[]>> records =
                    row -> images.read(replay.partition(inMiniBatch[row]), replay.offset(inMiniBatch[row]));
            StepResult result = first
                    ? learner.testThenTrain(miniBatch, scheduleStep, records)
                    : learner.train(miniBatch, scheduleStep, records);
            if (result.isLearned()) {
                loss += result.loss() * miniBatch.size();
                correct += result.correct();
                learned += miniBatch.size();
            } else {
                IntStream.range(0, miniBatch.size()).forEach(row -> quarantined.set(inMiniBatch[row]));
            }
            scheduleStep += result.outcome() == StepResult.Outcome.APPLIED ? 1 : 0;
            if (miniBatches++ % MINI_BATCHES_PER_REPORT == 0) {
                trainer.report(images, learner);
            }
        }
        return learned == 0 ? null : new Evaluation(loss / learned, (double) correct / learned, learned);
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
