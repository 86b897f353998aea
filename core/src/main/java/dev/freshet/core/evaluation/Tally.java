package dev.freshet.core.evaluation;

/** Adds up loss and accuracy over any number of examples, by class. Belongs to one thread. */
public final class Tally {
    private final int classes;
    private final long[] totalByClass;
    private final long[] correctByClass;
    private double lossSum;
    private long correct;
    private long total;

    public Tally(int classes) {
        this.classes = classes;
        this.totalByClass = new long[classes];
        this.correctByClass = new long[classes];
    }

    /**
     * Adds one example.
     *
     * @param probabilities {@code [rows][classes]}, row-major
     * @param label class index in {@code [0, classes)}
     */
    public void add(float[] probabilities, int row, int label) {
        add(Scoring.predictedClass(probabilities, row, classes), probabilities[row * classes + label], label);
    }

    /**
     * Adds one example of which only this much is known.
     *
     * @param probability what the network gave the label
     */
    public void add(int predicted, double probability, int label) {
        lossSum += Scoring.loss(probability);
        total++;
        totalByClass[label]++;
        if (predicted == label) {
            correct++;
            correctByClass[label]++;
        }
    }

    public long total() {
        return total;
    }

    public long correct() {
        return correct;
    }

    public long total(int label) {
        return totalByClass[label];
    }

    public long correct(int label) {
        return correctByClass[label];
    }

    /**
     * The means over all that was added.
     *
     * @throws IllegalStateException if nothing was
     */
    public Evaluation evaluation() {
        if (total == 0) {
            throw new IllegalStateException("no example was added");
        }
        return new Evaluation(lossSum / total, (double) correct / total, total);
    }
}
