package dev.freshet.core.evaluation;

import java.util.Arrays;

/**
 * What one version answered to each of a set of examples: what two versions are compared by, class by class and example
 * by example. Belongs to one thread.
 */
public final class Answers {
    private static final int FIRST_CAPACITY = 256;

    private final Tally tally;
    private final int classes;
    private int[] labels = new int[FIRST_CAPACITY];
    private float[] losses = new float[FIRST_CAPACITY];
    private int size;

    public Answers(int classes) {
        this.classes = classes;
        this.tally = new Tally(classes);
    }

    /** How two versions differ on the same examples. */
    public record Difference(double mean, double standardError) {
        /**
         * How sure it is that the mean is no accident: Φ(mean / standard error), the chance that a difference of this size
         * would not come about if there were none (one-sided paired z-test; see Dietterich, "Approximate statistical tests
         * for comparing supervised classification learning algorithms", 1998, for what it takes for granted). 0.5 where the
         * mean is 0, below where it is negative; NaN if one of the two is.
         */
        public double confidence() {
            return standardError == 0 && mean == 0 ? 0.5 : Normal.below(mean / standardError);
        }
    }

    /**
     * Adds the answer to one example.
     *
     * @param probabilities {@code [rows][classes]}, row-major
     * @param label class index in {@code [0, classes)}
     */
    public void add(float[] probabilities, int row, int label) {
        add(Scoring.predictedClass(probabilities, row, classes), probabilities[row * classes + label], label);
    }

    /**
     * Adds one answer of which only this much is known.
     *
     * @param probability what the network gave the label
     */
    public void add(int predicted, double probability, int label) {
        if (size == labels.length) {
            labels = Arrays.copyOf(labels, 2 * size);
            losses = Arrays.copyOf(losses, 2 * size);
        }
        labels[size] = label;
        losses[size++] = (float) Scoring.loss(probability);
        tally.add(predicted, probability, label);
    }

    /** How many. */
    public int size() {
        return size;
    }

    /** By class. */
    public Tally tally() {
        return tally;
    }

    /**
     * The means over all.
     *
     * @throws IllegalStateException if there are none
     */
    public Evaluation evaluation() {
        return tally.evaluation();
    }

    /**
     * By how much these losses are lower than another version's on the same examples: the mean of the differences and its
     * standard error. Most of what makes one example harder than another is the same for both and drops out.
     *
     * @throws IllegalArgumentException if they are not answers to the same number of examples with the same labels in the
     *     same order, at least 2
     */
    public Difference improvementOver(Answers other) {
        if (size < 2 || !Arrays.equals(labels, 0, size, other.labels, 0, other.size)) {
            throw new IllegalArgumentException(
                    "answers to " + size + " and to " + other.size + " examples, which are not the same");
        }
        // Welford's recursion (1962): the sum of squares alone would lose what is small against the mean.
        double mean = 0;
        double squares = 0;
        for (int i = 0; i < size; i++) {
            double deviation = (double) other.losses[i] - losses[i] - mean;
            mean += deviation / (i + 1);
            squares += deviation * deviation * i / (i + 1);
        }
        return new Difference(mean, Math.sqrt(squares / (size - 1) / size));
    }
}
