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
    /** Rows of W that are multiplied with all examples before the next ones: 32 KiB in the widest panel, the L1 cache. */
    private static final int DEPTH_BLOCK = 128;

    /** From this width on, finding the zeros of the inputs costs less than multiplying with them. */
    private static final int NARROWEST_SPARSE = 64;

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
        this.panels = Panels.of(weight.shape().get(1), weight.shape().get(0), kernels.lanes());
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

    boolean isWideEnoughForZeros() {
        return panels.outputs() >= NARROWEST_SPARSE;
    }

    NamedTensor weight(int layer) {
        return panels.unpack("layers." + layer + ".weight", weights);
    }

    NamedTensor bias(int layer) {
        float[] values = new float[panels.outputs()];
        System.arraycopy(biases, 0, values, 0, values.length);
        return new NamedTensor("layers." + layer + ".bias", List.of(values.length), values);
    }

    /**
     * @param x {@code [rows]} rows, each {@code xRow} behind the one before
     * @param y {@code [rows][paddedOutputs]}, written to
     */
    void forward(float[] x, int xRow, int rows, float[] y) {
        int yRow = panels.paddedOutputs();
        addBiases(rows, y);
        for (int panel = 0; panel < panels.count(); panel++) {
            for (int k = 0; k < panels.inputs(); k += DEPTH_BLOCK) {
                kernels.multiplyAdd(
                        x,
                        k,
                        xRow,
                        1,
                        weights,
                        panels.begin(panel) + k * panels.width(),
                        panels.width(),
                        y,
                        panel * panels.width(),
                        yRow,
                        rows,
                        Math.min(DEPTH_BLOCK, panels.inputs() - k),
                        panels.width());
            }
        }
    }

    /**
     * The same for rows of which only the non-zeros are looked at.
     *
     * @param y {@code [rows, filled up to whole quads][paddedOutputs]}, written to
     */
    void forward(NonZeros x, int rows, float[] y) {
        int yRow = panels.paddedOutputs();
        addBiases(NonZeros.wholeQuads(rows), y);
        for (int panel = 0; panel < panels.count(); panel++) {
            for (int quad = 0; quad < x.quadCount(); quad++) {
                kernels.multiplyAddQuads(
                        x.columnsByQuad(),
                        x.valuesByQuad(),
                        x.quadBegin(quad),
                        x.quadBegin(quad + 1),
                        weights,
                        panels.begin(panel),
                        panels.width(),
                        y,
                        quad * NonZeros.QUAD * yRow + panel * panels.width(),
                        yRow,
                        panels.width());
            }
        }
    }

    private void addBiases(int rows, float[] y) {
        int yRow = panels.paddedOutputs();
        for (int row = 0; row < rows; row++) {
            System.arraycopy(biases, 0, y, row * yRow, yRow);
        }
    }

    /**
     * {@code dXᵀ = W Δᵀ}. Transposed, because then the examples lie side by side in a vector and no sum runs across its lanes.
     *
     * @param deltas {@code Δᵀ [outputs][exampleRow]}
     * @param gradients {@code dXᵀ [inputs][exampleRow]}, written to
     * @param exampleRow examples, filled up to a multiple of the kernels' lanes
     */
    void backward(float[] deltas, float[] gradients, int exampleRow) {
        Arrays.fill(gradients, 0, panels.inputs() * exampleRow, 0);
        for (int panel = 0; panel < panels.count(); panel++) {
            int column = panel * panels.width();
            kernels.multiplyAdd(
                    weights,
                    panels.begin(panel),
                    panels.width(),
                    1,
                    deltas,
                    column * exampleRow,
                    exampleRow,
                    gradients,
                    0,
                    exampleRow,
                    panels.inputs(),
                    Math.min(panels.width(), panels.outputs() - column),
                    exampleRow);
        }
    }
}
