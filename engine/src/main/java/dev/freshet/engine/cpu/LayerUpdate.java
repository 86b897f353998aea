package dev.freshet.engine.cpu;

import dev.freshet.core.training.OptimizerSpec;
import java.util.Arrays;

/**
 * Learns for one layer: {@code dW = Xᵀ Δ}, a few rows at a time, each handed to the optimizer while it is still in the cache.
 * The whole gradient never exists. Belongs to the training thread.
 */
final class LayerUpdate {
    /** Rows of dW at a time: 8 KiB in the widest panel. */
    private static final int ROW_BLOCK = 32;

    private final Kernels kernels;
    private final DenseLayer layer;
    private final Panels panels;
    private final Optimizer weightOptimizer;
    private final Optimizer biasOptimizer;
    private final float[] block;
    private final float[] biasGradient;
    /** Inputs that were not zero in some example so far. */
    private final boolean[] touched;

    LayerUpdate(Kernels kernels, DenseLayer layer, OptimizerSpec optimizer) {
        this.kernels = kernels;
        this.layer = layer;
        this.panels = layer.panels();
        this.weightOptimizer = Optimizer.of(optimizer, kernels, panels.size());
        this.biasOptimizer = Optimizer.of(optimizer, kernels, panels.paddedOutputs());
        this.block = new float[ROW_BLOCK * panels.width()];
        this.biasGradient = new float[panels.paddedOutputs()];
        this.touched = new boolean[panels.inputs()];
    }

    /**
     * One step.
     *
     * @param x {@code [rows]} rows of inputs, each {@code xRow} behind the one before
     * @param deltas {@code [rows][paddedOutputs]}, already divided by the number of examples
     */
    void step(float[] x, int xRow, int rows, float[] deltas) {
        weightOptimizer.beginStep();
        Arrays.fill(touched, true);
        for (int panel = 0; panel < panels.count(); panel++) {
            for (int k = 0; k < panels.inputs(); k += ROW_BLOCK) {
                int length = Math.min(ROW_BLOCK, panels.inputs() - k);
                Arrays.fill(block, 0, length * panels.width(), 0);
                kernels.multiplyAdd(
                        x,
                        k,
                        1,
                        xRow,
                        deltas,
                        panel * panels.width(),
                        panels.paddedOutputs(),
                        block,
                        0,
                        panels.width(),
                        length,
                        rows,
                        panels.width());
                weightOptimizer.step(
                        layer.weights(), panels.begin(panel) + k * panels.width(), block, length * panels.width());
            }
        }
        stepBiases(rows, deltas);
    }

    /** The same, from the non-zeros of the inputs: rows of W that no example has touched are left alone where that is exact. */
    void step(NonZeros x, int rows, float[] deltas) {
        weightOptimizer.beginStep();
        for (int panel = 0; panel < panels.count(); panel++) {
            for (int k = 0; k < panels.inputs(); k++) {
                int begin = x.columnBegin(k);
                int end = x.columnBegin(k + 1);
                touched[k] |= end > begin;
                if (end == begin
                        && (weightOptimizer.leavesAlone() || (!touched[k] && weightOptimizer.leavesUntouchedAlone()))) {
                    continue;
                }
                Arrays.fill(block, 0, panels.width(), 0);
                kernels.multiplyAddSparse(
                        x.rowsByColumn(),
                        x.valuesByColumn(),
                        begin,
                        end,
                        deltas,
                        panel * panels.width(),
                        panels.paddedOutputs(),
                        block,
                        0,
                        panels.width());
                weightOptimizer.step(layer.weights(), panels.begin(panel) + k * panels.width(), block, panels.width());
            }
        }
        stepBiases(rows, deltas);
    }

    void setLearningRate(double learningRate) {
        weightOptimizer.setLearningRate(learningRate);
        biasOptimizer.setLearningRate(learningRate);
    }

    private void stepBiases(int rows, float[] deltas) {
        int width = panels.paddedOutputs();
        Arrays.fill(biasGradient, 0);
        for (int row = 0; row < rows; row++) {
            for (int j = 0; j < width; j++) {
                biasGradient[j] += deltas[row * width + j];
            }
        }
        biasOptimizer.beginStep();
        biasOptimizer.step(layer.biases(), 0, biasGradient, width);
    }
}
