package dev.freshet.engine.cpu;

import java.util.Arrays;

/**
 * Where each mini-batch is a step of its own and no bound needs to know all of the gradient: a few rows of it at a time are
 * handed to the optimizer while they are still in the cache. The whole gradient never exists.
 */
final class FusedUpdate implements LayerUpdate {
    /** Rows of dW at a time: 8 KiB in the widest panel. */
    private static final int ROW_BLOCK = 32;

    /**
     * From so many on, a column of inputs is copied before it is read: rows that are a multiple of 1 KiB apart, as those of
     * images are, would drive each other out of the cache.
     */
    private static final int MANY_EXAMPLES = 64;

    private final Kernels kernels;
    private final DenseLayer layer;
    private final Panels panels;
    private final Optimizer optimizer;
    private final float[] block;
    /** {@code [examples][ROW_BLOCK]}: some columns of the inputs. */
    private float[] packed = new float[0];

    /** Inputs that were not zero in some example so far. */
    private final boolean[] touched;

    FusedUpdate(Kernels kernels, DenseLayer layer, Optimizer optimizer) {
        this.kernels = kernels;
        this.layer = layer;
        this.panels = layer.panels();
        this.optimizer = optimizer;
        this.block = new float[ROW_BLOCK * panels.width()];
        this.touched = new boolean[panels.inputs()];
    }

    @Override
    public void learn(float[] x, int xRow, int rows, float[] deltas) {
        optimizer.beginStep();
        Arrays.fill(touched, true);
        boolean pack = rows >= MANY_EXAMPLES;
        if (pack && packed.length < rows * ROW_BLOCK) {
            packed = new float[rows * ROW_BLOCK];
        }
        for (int k = 0; k < panels.inputs(); k += ROW_BLOCK) {
            int length = Math.min(ROW_BLOCK, panels.inputs() - k);
            for (int i = 0; pack && i < rows; i++) {
                System.arraycopy(x, i * xRow + k, packed, i * ROW_BLOCK, length);
            }
            for (int panel = 0; panel < panels.count(); panel++) {
                Arrays.fill(block, 0, length * panels.width(), 0);
                kernels.multiplyAdd(
                        pack ? packed : x,
                        pack ? 0 : k,
                        1,
                        pack ? ROW_BLOCK : xRow,
                        deltas,
                        panel * panels.width(),
                        panels.paddedOutputs(),
                        block,
                        0,
                        panels.width(),
                        length,
                        rows,
                        panels.width());
                move(panels.begin(panel) + k * panels.width(), length * panels.width());
            }
        }
    }

    /** Rows of W that no example has touched are left alone where that is exact. */
    @Override
    public void learn(NonZeros x, int rows, float[] deltas) {
        optimizer.beginStep();
        for (int panel = 0; panel < panels.count(); panel++) {
            for (int k = 0; k < panels.inputs(); k++) {
                int begin = x.columnBegin(k);
                int end = x.columnBegin(k + 1);
                touched[k] |= end > begin;
                if (end == begin && (optimizer.leavesAlone() || (!touched[k] && optimizer.leavesUntouchedAlone()))) {
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
                move(panels.begin(panel) + k * panels.width(), panels.width());
            }
        }
    }

    private void move(int offset, int length) {
        float l1 = optimizer.regularisation().l1();
        if (l1 != 0) {
            kernels.penalise(layer.weights(), offset, block, length, l1);
        }
        optimizer.step(layer.weights(), offset, block, length);
    }

    /** There is nothing to complete. */
    @Override
    public double complete(float share) {
        return 0;
    }

    /** The weights have moved. */
    @Override
    public void step(float factor) {}

    @Override
    public void setLearningRate(double learningRate) {
        optimizer.setLearningRate(learningRate);
    }
}
