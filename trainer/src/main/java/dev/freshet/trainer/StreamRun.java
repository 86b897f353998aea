package dev.freshet.trainer;

import dev.freshet.core.data.Decoded.Malformed;
import dev.freshet.core.data.Decoded.Valid;
import dev.freshet.core.data.Example;
import dev.freshet.core.data.MiniBatch;
import dev.freshet.core.evaluation.Evaluation;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.engine.StepResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Learning from a stream: each record once, when it comes. Belongs to the training thread. */
final class StreamRun {
    private static final String STREAM = "stream";
    private static final String REPLAY = "replay";

    private final TrainerConfig config;
    private final Learner learner;
    private final ImageSource images;
    private final Progress progress;
    private final @Nullable ReplayMemory memory;
    private final MiniBatch miniBatch;
    /** The records of its fresh rows. */
    private final List<Taken> inMiniBatch = new ArrayList<>();

    /** What waited for a full mini-batch when the checkpoint was made: more than one now, perhaps, if the size was changed. */
    private final List<Taken> unfinished;

    private long examplesAtEvaluation;

    /** Goes on where the checkpoint was, if there is one. */
    StreamRun(
            TrainerConfig config,
            ModelSpec spec,
            Learner learner,
            ImageSource images,
            Progress progress,
            @Nullable ReplayMemory memory,
            Start start,
            Kept kept) {
        this.config = config;
        this.learner = learner;
        this.images = images;
        this.progress = progress;
        this.memory = memory;
        this.miniBatch = new MiniBatch(config.miniBatchSize(), spec.input().size());
        learner.follow(0);
        long[] stream = start.memory(STREAM);
        examplesAtEvaluation = stream == null ? learner.lineageExamples() : stream[0];
        this.unfinished = start.checkpoint() == null
                ? List.of()
                : start.checkpoint().unfinished().stream()
                        .filter(place -> !learner.isQuarantined(place))
                        .flatMap(place -> kept.at(place).stream())
                        .toList();
    }

    /**
     * Until there will be no more records, or the trainer is asked to stop.
     *
     * @param report called now and then
     */
    void learn(BooleanSupplier isStopping, Runnable report) throws InterruptedException {
        for (Taken taken : unfinished) {
            learnFrom(taken);
        }
        boolean ended = false;
        while (!ended && !isStopping.getAsBoolean()) {
            // Asked before taking, so that there is nothing left when it says so.
            ended = images.hasEnded();
            for (Taken taken : images.take()) {
                take(taken);
                if (isStopping.getAsBoolean()) {
                    break;
                }
            }
            if ((ended || images.endsMiniBatch()) && !isStopping.getAsBoolean()) {
                endMiniBatch();
            }
            learner.commitIfDue(this::standing);
            report.run();
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
            learnFrom(taken);
        }
    }

    private void learnFrom(Taken taken) throws InterruptedException {
        miniBatch.add(exampleOf(taken));
        inMiniBatch.add(taken);
        if (inMiniBatch.size() >= freshRows()) {
            testThenTrain();
            challengeIfDue();
        }
    }

    /** Of the mini-batch that is being filled; the other rows are drawn from the memory. */
    private int freshRows() {
        double replayed = memory == null ? 0 : learner.replayShare() * config.miniBatchSize();
        return Math.max(1, config.miniBatchSize() - (int) Math.round(replayed));
    }

    private static Example exampleOf(Taken taken) {
        return ((Valid) taken.decoded()).example();
    }

    private void testThenTrain() throws InterruptedException {
        if (memory != null) {
            memory.draw(config.miniBatchSize() - freshRows(), miniBatch);
        }
        StepResult result =
                learner.testThenTrain(miniBatch, inMiniBatch.size(), learner.lineageSteps(), () -> inMiniBatch.stream()
                        .map(Taken::record)
                        .toList());
        if (memory != null && result.isLearned()) {
            inMiniBatch.forEach(taken -> memory.offer(exampleOf(taken), taken.place()));
        }
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
    private void endMiniBatch() throws InterruptedException {
        if (!miniBatch.isEmpty()) {
            testThenTrain();
        }
        progress.miniBatchEndsHere();
        if (learner.lineageExamples() > examplesAtEvaluation) {
            challenge();
        }
    }

    private Standing standing() {
        Map<String, long[]> memories = new HashMap<>();
        memories.put(STREAM, new long[] {examplesAtEvaluation});
        if (memory != null) {
            memories.put(REPLAY, memory.state());
        }
        return new Standing(null, inMiniBatch.stream().map(Taken::place).toList(), memories);
    }

    /**
     * What is learned from again, as the checkpoint has it; its examples are still to be filled in.
     *
     * @return null where nothing is
     */
    static @Nullable ReplayMemory replayMemory(TrainerConfig config, ModelSpec spec, Start start) {
        if (config.epochs() != null || !config.replay().isNeeded(config.drift().reaction())) {
            return null;
        }
        ReplayMemory memory = new ReplayMemory(
                config.replay().index(spec.classes().size(), config.training().seed()));
        Learner.restore(memory, start.memory(REPLAY));
        return memory;
    }
}
