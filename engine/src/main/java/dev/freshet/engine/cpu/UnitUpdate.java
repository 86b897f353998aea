package dev.freshet.engine.cpu;

import dev.freshet.core.training.TrainingSpec;
import java.util.Arrays;

/** Learns for parameters of which a layer has one a unit, such as its biases. Belongs to the training thread. */
final class UnitUpdate implements ParameterUpdate {
    private final Kernels kernels;
    private final float[] parameters;
    /** How all arrays here lie in memory. */
    private final Panels panels;

    private final float[] gradient;
    private final Optimizer optimizer;

    private UnitUpdate(float[] parameters, Panels panels, Kernels kernels, Optimizer optimizer) {
        this.panels = panels;
        this.kernels = kernels;
        this.parameters = parameters;
        this.gradient = new float[parameters.length];
        this.optimizer = optimizer;
    }

    /** @param parameters {@code [paddedOutputs]}, moved by each step; the padding stays 0 */
    static UnitUpdate of(float[] parameters, int units, TrainingSpec training, Kernels kernels) {
        return new UnitUpdate(
                parameters,
                new Panels(1, units, kernels.lanes(), 0),
                kernels,
                Optimizer.of(training.optimizer(), Regularisation.ofUnits(training), kernels, parameters.length));
    }

    /**
     * Takes some units of a mini-batch in. Threads may call this at the same time, each for units of its own.
     *
     * @param slopes {@code [rows][paddedOutputs]}, the sum of whose rows is the gradient
     * @param from the first unit
     * @param to the end of the units
     */
    void add(int rows, float[] slopes, int from, int to) {
        kernels.addRows(slopes, from, parameters.length, rows, to - from, gradient, from);
    }

    @Override
    public double complete(float share) {
        double squares = 0;
        for (int j = 0; j < gradient.length; j++) {
            gradient[j] *= share;
            squares += (double) gradient[j] * gradient[j];
        }
        return squares;
    }

    @Override
    public void step(float factor) {
        for (int j = 0; j < gradient.length; j++) {
            gradient[j] *= factor;
        }
        optimizer.beginStep();
        optimizer.step(parameters, 0, gradient, 0, gradient.length);
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
