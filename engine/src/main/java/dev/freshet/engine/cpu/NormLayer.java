package dev.freshet.engine.cpu;

import dev.freshet.core.model.BatchNorm;
import dev.freshet.core.model.NamedTensor;
import java.util.Arrays;
import java.util.List;

/**
 * Batch normalisation of one layer's weighted sums with the running mean and variance: {@code y = scale x + shift}, as PyTorch
 * evaluates it, too.
 *
 * <p>Immutable where nobody holds a {@link NormTraining} of it: then any number of threads may call {@link #forward}.
 */
final class NormLayer {
    private final BatchNorm spec;
    private final int units;
    /** All {@code [paddedOutputs]}; the padding is 0. */
    private final float[] weights;

    private final float[] biases;
    private final float[] means;
    private final float[] variances;
    private final float[] scale;
    private final float[] shift;

    /**
     * @param tensors weight, bias, running mean and running variance, each {@code [units]}
     * @param paddedOutputs of the layer
     * @throws IllegalArgumentException if a variance is negative
     */
    NormLayer(BatchNorm spec, List<NamedTensor> tensors, int paddedOutputs) {
        this.spec = spec;
        this.units = tensors.get(0).values().length;
        this.weights = Arrays.copyOf(tensors.get(0).values(), paddedOutputs);
        this.biases = Arrays.copyOf(tensors.get(1).values(), paddedOutputs);
        this.means = Arrays.copyOf(tensors.get(2).values(), paddedOutputs);
        this.variances = Arrays.copyOf(tensors.get(3).values(), paddedOutputs);
        for (float variance : variances) {
            if (variance < 0) {
                throw new IllegalArgumentException(tensors.get(3).name() + " holds " + variance);
            }
        }
        this.scale = new float[paddedOutputs];
        this.shift = new float[paddedOutputs];
        refresh();
    }

    BatchNorm spec() {
        return spec;
    }

    int units() {
        return units;
    }

    float[] weights() {
        return weights;
    }

    float[] biases() {
        return biases;
    }

    float[] means() {
        return means;
    }

    float[] variances() {
        return variances;
    }

    /** To be called before {@link #forward} by whoever has written to any of the others. */
    void refresh() {
        for (int j = 0; j < units; j++) {
            scale[j] = weights[j] * inverseDeviation(variances[j]);
            shift[j] = Math.fma(-means[j], scale[j], biases[j]);
        }
    }

    float inverseDeviation(float variance) {
        return (float) (1 / Math.sqrt(variance + spec.epsilon()));
    }

    /**
     * Normalises some columns.
     *
     * @param x {@code [rows][paddedOutputs]}
     * @param y written to; may be {@code x}
     * @param from the first column
     * @param to the end of the columns
     */
    void forward(float[] x, float[] y, int rows, int from, int to) {
        for (int begin = 0; begin < rows * scale.length; begin += scale.length) {
            for (int j = from; j < to; j++) {
                y[begin + j] = Math.fma(x[begin + j], scale[j], shift[j]);
            }
        }
    }

    /** As they travel. */
    List<NamedTensor> tensors(int layer) {
        String prefix = "norms." + layer + ".";
        return List.of(
                tensor(prefix + "weight", weights),
                tensor(prefix + "bias", biases),
                tensor(prefix + "running_mean", means),
                tensor(prefix + "running_var", variances));
    }

    private NamedTensor tensor(String name, float[] values) {
        return new NamedTensor(name, List.of(units), Arrays.copyOf(values, units));
    }
}
