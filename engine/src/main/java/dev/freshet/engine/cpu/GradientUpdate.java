package dev.freshet.engine.cpu;

import java.util.Arrays;

/** Where a step is made of several mini-batches, or a bound is for all gradients together: keeps the gradient as a whole. */
final class GradientUpdate implements LayerUpdate {
    /** Floats handed to the optimizer at a time: 8 KiB, a multiple of every vector. */
    private static final int BLOCK = 2_048;

    private final Kernels kernels;
    private final DenseLayer layer;
    private final Panels panels;
    private final Optimizer optimizer;
    private final float[] gradient;
    private final float[] block = new float[BLOCK];
    /** Sums of squares, one a unit: their order does not depend on how wide panels are. */
    private final double[] squares;

    GradientUpdate(Kernels kernels, DenseLayer layer, Optimizer optimizer) {
        this.kernels = kernels;
        this.layer = layer;
        this.panels = layer.panels();
        this.optimizer = optimizer;
        this.gradient = new float[panels.size()];
        this.squares = new double[panels.paddedOutputs()];
    }

    @Override
    public void learn(float[] x, int xRow, int rows, float[] deltas) {
        for (int panel = 0; panel < panels.count(); panel++) {
            kernels.multiplyAdd(
                    x,
                    0,
                    1,
                    xRow,
                    deltas,
                    panel * panels.width(),
                    panels.paddedOutputs(),
                    gradient,
                    panels.begin(panel),
                    panels.width(),
                    panels.inputs(),
                    rows,
                    panels.width());
        }
    }

    @Override
    public void learn(NonZeros x, int rows, float[] deltas) {
        for (int panel = 0; panel < panels.count(); panel++) {
            for (int k = 0; k < panels.inputs(); k++) {
                int begin = x.columnBegin(k);
                int end = x.columnBegin(k + 1);
                if (end == begin) {
                    continue;
                }
                kernels.multiplyAddSparse(
                        x.rowsByColumn(),
                        x.valuesByColumn(),
                        begin,
                        end,
                        deltas,
                        panel * panels.width(),
                        panels.paddedOutputs(),
                        gradient,
                        panels.begin(panel) + k * panels.width(),
                        panels.width());
            }
        }
    }

    @Override
    public double complete(float share) {
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] *= share;
        }
        float l1 = optimizer.regularisation().l1();
        if (l1 != 0) {
            kernels.penalise(layer.weights(), 0, gradient, gradient.length, l1);
        }
        Arrays.fill(squares, 0);
        for (int panel = 0; panel < panels.count(); panel++) {
            int column = panel * panels.width();
            for (int k = 0; k < panels.inputs(); k++) {
                int begin = panels.begin(panel) + k * panels.width();
                for (int j = 0; j < panels.width(); j++) {
                    double g = gradient[begin + j];
                    squares[column + j] += g * g;
                }
            }
        }
        double sum = 0;
        for (int j = 0; j < panels.outputs(); j++) {
            sum += squares[j];
        }
        return sum;
    }

    @Override
    public void step(float factor) {
        optimizer.beginStep();
        for (int begin = 0; begin < gradient.length; begin += BLOCK) {
            int length = Math.min(BLOCK, gradient.length - begin);
            for (int i = 0; i < length; i++) {
                block[i] = factor * gradient[begin + i];
            }
            optimizer.step(layer.weights(), begin, block, length);
        }
        Arrays.fill(gradient, 0);
    }

    @Override
    public void setLearningRate(double learningRate) {
        optimizer.setLearningRate(learningRate);
    }
}
