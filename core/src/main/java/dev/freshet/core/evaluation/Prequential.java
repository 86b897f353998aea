package dev.freshet.core.evaluation;

import dev.freshet.core.training.Resumable;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Loss and accuracy on examples before learning from them: over a sliding window of the newest, with a fading factor,
 * and over all (Gama, Sebastião and Rodrigues, "On evaluating stream learning algorithms", 2013), in constant time an
 * example.
 *
 * <p>Losses are added up as whole multiples of 2⁻³², so that no sum drifts, however many examples enter the window and
 * leave it; a mean is off by at most 2⁻³³ nats. Belongs to the training thread.
 */
public final class Prequential implements Resumable {
    /** Of the fading factor: half of the weight is on the newest 693 examples, which is steady and still recent. */
    public static final double DEFAULT_FADING = 0.999;

    private static final int FRACTION_BITS = 32;
    private static final double UNITS_PER_NAT = 1L << FRACTION_BITS;
    private static final long FRACTION = (1L << FRACTION_BITS) - 1;
    private static final int NO_LABEL = -1;
    private static final int HEADER = 12;

    private final int classes;
    private final double fading;
    private final long[] losses;
    private final int[] labels;
    private final int[] predictions;
    private final boolean[] repeats;

    private final int[] windowByLabel;
    private final int[] windowByPrediction;
    private final int[] windowHitsByLabel;
    private long windowLoss;
    private int windowHits;
    private int windowRepeats;

    private long total;
    private long totalHits;
    private long totalNats;
    private long totalFraction;

    private double fadedLoss;
    private double fadedHits;
    private double fadedExamples;

    private int newestLabel = NO_LABEL;
    private boolean[] newestHits = new boolean[0];

    /** With {@link #DEFAULT_FADING}. */
    public Prequential(int classes, int window) {
        this(classes, window, DEFAULT_FADING);
    }

    /**
     * @param classes at least 2
     * @param window examples in the sliding window, at least 1
     * @param fading α, the weight of an example against the one after it, in (0, 1]
     */
    public Prequential(int classes, int window, double fading) {
        if (classes < 2 || window < 1 || !(fading > 0 && fading <= 1)) {
            throw new IllegalArgumentException(
                    "classes must be at least 2, the window at least 1 and the fading factor in (0, 1], were " + classes
                            + ", " + window + " and " + fading);
        }
        this.classes = classes;
        this.fading = fading;
        this.losses = new long[window];
        this.labels = new int[window];
        this.predictions = new int[window];
        this.repeats = new boolean[window];
        this.windowByLabel = new int[classes];
        this.windowByPrediction = new int[classes];
        this.windowHitsByLabel = new int[classes];
    }

    /**
     * Counts one mini-batch.
     *
     * @param probabilities {@code [size][classes]}, row-major, given before the step
     * @param labels {@code [size]}
     */
    public void observe(float[] probabilities, int[] labels, int size) {
        if (newestHits.length < size) {
            newestHits = new boolean[size];
        }
        for (int row = 0; row < size; row++) {
            double loss = Scoring.loss(probabilities[row * classes + labels[row]]);
            int predicted = Scoring.predictedClass(probabilities, row, classes);
            newestHits[row] = predicted == labels[row];
            observe(Double.isFinite(loss) ? loss : Scoring.loss(0), predicted, labels[row]);
        }
    }

    private void observe(double loss, int predicted, int label) {
        long units = Math.round(loss * UNITS_PER_NAT);
        boolean repeated = label == newestLabel;
        int slot = (int) (total % losses.length);
        if (total >= losses.length) {
            count(slot, -1);
        }
        losses[slot] = units;
        labels[slot] = label;
        predictions[slot] = predicted;
        repeats[slot] = repeated;
        count(slot, 1);

        int hit = predicted == label ? 1 : 0;
        total++;
        totalHits += hit;
        totalFraction += units;
        totalNats += totalFraction >>> FRACTION_BITS;
        totalFraction &= FRACTION;
        fadedLoss = loss + fading * fadedLoss;
        fadedHits = hit + fading * fadedHits;
        fadedExamples = 1 + fading * fadedExamples;
        newestLabel = label;
    }

    /** Takes the example of a slot into the window's counts, or out of them. */
    private void count(int slot, int sign) {
        int label = labels[slot];
        int hit = predictions[slot] == label ? sign : 0;
        windowLoss += sign * losses[slot];
        windowHits += hit;
        windowRepeats += repeats[slot] ? sign : 0;
        windowByLabel[label] += sign;
        windowByPrediction[predictions[slot]] += sign;
        windowHitsByLabel[label] += hit;
    }

    /**
     * Whether an example of the newest mini-batch was answered rightly; what a drift detector is told of.
     *
     * @param row below the size of that mini-batch; no part of the state
     */
    public boolean isHit(int row) {
        return newestHits[row];
    }

