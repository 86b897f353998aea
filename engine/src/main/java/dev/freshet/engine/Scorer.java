package dev.freshet.engine;

import org.jspecify.annotations.Nullable;

/**
 * One version of a model, ready to answer: immutable, shared by all threads.
 *
 * <p>Whoever made it closes it, when no thread is scoring any more.
 */
public interface Scorer extends AutoCloseable {
    /**
     * Scores examples side by side.
     *
     * @param features {@code [size][inputs]}, row-major, scaled and normalised; only read
     * @param size examples, at least 1
     * @param probabilities {@code [size][classes]}, row-major, written to
     */
    default void score(float[] features, int size, float[] probabilities) {
        score(features, size, probabilities, null);
    }

    /**
     * The same, with what the probabilities are made of.
     *
     * @param logits {@code [size][units]}, row-major, written to: the last layer's weighted sums, one a class or, with a
     *     sigmoid, the only one, which is the logarithm of the odds of class 1; null where nobody wants them
     */
    void score(float[] features, int size, float[] probabilities, float @Nullable [] logits);

    /** Frees native memory; the scorer cannot be used any more. */
    @Override
    void close();
}
