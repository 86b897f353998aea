package dev.freshet.core.evaluation;

/** What a row of probabilities says, computed in one way everywhere. */
public final class Scoring {
    /** Below it a probability is counted as this, as a loss of infinity would swallow all others. */
    private static final double SMALLEST = 1e-15;

    private Scoring() {}

    /**
     * The most probable class; the first of several.
     *
     * @param probabilities {@code [rows][classes]}, row-major
     */
    public static int predictedClass(float[] probabilities, int row, int classes) {
        return predictedClassAt(probabilities, row * classes, classes);
    }

    /**
     * The same for a row that begins anywhere.
     *
     * @param begin of the row
     */
    public static int predictedClassAt(float[] probabilities, int begin, int classes) {
        int best = 0;
        for (int i = 1; i < classes; i++) {
            if (probabilities[begin + i] > probabilities[begin + best]) {
                best = i;
            }
        }
        return best;
    }

    /**
     * Cross-entropy of one example, natural logarithm; NaN where the probability is NaN.
     *
     * @param probability what the network gave the label, in [0, 1]
     */
    public static double loss(double probability) {
        return -Math.log(Math.max(probability, SMALLEST));
    }
}
