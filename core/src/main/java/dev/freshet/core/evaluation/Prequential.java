package dev.freshet.core.evaluation;

import java.util.Optional;

/**
 * Loss and accuracy on examples before learning from them, over a sliding window of the newest and over all
 * (Gama, Sebastião and Rodrigues, "On evaluating stream learning algorithms", 2013). Belongs to the training thread.
 */
public final class Prequential {
    private final int classes;
    private final double[] losses;
    private final boolean[] hits;
    private double windowLoss;
    private int windowHits;
    private long total;
    private long totalHits;

    /** @param window examples in the sliding window, at least 1 */
    public Prequential(int classes, int window) {
        this.classes = classes;
        this.losses = new double[window];
        this.hits = new boolean[window];
    }

    /**
     * Counts one mini-batch.
     *
     * @param probabilities {@code [size][classes]}, row-major, given before the step
     * @param labels {@code [size]}
     */
    public void observe(float[] probabilities, int[] labels, int size) {
        for (int row = 0; row < size; row++) {
            double loss = Scoring.loss(probabilities[row * classes + labels[row]]);
            observe(
                    Double.isFinite(loss) ? loss : Scoring.loss(0),
                    Scoring.predictedClass(probabilities, row, classes) == labels[row]);
        }
    }

    private void observe(double loss, boolean hit) {
        int slot = (int) (total % losses.length);
        if (total >= losses.length) {
            windowLoss -= losses[slot];
            windowHits -= hits[slot] ? 1 : 0;
        }
        losses[slot] = loss;
        hits[slot] = hit;
        windowLoss += loss;
        windowHits += hit ? 1 : 0;
        totalHits += hit ? 1 : 0;
        total++;
    }

    /** Over the newest examples, as many as the window holds; nothing before the first. */
    public Optional<Evaluation> window() {
        int size = (int) Math.min(total, losses.length);
        return size == 0
                ? Optional.empty()
                : Optional.of(new Evaluation(Math.max(0, windowLoss / size), (double) windowHits / size, size));
    }

    /** Share of all examples so far that were right before being learned from; NaN before the first. */
    public double cumulativeAccuracy() {
        return (double) totalHits / total;
    }
}
