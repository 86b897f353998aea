package dev.freshet.trainer;

import dev.freshet.core.data.Decoded;
import dev.freshet.core.data.Decoded.Malformed;
import dev.freshet.core.data.Decoded.Valid;
import dev.freshet.core.data.Example;
import dev.freshet.core.data.MiniBatch;
import dev.freshet.core.data.RecordDecoder;
import dev.freshet.core.evaluation.Evaluation;
import dev.freshet.core.kafka.Records;
import dev.freshet.core.model.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Learning from a stream: each record once, when it comes. Belongs to the training thread. */
final class StreamRun {
    private final Trainer trainer;
    private final TrainerConfig config;
    private final Learner learner;
    private final ImageStream images;
    private final RecordDecoder decoder;
    private final MiniBatch miniBatch;
    private final List<ConsumerRecord<byte[], byte[]>> inMiniBatch = new ArrayList<>();
    private long sinceEvaluation;

    StreamRun(Trainer trainer, TrainerConfig config, ModelSpec spec, Learner learner, ImageStream images) {
        this.trainer = trainer;
        this.config = config;
        this.learner = learner;
        this.images = images;
        this.decoder = RecordDecoder.ofLabelled(spec.input(), spec.classes().size());
        this.miniBatch = new MiniBatch(config.miniBatchSize(), spec.input().size());
    }

    /** Until the trainer is asked to stop, or has learned all there is when it is asked to finish. */
    void learn() throws InterruptedException {
        learner.follow(0);
        @Nullable Map<TopicPartition, Long> end = null;
        while (!trainer.isStopping()) {
            for (ConsumerRecord<byte[], byte[]> record : images.poll()) {
                take(record);
                if (trainer.isStopping()) {
                    break;
                }
            }
            trainer.report(images, learner);
            learner.commitIfDue();
            if (trainer.isFinishing() && end == null) {
                end = images.end();
            }
            if (end != null && images.hasReached(end)) {
                finish();
                break;
            }
        }
        learner.commit();
        trainer.report(images, learner);
    }

    /** Every record goes one of three ways. */
    private void take(ConsumerRecord<byte[], byte[]> record) throws InterruptedException {
        Decoded decoded = decoder.decode(Records.raw(record));
        images.passed(record);
        if (decoded instanceof Malformed malformed) {
            // It is malformed in every run, so whoever has passed it has sent it.
            learner.deadLetter(record, malformed, !images.wasPassedBefore(record));
            return;
        }
        Example example = ((Valid) decoded).example();
        if (config.holdOut().isHeldOut(example.id())) {
            learner.holdOut(example);
            return;
        }
        miniBatch.add(example);
        inMiniBatch.add(record);
        if (miniBatch.isFull()) {
            testThenTrain();
            if (sinceEvaluation >= config.evaluationInterval()) {
                challenge();
            }
        }
    }

    private void testThenTrain() {
        if (learner.testThenTrain(miniBatch, learner.lineageSteps(), inMiniBatch::get)
                .isLearned()) {
            sinceEvaluation += miniBatch.size();
        }
        miniBatch.clear();
        inMiniBatch.clear();
    }

    private void challenge() throws InterruptedException {
        sinceEvaluation = 0;
        Evaluation candidate = learner.evaluate();
        if (candidate != null) {
            learner.challenge(candidate, null);
        }
    }

    /** Nothing that was read stays unlearned, and the gate has the last word. */
    private void finish() throws InterruptedException {
        if (!miniBatch.isEmpty()) {
            testThenTrain();
        }
        if (sinceEvaluation > 0) {
            challenge();
        }
    }
}
