package dev.freshet.trainer;

import dev.freshet.core.data.Decoded.Malformed;
import dev.freshet.core.data.Decoded.Valid;
import dev.freshet.core.data.Example;
import dev.freshet.core.data.MiniBatch;
import dev.freshet.core.evaluation.Evaluation;
import dev.freshet.core.model.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Learning from a stream: each record once, when it comes. Belongs to the training thread. */
final class StreamRun {
    private static final String STREAM = "stream";

    private final TrainerConfig config;
    private final Learner learner;
    private final ImageSource images;
    private final Progress progress;
    private final MiniBatch miniBatch;
    /** The records of its fresh rows. */
    private final List<Taken> inMiniBatch = new ArrayList<>();

    private long examplesAtEvaluation;

    /** Goes on where the checkpoint was, if there is one. */
    StreamRun(
            TrainerConfig config,
            ModelSpec spec,
            Learner learner,
            ImageSource images,
            Progress progress,
            Start start,
            Kept kept) {
        this.config = config;
        this.learner = learner;
        this.images = images;
        this.progress = progress;
        this.miniBatch = new MiniBatch(config.miniBatchSize(), spec.input().size());
        learner.follow(0);
        long[] memory = start.memory(STREAM);
        examplesAtEvaluation = memory == null ? learner.lineageExamples() : memory[0];
        Checkpoint checkpoint = start.checkpoint();
        if (checkpoint != null) {
            checkpoint.unfinished().stream()
                    .filter(place -> !learner.isQuarantined(place))
                    .forEach(place -> kept.at(place).ifPresent(this::addToMiniBatch));
        }
    }

    /**
     * Until there will be no more records, and then the last mini-batch however small it is; or until the trainer is asked to
     * stop.
     *
     * @param report called now and then
     */
    void learn(BooleanSupplier isStopping, Runnable report) throws InterruptedException {
        while (!isStopping.getAsBoolean() && !images.hasEnded()) {
            for (Taken taken : images.take()) {
                take(taken);
                if (isStopping.getAsBoolean()) {
                    break;
                }
            }
            learner.commitIfDue(this::standing);
            report.run();
        }
        if (!isStopping.getAsBoolean()) {
            finish();
        }
        learner.checkpoint(standing());
        learner.await();
        report.run();
    }

    /** Every record goes one of three ways. */
    private void take(Taken taken) throws InterruptedException {
        progress.passed(taken.record());
        if (taken.decoded() instanceof Malformed malformed) {
            // It is malformed in every run, so whoever has passed it has sent it.
            learner.deadLetter(taken.record(), malformed, !progress.wasPassedBefore(taken.record()));
        } else if (taken.heldOut()) {
            learner.holdOut(exampleOf(taken), taken.place());
        } else if (!learner.isQuarantined(taken.place())) {
            addToMiniBatch(taken);
            if (miniBatch.isFull()) {
                testThenTrain();
                challengeIfDue();
            }
        }
    }

    private void addToMiniBatch(Taken taken) {
        miniBatch.add(exampleOf(taken));
        inMiniBatch.add(taken);
    }

    private static Example exampleOf(Taken taken) {
        return ((Valid) taken.decoded()).example();
    }

    private void testThenTrain() throws InterruptedException {
        learner.testThenTrain(miniBatch, inMiniBatch.size(), learner.lineageSteps(), () -> inMiniBatch.stream()
                .map(Taken::record)
                .toList());
        miniBatch.clear();
        inMiniBatch.clear();
    }

    private void challengeIfDue() throws InterruptedException {
        if (learner.lineageExamples() - examplesAtEvaluation >= config.examplesToNextEvaluation(examplesAtEvaluation)) {
            challenge();
        }
    }

    private void challenge() throws InterruptedException {
        examplesAtEvaluation = learner.lineageExamples();
        @Nullable Evaluation candidate = learner.evaluate();
        if (candidate != null) {
            learner.challenge(candidate, standing());
        }
    }

    /** Nothing that was read stays unlearned, and the gate has the last word. */
    private void finish() throws InterruptedException {
        if (!miniBatch.isEmpty()) {
            testThenTrain();
        }
        if (learner.lineageExamples() > examplesAtEvaluation) {
            challenge();
        }
    }

    private Standing standing() {
        return new Standing(
                null, inMiniBatch.stream().map(Taken::place).toList(), List.of(), Map.of(STREAM, new long[] {
                    examplesAtEvaluation
                }));
    }
}
