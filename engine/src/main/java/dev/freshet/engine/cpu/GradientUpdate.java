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

    /** The gradient is a sum over mini-batches. */
    @Override
    public void begin(int rows, float[] deltas) {}

    @Override
    public void learn(Inputs x, float[] deltas, int part, int worker) {
        layer.addGradient(x, deltas, part, gradient);
    }

    @Override
    public double complete(float share) {
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] *= share;
        }
        float l1 = optimizer.regularisation().l1();
        if (l1 != 0) {
            kernels.penalise(layer.weights(), 0, gradient, 0, gradient.length, l1);
        }
        Arrays.fill(squares, 0);
        for (int panel = 0; panel < panels.count(); panel++) {
            int column = panels.column(panel);
            for (int k = 0; k < panels.inputs(); k++) {
                int begin = panels.begin(panel) + k * panels.width(panel);
                for (int j = 0; j < panels.width(panel); j++) {
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
            optimizer.step(layer.weights(), begin, block, 0, length);
        }
        Arrays.fill(gradient, 0);
    }

    @Override
    public void setLearningRate(double learningRate) {
        optimizer.setLearningRate(learningRate);
    }

    @Override
    public void show(State state, String name) {
        state.array(name + ".gradient", panels, gradient);
        optimizer.show(state, name, panels);
    }
}
