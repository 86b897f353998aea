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

    /** Finds out which inputs a product with this layer's weights has to look at. */
    InputColumns inputColumns() {
        return new InputColumns(kernels, panels.inputs(), panels.outputs(), BLOCK / panels.width(0));
    }

    /** All panels of {@link #forward(float[], int, InputColumns, int, float[], int)}. */
    void forward(float[] x, int xRow, InputColumns columns, int rows, float[] y) {
        for (int panel = 0; panel < panels.count(); panel++) {
            forward(x, xRow, columns, rows, y, panel);
        }
    }

    /**
     * Computes one panel's columns of Y.
     *
     * @param x {@code [rows]} rows, each {@code xRow} behind the one before
     * @param columns of x, from {@link #inputColumns}
     * @param y {@code [rows][paddedOutputs]}, written to
     */
    void forward(float[] x, int xRow, InputColumns columns, int rows, float[] y, int panel) {
        addBiases(rows, y, panel);
        for (int block = 0; block < columns.blocks(); block++) {
            if (columns.areAll()) {
                multiplyBlock(x, xRow, columns.column(block), columns.column(block + 1), rows, y, panel);
            } else {
                multiplyBlock(x, xRow, columns, block, rows, y, panel);
            }
        }
    }

    private void multiplyBlock(float[] x, int xRow, int from, int to, int rows, float[] y, int panel) {
        int width = panels.width(panel);
        kernels.multiplyAdd(
                x,
                from,
                xRow,
                weights,
                panels.begin(panel) + from * width,
                y,
                panels.column(panel),
                panels.paddedOutputs(),
                rows,
                to - from,
                width);
    }

    private void multiplyBlock(float[] x, int xRow, InputColumns columns, int block, int rows, float[] y, int panel) {
        for (int group = 0; group < columns.groups(rows); group++) {
            int row = columns.row(group);
            kernels.multiplyAddAt(
                    columns.lists(),
                    columns.begin(group, block),
                    columns.end(group, block),
                    x,
                    row * xRow,
                    xRow,
                    weights,
                    panels.begin(panel),
                    y,
                    row * panels.paddedOutputs() + panels.column(panel),
                    panels.paddedOutputs(),
                    columns.rows(rows, group),
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
     * Computes some rows of {@code dXᵀ = W Δᵀ}. Transposed, because then the examples lie side by side in a vector and no sum runs
     * across its lanes.
     *
     * @param deltas Δᵀ, whose rows are the outputs and whose columns the examples
     * @param examples how it lies in memory
     * @param slopes {@code dXᵀ [inputs][padded examples]}, written to
     * @param from the first input
     * @param to the end of the inputs
     */
    void backward(float[] deltas, Panels examples, float[] slopes, int from, int to) {
        int row = examples.paddedOutputs();
        Arrays.fill(slopes, from * row, to * row, 0);
        for (int panel = 0; panel < panels.count(); panel++) {
            for (int strip = 0; strip < examples.count(); strip++) {
                kernels.multiplyAdd(
                        weights,
                        panels.begin(panel) + from * panels.width(panel),
                        panels.width(panel),
                        deltas,
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

    /**
     * Adds one block of one panel's columns of {@code dW = Xᵀ Δ} to something.
     *
     * @param x as in {@link #forward}
     * @param deltas {@code [rows][paddedOutputs]}
     * @param sum {@code sum[begin + k * width + j]} belongs to the panel's {@code W[k][j]}
     */
    void addGradient(
            float[] x,
            int xRow,
            InputColumns columns,
            int block,
            int rows,
            float[] deltas,
            float[] sum,
            int begin,
            int panel) {
        int groups = columns.areAll() ? 1 : columns.groups(rows);
        for (int group = 0; group < groups; group++) {
            int row = columns.row(group);
            kernels.addOuterAt(
                    columns.lists(),
                    columns.begin(group, block),
                    columns.end(group, block),
                    x,
                    row * xRow,
                    xRow,
                    sum,
                    begin,
                    deltas,
                    row * panels.paddedOutputs() + panels.column(panel),
                    panels.paddedOutputs(),
                    columns.areAll() ? rows : columns.rows(rows, group),
                    panels.width(panel));
        }
    }
}
