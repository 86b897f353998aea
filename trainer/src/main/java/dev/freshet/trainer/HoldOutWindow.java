package dev.freshet.trainer;

import dev.freshet.core.data.Example;
import dev.freshet.core.data.MiniBatch;
import dev.freshet.core.evaluation.Answers;
import dev.freshet.core.evaluation.Scoring;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The newest hold-out examples: what candidate and champion are compared on. Belongs to the training thread. */
final class HoldOutWindow {
    /** Rows scored at once: enough for a fast matrix product, small enough for the cache. */
    private static final int SLICE = 256;

    private static final int NO_CLASS = -1;

    private final int classes;
    /** A ring: the example that was added as number n is in slot n modulo the capacity. */
    private final @Nullable Entry[] entries;

    private final MiniBatch slice;
    private final float[] probabilities;
    private long added;

    private record Entry(Example example, Place place) {}

    HoldOutWindow(int capacity, int inputs, int classes) {
        this.classes = classes;
        this.entries = new Entry[capacity];
        this.slice = new MiniBatch(SLICE, inputs);
        this.probabilities = new float[SLICE * classes];
    }

    /** Something that fills in {@code [size][classes]} probabilities for a mini-batch. */
    interface Predictor {
        void predict(MiniBatch miniBatch, float[] probabilities);
    }

    /**
     * What one network says of each example in the window. What it has said of an example is not asked again, so that a
     * champion, whose weights do not change, scores only what has come since the last evaluation.
     */
    final class Scores {
        private final float[] ofLabel = new float[entries.length];
        private final int[] predicted = new int[entries.length];
        private long upTo;

        /** Asks for what has come since the last time. */
        void update(Predictor predictor) {
            long number = Math.max(upTo, added - size());
            while (number < added) {
                slice.clear();
                for (long i = number; i < added && !slice.isFull(); i++) {
                    slice.add(entry(i).example());
                }
                score(predictor, number);
                number += slice.size();
            }
            upTo = added;
        }

        private void score(Predictor predictor, long from) {
            predictor.predict(slice, probabilities);
            for (int row = 0; row < slice.size(); row++) {
                int slot = slot(from + row);
                float probability = probabilities[row * classes + slice.labels()[row]];
                // A finite record may still overflow inside the network; it must not hide the others for as long as it
                // stays in the window. Weights that overflow on all records lose to any that do not.
                boolean isFinite = Float.isFinite(probability);
                ofLabel[slot] = isFinite ? probability : 0;
                predicted[slot] = isFinite ? Scoring.predictedClass(probabilities, row, classes) : NO_CLASS;
            }
        }

        /** The network has changed: everything has to be asked again. */
        void forget() {
            upTo = 0;
        }

        /** The answers to every example of the window, the oldest first, as of the last update; nothing while it is empty. */
        Optional<Answers> answers() {
            Answers answers = new Answers(classes);
            for (long number = added - size(); number < added; number++) {
                int slot = slot(number);
                answers.add(
                        predicted[slot], ofLabel[slot], entry(number).example().label());
            }
            return answers.size() == 0 ? Optional.empty() : Optional.of(answers);
        }
    }

    void add(Example example, Place place) {
        entries[slot(added)] = new Entry(example, place);
        added++;
    }

    private int slot(long number) {
        return (int) (number % entries.length);
    }

    private Entry entry(long number) {
        Entry entry = entries[slot(number)];
        if (entry == null) {
            throw new IllegalStateException("no example has the number " + number);
        }
        return entry;
    }

    int size() {
        return (int) Math.min(added, entries.length);
    }

    /** Where its examples stand in the topic, the oldest first. */
    List<Place> places() {
        List<Place> places = new ArrayList<>(size());
        for (long number = added - size(); number < added; number++) {
            places.add(entry(number).place());
        }
        return places;
    }
}
