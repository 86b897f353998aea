package dev.freshet.engine.cpu;

import dev.freshet.core.model.NamedTensor;
import java.util.Arrays;
import java.util.List;

/**
 * A fully connected layer without its activation: {@code Y = X W + b}.
 *
 * <p>Immutable where nobody holds a {@link LayerUpdate} of it: then any number of threads may call {@link #forward}.
 */
final class DenseLayer {
    /** Floats of W that are multiplied with all examples before the next ones: 32 KiB, two thirds of an L1 cache. */
    static final int BLOCK = 8_192;

    /** Slices of {@link #backward} consist of so many outputs: whole panels, however wide a vector is. */
    private static final int SLICE_UNIT = 64;

    /** From so many inputs and outputs on, finding the zeros of the inputs costs less than multiplying with them. */
    private static final int FEWEST_INPUTS = 64;

    private static final int FEWEST_OUTPUTS = 16;

    private final Kernels kernels;
    private final Panels panels;
    private final float[] weights;
    private final float[] biases;

    /**
     * @param weight {@code [out, in]}, as PyTorch has it
     * @param bias {@code [out]}
     */
    DenseLayer(Kernels kernels, NamedTensor weight, NamedTensor bias) {
        this.kernels = kernels;
        this.panels = new Panels(weight.shape().get(1), weight.shape().get(0), kernels.lanes());
        this.weights = panels.pack(weight.values());
        this.biases = new float[panels.paddedOutputs()];
        System.arraycopy(bias.values(), 0, biases, 0, panels.outputs());
    }

    Panels panels() {
        return panels;
    }

    float[] weights() {
        return weights;
    }

    float[] biases() {
        return biases;
    }

    /** Whether to look for zeros in its inputs. */
    boolean isLargeEnoughForZeros() {
        return panels.inputs() >= FEWEST_INPUTS && panels.outputs() >= FEWEST_OUTPUTS;
    }

    NamedTensor weight(int layer) {
        return panels.unpack("layers." + layer + ".weight", weights);
    }

    NamedTensor bias(int layer) {
        float[] values = new float[panels.outputs()];
        System.arraycopy(biases, 0, values, 0, values.length);
        return new NamedTensor("layers." + layer + ".bias", List.of(values.length), values);
    }

    /** To hand this layer mini-batches. */
    Inputs inputs() {
        return new Inputs(kernels, panels.inputs(), panels.outputs(), BLOCK / panels.width(0));
    }

    /** Computes Y. */
    void forward(Inputs x, float[] y) {
        for (int panel = 0; panel < panels.count(); panel++) {
            forward(x, y, panel);
        }
    }

    /**
     * Computes one panel's columns of Y.
     *
     * @param x from {@link #inputs}
     * @param y {@code [rows][paddedOutputs]}, written to
     */
    void forward(Inputs x, float[] y, int panel) {
        addBiases(x.rows(), y, panel);
        for (int block = 0; block < x.blocks(); block++) {
            if (x.areAll()) {
                multiplyAll(x, block, y, panel);
            } else {
                multiplyListed(x, block, y, panel);
            }
        }
    }

    private void multiplyAll(Inputs x, int block, float[] y, int panel) {
        int from = x.column(block);
        int width = panels.width(panel);
        kernels.multiplyAdd(
                x.values(),
                x.offset(0) + from,
                x.stride(),
                weights,
                panels.begin(panel) + from * width,
                y,
                panels.column(panel),
                panels.paddedOutputs(),
                x.rows(),
                x.column(block + 1) - from,
                width);
    }

    private void multiplyListed(Inputs x, int block, float[] y, int panel) {
        for (int group = 0; group < x.groups(); group++) {
            int row = x.row(group);
            kernels.multiplyAddAt(
                    x.lists(),
                    x.begin(group, block),
                    x.end(group, block),
                    x.values(),
                    x.offset(row),
                    x.stride(),
                    weights,
                    panels.begin(panel),
                    y,
                    row * panels.paddedOutputs() + panels.column(panel),
                    panels.paddedOutputs(),
                    x.groupRows(group),
                    panels.width(panel));
        }
    }

    private void addBiases(int rows, float[] y, int panel) {
        int column = panels.column(panel);
        for (int row = 0; row < rows; row++) {
            System.arraycopy(biases, column, y, row * panels.paddedOutputs() + column, panels.width(panel));
        }
    }

    /**
     * Computes some rows of a slice of {@code dXᵀ = W Δᵀ}. Transposed, because then the examples lie side by side in a vector and no sum
     * runs across its lanes.
     *
     * <p>Slices are to be added. There are two where there are so many outputs, always, so that the result depends neither on
     * how many threads compute it nor on how wide a vector is, and two threads can each begin with the panels that are in their
     * core's cache.
     *
     * @param deltas Δᵀ, whose rows are the outputs and whose columns the examples
     * @param slopes {@code [inputs][padded examples]}, written to
     * @param from the first input
     * @param to the end of the inputs
     */
    void backward(int slice, Transposed deltas, float[] slopes, int from, int to) {
        Panels examples = deltas.panels();
        int row = examples.paddedOutputs();
        Arrays.fill(slopes, from * row, to * row, 0);
        int end = firstPanel(slice + 1);
        for (int panel = firstPanel(slice); panel < end; panel++) {
            for (int strip = 0; strip < examples.count(); strip++) {
                kernels.multiplyAdd(
                        weights,
                        panels.begin(panel) + from * panels.width(panel),
                        panels.width(panel),
                        deltas.values(),
                        examples.begin(strip) + panels.column(panel) * examples.width(strip),
                        slopes,
                        from * row + examples.column(strip),
                        row,
                        to - from,
                        panels.outputs(panel),
                        examples.width(strip));
            }
        }
    }

    /** Of {@link #backward}. */
    int slices() {
        return panels.outputs() > SLICE_UNIT ? 2 : 1;
    }

    private int firstPanel(int slice) {
        if (slice == slices()) {
            return panels.count();
        }
        int units = (panels.outputs() + SLICE_UNIT - 1) / SLICE_UNIT;
        int column = units * slice / slices() * SLICE_UNIT;
        return column / panels.width(0);
    }

    /**
     * Adds one block of one panel's columns of {@code dW = Xᵀ Δ} to something.
     *
     * @param x from {@link #inputs}
     * @param deltas {@code [rows][paddedOutputs]}
     * @param sum {@code sum[begin + k * width + j]} belongs to the panel's {@code W[k][j]}
     */
    void addGradient(Inputs x, int block, float[] deltas, float[] sum, int begin, int panel) {
        int groups = x.areAll() ? 1 : x.groups();
        for (int group = 0; group < groups; group++) {
            int row = x.row(group);
            kernels.addOuterAt(
                    x.lists(),
                    x.begin(group, block),
                    x.end(group, block),
                    x.values(),
                    x.offset(row),
                    x.stride(),
                    sum,
                    begin,
                    deltas,
                    row * panels.paddedOutputs() + panels.column(panel),
                    panels.paddedOutputs(),
                    x.areAll() ? x.rows() : x.groupRows(group),
                    panels.width(panel));
        }
    }
}
