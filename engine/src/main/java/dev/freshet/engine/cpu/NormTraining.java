package dev.freshet.engine.cpu;

import dev.freshet.core.training.TrainingSpec;
import java.util.Arrays;
import java.util.List;

/**
 * Batch normalisation that learns (Ioffe and Szegedy, 2015, algorithm 1): with the mini-batch's own mean and variance, which
 * move the running ones when the mini-batch is learned from. Belongs to the training thread.
 *
 * <p>An example alone has no variance, and PyTorch refuses it. Here it is normalised with the running values, which stay as they
 * are, so that the last mini-batch of a stream may be of any size.
 */
final class NormTraining {
    private final NormLayer layer;
    private final Kernels kernels;
    private final UnitUpdate weightUpdate;
    private final UnitUpdate biasUpdate;
    /** Of the newest mini-batch; {@code [paddedOutputs]}, as everything here. */
    private final float[] means;

    private final float[] variances;
    private final float[] inverseDeviations;
    /** The loss's slopes at weights and biases. */
    private final float[] weightSlopes;

    private final float[] biasSlopes;

    NormTraining(NormLayer layer, TrainingSpec training, Kernels kernels) {
        this.layer = layer;
        this.kernels = kernels;
        this.weightUpdate = UnitUpdate.of(layer.weights(), layer.units(), training, kernels);
        this.biasUpdate = UnitUpdate.of(layer.biases(), layer.units(), training, kernels);
        int padded = layer.weights().length;
        this.means = new float[padded];
        this.variances = new float[padded];
        this.inverseDeviations = new float[padded];
        this.weightSlopes = new float[padded];
        this.biasSlopes = new float[padded];
    }

    List<UnitUpdate> updates() {
        return List.of(weightUpdate, biasUpdate);
    }

    /** To be called before {@link #predict}. */
    void beginPrediction() {
        layer.refresh();
    }

    /** Normalises as if nobody learned: {@link NormLayer#forward}. */
    void predict(float[] x, float[] y, int rows, int from, int to) {
        layer.forward(x, y, rows, from, to);
    }

    /**
     * Normalises some columns of a mini-batch to learn from.
     *
     * @param x {@code [rows][paddedOutputs]}; standardised in place, to be handed to {@link #backward}
     * @param y written to
     * @param from the first column
     * @param to the end of the columns
     */
    void forward(float[] x, float[] y, int rows, int from, int to) {
        if (rows > 1) {
            measure(x, rows, from, to);
        } else {
            System.arraycopy(layer.means(), from, means, from, to - from);
            System.arraycopy(layer.variances(), from, variances, from, to - from);
        }
        for (int j = from; j < to; j++) {
            inverseDeviations[j] = layer.inverseDeviation(variances[j]);
        }
        float[] weights = layer.weights();
        float[] biases = layer.biases();
        for (int begin = 0; begin < rows * means.length; begin += means.length) {
            for (int j = from; j < to; j++) {
                float standard = (x[begin + j] - means[j]) * inverseDeviations[j];
                x[begin + j] = standard;
                y[begin + j] = Math.fma(weights[j], standard, biases[j]);
            }
        }
    }

    private void measure(float[] x, int rows, int from, int to) {
        Arrays.fill(means, from, to, 0);
        Arrays.fill(variances, from, to, 0);
        int row = means.length;
        for (int i = 0; i < rows; i++) {
            for (int j = from; j < to; j++) {
                means[j] += x[i * row + j];
            }
        }
        for (int j = from; j < to; j++) {
            means[j] /= rows;
        }
        for (int i = 0; i < rows; i++) {
            for (int j = from; j < to; j++) {
                float distance = x[i * row + j] - means[j];
                variances[j] = Math.fma(distance, distance, variances[j]);
            }
        }
        for (int j = from; j < to; j++) {
            variances[j] /= rows;
        }
    }

    /**
     * From the loss's slopes, in some columns, at what {@link #forward} gave to those at what it was given.
     *
     * @param deltas {@code [rows][paddedOutputs]}, changed in place
     * @param standard what {@link #forward} has left of x
     * @param from the first column
     * @param to the end of the columns
     */
    void backward(float[] deltas, float[] standard, int rows, int from, int to) {
        Arrays.fill(weightSlopes, from, to, 0);
        Arrays.fill(biasSlopes, from, to, 0);
        int row = means.length;
        for (int i = 0; i < rows; i++) {
            for (int j = from; j < to; j++) {
                biasSlopes[j] += deltas[i * row + j];
                weightSlopes[j] = Math.fma(deltas[i * row + j], standard[i * row + j], weightSlopes[j]);
            }
        }
        // Mean and variance move with each example of a mini-batch; the running values do not.
        float share = rows > 1 ? 1f / rows : 0;
        float[] weights = layer.weights();
        for (int i = 0; i < rows; i++) {
            for (int j = from; j < to; j++) {
                float moved = Math.fma(standard[i * row + j], weightSlopes[j], biasSlopes[j]);
                deltas[i * row + j] = weights[j] * inverseDeviations[j] * Math.fma(-share, moved, deltas[i * row + j]);
            }
        }
    }

    /**
     * Whether the mini-batch may be learned from.
     *
     * @param largestGradient that a slope may have; NaN is in no bounds
     */
    boolean isBounded(double largestGradient) {
        // The running variance is up to twice the mini-batch's.
        return largest(variances) <= Float.MAX_VALUE / 2
                && largest(weightSlopes) <= largestGradient
                && largest(biasSlopes) <= largestGradient;
    }

    private float largest(float[] values) {
        return kernels.largest(values, 0, 0, 1, values.length);
    }

    /** Takes the mini-batch in. */
    void learn(int rows) {
        weightUpdate.add(1, weightSlopes, 0, weightSlopes.length);
        biasUpdate.add(1, biasSlopes, 0, biasSlopes.length);
        if (rows == 1) {
            return;
        }
        double momentum = layer.spec().momentum();
        double unbiased = rows / (rows - 1.0);
        float[] runningMeans = layer.means();
        float[] runningVariances = layer.variances();
        for (int j = 0; j < layer.units(); j++) {
            runningMeans[j] = (float) ((1 - momentum) * runningMeans[j] + momentum * means[j]);
            runningVariances[j] = (float) ((1 - momentum) * runningVariances[j] + momentum * unbiased * variances[j]);
        }
    }
}
