package dev.freshet.server.model;

import dev.freshet.core.model.ModelSpec;
import dev.freshet.engine.Scorer;
import java.util.List;
import java.util.Random;

/** Scores made-up batches with a new version, so that no request pays for first-time work, and looks at the answers. */
final class WarmUp {
    /** A lone request, a batch, a poll: engines choose buffers and kernels by size. */
    private static final List<Integer> SIZES = List.of(1, 32, 256);

    /** For a net like the one that is served, whose code is compiled: enough to see that the answers are some. */
    private static final List<Integer> SIZES_OF_KNOWN = List.of(1, 32);

    private static final int ROUNDS = 2;
    private static final double ROUNDING = 1e-3;

    private WarmUp() {}

    /**
     * Scores some batches of each size.
     *
     * @param known whether a version of the same spec has been served, so that there is little first-time work left
     * @throws IllegalArgumentException if the scorer's answers are no probabilities
     */
    static void run(ModelSpec spec, Scorer scorer, boolean known) {
        int inputs = spec.input().size();
        int classes = spec.classes().size();
        Random random = new Random(1);
        for (int size : known ? SIZES_OF_KNOWN : SIZES) {
            float[] features = new float[size * inputs];
            for (int i = 0; i < features.length; i++) {
                features[i] = random.nextFloat();
            }
            float[] probabilities = new float[size * classes];
            for (int round = 0; round < (known ? 1 : ROUNDS); round++) {
                scorer.score(features, size, probabilities);
            }
            for (int example = 0; example < size; example++) {
                requireProbabilities(probabilities, example * classes, classes);
            }
        }
    }

    private static void requireProbabilities(float[] probabilities, int from, int classes) {
        double sum = 0;
        for (int i = from; i < from + classes; i++) {
            sum += probabilities[i];
        }
        // Also false for NaN.
        if (!(Math.abs(sum - 1) < ROUNDING)) {
            throw new IllegalArgumentException("its probabilities of an example sum to " + sum);
        }
    }
}