    /** Over the newest examples, as many as the window holds; nothing before the first. */
    public Optional<Evaluation> window() {
        int size = windowSize();
        return size == 0
                ? Optional.empty()
                : Optional.of(new Evaluation(windowLoss / UNITS_PER_NAT / size, (double) windowHits / size, size));
    }

    /** Over all, each weighing α of the one after it: {@code (Σ αⁱ eᵢ) / (Σ αⁱ)}; nothing before the first. */
    public Optional<Evaluation> fading() {
        return total == 0
                ? Optional.empty()
                : Optional.of(new Evaluation(fadedLoss / fadedExamples, fadedHits / fadedExamples, total));
    }

    /** Over all; nothing before the first. */
    public Optional<Evaluation> cumulative() {
        return total == 0
                ? Optional.empty()
                : Optional.of(new Evaluation(
                        (totalNats + totalFraction / UNITS_PER_NAT) / total, cumulativeAccuracy(), total));
    }

    /** Share of all examples so far that were right before being learned from; NaN before the first. */
    public double cumulativeAccuracy() {
        return (double) totalHits / total;
    }

    /** Examples of a class in the window. */
    public int windowExamples(int label) {
        return windowByLabel[label];
    }

    /** Share of a class's examples in the window that were right; NaN while it has none there. */
    public double windowAccuracy(int label) {
        return (double) windowHitsByLabel[label] / windowByLabel[label];
    }

    /**
     * Cohen's κ (1960) over the window: the accuracy, with 0 for what guessing in the same shares of classes would reach
     * and 1 for all right; so a stream of mostly one class does not flatter. NaN before the first example and where
     * guessing could not fail, since everything in the window is one class and was taken for it.
     */
    public double windowKappa() {
        double size = windowSize();
        double byChance = 0;
        for (int c = 0; c < classes; c++) {
            byChance += windowByLabel[c] / size * (windowByPrediction[c] / size);
        }
        return aboveGuessing(windowHits / size, byChance);
    }

    /**
     * κ over the window, with 0 for what always answering the example's predecessor's label would reach: below 0 a network
     * is worse than that on a stream whose labels come in runs (Bifet et al., "Pitfalls in benchmarking data stream
     * classification", 2013). NaN before the first example and where all labels are the same.
     */
    public double windowKappaTemporal() {
        double size = windowSize();
        return aboveGuessing(windowHits / size, windowRepeats / size);
    }

    private static double aboveGuessing(double accuracy, double guessing) {
        return guessing == 1 ? Double.NaN : (accuracy - guessing) / (1 - guessing);
    }

    private int windowSize() {
        return (int) Math.min(total, losses.length);
    }

    @Override
    public long[] state() {
        int size = windowSize();
        LongBuffer state = LongBuffer.allocate(HEADER + 2 * size)
                .put(classes)
                .put(losses.length)
                .put(Double.doubleToRawLongBits(fading))
                .put(total)
                .put(totalHits)
                .put(totalNats)
                .put(totalFraction)
                .put(Double.doubleToRawLongBits(fadedLoss))
                .put(Double.doubleToRawLongBits(fadedHits))
                .put(Double.doubleToRawLongBits(fadedExamples))
                .put(newestLabel)
                .put(size);
        for (int slot = 0; slot < size; slot++) {
            state.put(losses[slot]);
            state.put((long) labels[slot] << 32 | (long) predictions[slot] << 1 | (repeats[slot] ? 1 : 0));
        }
        return state.array();
    }

    @Override
    public void restore(long[] state) {
        requireFitting(state);
        LongBuffer from = LongBuffer.wrap(state, 3, state.length - 3);
        total = from.get();
        totalHits = from.get();
        totalNats = from.get();
        totalFraction = from.get();
        fadedLoss = Double.longBitsToDouble(from.get());
        fadedHits = Double.longBitsToDouble(from.get());
        fadedExamples = Double.longBitsToDouble(from.get());
        newestLabel = (int) from.get();
        int size = (int) from.get();
        windowLoss = 0;
        windowHits = 0;
        windowRepeats = 0;
        Arrays.fill(windowByLabel, 0);
        Arrays.fill(windowByPrediction, 0);
        Arrays.fill(windowHitsByLabel, 0);
        for (int slot = 0; slot < size; slot++) {
            losses[slot] = from.get();
            long answer = from.get();
            labels[slot] = (int) (answer >>> 32);
            predictions[slot] = (int) answer >>> 1;
            repeats[slot] = (answer & 1) == 1;
            count(slot, 1);
        }
    }

    private void requireFitting(long[] state) {
        if (state.length < HEADER
                || state[0] != classes
                || state[1] != losses.length
                || state[2] != Double.doubleToRawLongBits(fading)
                || state[HEADER - 1] != Math.min(state[3], losses.length)
                || state.length != HEADER + 2 * state[HEADER - 1]) {
            throw new IllegalArgumentException("not the state of a prequential evaluation of " + classes
                    + " classes with a window of " + losses.length + " and a fading factor of " + fading);
        }
    }
}
