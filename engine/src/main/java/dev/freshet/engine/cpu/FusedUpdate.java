package dev.freshet.engine.cpu;

import java.util.Arrays;

/**
 * Where each mini-batch is a step of its own and no bound needs to know all of the gradient: some rows of it at a time are
 * handed to the optimizer while they are still in the cache. The whole gradient never exists.
 */
final class FusedUpdate implements LayerUpdate {
    /** In a narrower layer, moving the rows that could stay costs less than a call for each run of those between them. */
    private static final int FEWEST_OUTPUTS_TO_LEAVE_ROWS = 64;

    private final Kernels kernels;
    private final DenseLayer layer;
    private final Panels panels;
    private final Optimizer optimizer;
    private final boolean leavesRows;
    /** A block of the gradient, one for each worker. */
    private final float[][] gradients;

    FusedUpdate(Kernels kernels, DenseLayer layer, Optimizer optimizer, int workers) {
        this.kernels = kernels;
        this.layer = layer;
        this.panels = layer.panels();
        this.optimizer = optimizer;
        this.leavesRows = panels.outputs() >= FEWEST_OUTPUTS_TO_LEAVE_ROWS;
        // No more workers share a layer than it has parts.
        this.gradients = new float[Math.min(workers, layer.parts())][Panels.FIRST + DenseLayer.BLOCK];
    }

    @Override
    public void begin(int rows, float[] deltas) {
        optimizer.beginStep();
    }

    @Override
    public void learn(Inputs x, float[] deltas, int part, int worker) {
        for (int block = layer.endBlockOfPart(x, part) - 1; block >= layer.firstBlockOfPart(x, part); block--) {
            for (int panel = layer.firstPanelOfPart(part); panel < layer.endPanelOfPart(part); panel++) {
                learn(x, block, deltas, panel, gradients[worker]);
            }
        }
    }

    private void learn(Inputs x, int block, float[] deltas, int panel, float[] gradient) {
        int width = panels.width(panel);
        int from = x.column(block);
        int to = x.column(block + 1);
        Arrays.fill(gradient, Panels.FIRST, Panels.FIRST + (to - from) * width, 0);
        layer.addGradient(x, block, deltas, gradient, Panels.FIRST - from * width, panel);
        int begin = panels.begin(panel) + from * width;
        for (int k = from; k < to; k++) {
            if (staysAlone(x, k)) {
                continue;
            }
            int first = k;
            while (k + 1 < to && !staysAlone(x, k + 1)) {
                k++;
            }
            int offset = (first - from) * width;
            move(begin + offset, gradient, Panels.FIRST + offset, (k + 1 - first) * width);
        }
    }

    /** Whether a row of W stays as it is, to the last bit. */
    private boolean staysAlone(Inputs x, int row) {
        return leavesRows
                && !x.isListed(row)
                && (optimizer.leavesAlone() || (optimizer.leavesUntouchedAlone() && !x.wasListed(row)));
    }

    private void move(int begin, float[] gradient, int from, int length) {
        float l1 = optimizer.regularisation().l1();
        if (l1 != 0) {
            kernels.penalise(layer.weights(), begin, gradient, from, length, l1);
        }
        optimizer.step(layer.weights(), begin, gradient, from, length);
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

    @Override
    public void show(State state, String name) {
        optimizer.show(state, name, panels);
    }
}
