package dev.freshet.trainer;

import dev.freshet.core.data.Example;
import dev.freshet.core.data.MiniBatch;
import dev.freshet.core.evaluation.Answers;
import dev.freshet.core.evaluation.Evaluation;
import java.util.ArrayDeque;
import java.util.Optional;

/** The newest hold-out examples: what candidate and champion are compared on. */
final class HoldOutWindow {
    /** Rows scored at once: enough for a fast matrix product, small enough for the cache. */
    private static final int SLICE = 256;

    private static final int NO_CLASS = -1;

    private final int capacity;
    private final int classes;
    private final ArrayDeque<Example> newest = new ArrayDeque<>();
    private final MiniBatch slice;
    private final float[] probabilities;
    private long added;

    HoldOutWindow(int capacity, int inputs, int classes) {
        this.capacity = capacity;
        this.classes = classes;
        this.slice = new MiniBatch(SLICE, inputs);
        this.probabilities = new float[SLICE * classes];
    }

    /** Something that fills in {@code [size][classes]} probabilities for a mini-batch. */
    interface Predictor {
        void predict(MiniBatch miniBatch, float[] probabilities);
    }

    void add(Example example) {
        if (newest.size() == capacity) {
            newest.removeFirst();
        }
        newest.addLast(example);
        added++;
    }

    /** Examples ever: as long as it stays the same, so does the window. */
    long added() {
        return added;
    }

    int size() {
        return newest.size();
    }

    /** Loss and accuracy over the whole window; nothing while it is empty. */
    Optional<Evaluation> evaluate(Predictor predictor) {
        return answers(predictor).map(Answers::evaluation);
    }

    /** The answers to every example of the window, the oldest first; nothing while it is empty. */
    Optional<Answers> answers(Predictor predictor) {
        Answers answers = new Answers(classes);
        slice.clear();
        for (Example example : newest) {
            slice.add(example);
            if (slice.isFull()) {
                score(predictor, answers);
            }
        }
        if (!slice.isEmpty()) {
            score(predictor, answers);
        }
        return answers.size() == 0 ? Optional.empty() : Optional.of(answers);
    }

    private void score(Predictor predictor, Answers answers) {
        predictor.predict(slice, probabilities);
        for (int row = 0; row < slice.size(); row++) {
            int label = slice.labels()[row];
            if (Float.isFinite(probabilities[row * classes + label])) {
                answers.add(probabilities, row, label);
            } else {
                // A finite record may still overflow inside the network; it must not hide the others for as long as it
                // stays in the window. Weights that overflow on all records lose to any that do not.
                answers.add(NO_CLASS, 0, label);
            }
        }
        slice.clear();
    }
}
