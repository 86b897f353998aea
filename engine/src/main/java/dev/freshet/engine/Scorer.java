package dev.freshet.engine;

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
    void score(float[] features, int size, float[] probabilities);

    /** Frees native memory; the scorer cannot be used any more. */
    @Override
    void close();
}
