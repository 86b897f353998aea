package dev.freshet.engine.cpu;

import dev.freshet.core.model.Activation;
import dev.freshet.core.model.LayerSpec;
import org.jspecify.annotations.Nullable;

/**
 * One hidden layer of a network that learns: what comes between its weighted sums and what the next layer is given, on the way
 * up and on the way down. Belongs to the training thread.
 */
final class HiddenLayer {
    private final Kernels kernels;
    private final LayerSpec spec;
    private final DenseLayer dense;
    private final @Nullable NormTraining norm;
    private final @Nullable Dropout dropout;
    /** Weighted sums, {@code [capacity][paddedOutputs]}; a step with batch normalisation leaves them standardised. */
    private float[] sums = new float[0];
    /** What is activated: the weighted sums themselves where nothing normalises them. */
    private float[] normalised = new float[0];
    /** What becomes of it, activated and with its dropout; the padding stays 0. */
    private float[] outputs = new float[0];
    /** The loss's slope at the weighted sums; the padding stays 0. */
    private float[] deltas = new float[0];
    /** The outputs as they were before some were dropped. */
    private float[] activated = new float[0];

    HiddenLayer(
            Kernels kernels, LayerSpec spec, DenseLayer dense, @Nullable NormTraining norm, @Nullable Dropout dropout) {
        this.kernels = kernels;
        this.spec = spec;
        this.dense = dense;
        this.norm = norm;
        this.dropout = dropout;
    }

    /** How far the rows of {@link #sums}, {@link #outputs} and {@link #deltas} are apart. */
    int row() {
        return dense.panels().paddedOutputs();
    }

    float[] sums() {
        return sums;
    }

    float[] outputs() {
        return outputs;
    }

    float[] deltas() {
        return deltas;
    }

    void reserve(int rows) {
        int size = rows * row();
        sums = new float[size];
        normalised = norm == null ? sums : new float[size];
        outputs = new float[size];
        deltas = new float[size];
        activated = new float[dropout == null ? 0 : size];
    }

    /** From weighted sums to outputs, to predict. */
    void activate(int rows) {
        if (norm != null) {
            norm.predict(sums, normalised, rows);
        }
        Elementwise.activate(spec, normalised, outputs, rows, row());
    }

    /**
     * From weighted sums to outputs, to learn.
     *
     * @param miniBatch how many were learned from before: it decides what is dropped
     */
    void activateAndDrop(int rows, long miniBatch) {
        if (norm != null) {
            norm.forward(sums, normalised, rows);
        }
        Elementwise.activate(spec, normalised, outputs, rows, row());
        if (dropout != null) {
            dropout.apply(miniBatch, outputs, rows, row());
        }
    }

    /**
     * From the loss's slopes at the outputs to those at the weighted sums.
     *
     * @param slopes transposed, {@code [units][exampleRow]}
     * @param miniBatch as before
     */
    void backward(float[] slopes, int exampleRow, int rows, long miniBatch) {
        int row = row();
        if (dropout != null && spec.activation() != Activation.RELU) {
            // The outputs have been dropped; the slopes need what the activation gave.
            Elementwise.activate(spec, normalised, activated, rows, row);
        }
        float[] reached = dropout != null ? activated : outputs;
        transposeIntoDeltas(slopes, exampleRow, rows);
        if (spec.activation() == Activation.RELU) {
            kernels.keepWherePositive(normalised, deltas, 0, rows * row);
        } else {
            Elementwise.multiplyBySlopes(spec, normalised, reached, deltas, rows, row);
        }
        if (dropout != null) {
            dropout.apply(miniBatch, deltas, rows, row);
        }
        if (norm != null) {
            norm.backward(deltas, sums, rows);
        }
    }

    /** In strips of as many units as fill a cache line. */
    private void transposeIntoDeltas(float[] slopes, int exampleRow, int rows) {
        int row = row();
        for (int begin = 0; begin < spec.units(); begin += 16) {
            int end = Math.min(begin + 16, spec.units());
            for (int i = 0; i < rows; i++) {
                for (int k = begin; k < end; k++) {
                    deltas[i * row + k] = slopes[k * exampleRow + i];
                }
            }
        }
    }

    /**
     * Whether what is normalised here may be learned from.
     *
     * @param largestGradient of its parameters
     */
    boolean isBounded(double largestGradient) {
        return norm == null || norm.isBounded(largestGradient);
    }

    /** Takes a mini-batch in for what is normalised here. */
    void learn(int rows) {
        if (norm != null) {
            norm.learn(rows);
        }
    }
}
