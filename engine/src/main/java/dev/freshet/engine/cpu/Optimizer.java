package dev.freshet.engine.cpu;

import dev.freshet.core.model.OptimizerSpec;

/** Turns the gradients of one array of parameters into steps, block by block. Belongs to the training thread. */
interface Optimizer {
    /** To be called once before the blocks of a step. */
    void beginStep();

    /**
     * Moves a block of parameters.
     *
     * @param gradient {@code gradient[0]} belongs to {@code parameters[offset]}
     * @param length a multiple of the kernels' lanes
     */
    void step(float[] parameters, int offset, float[] gradient, int length);

    /**
     * Whether a parameter is not moved by any step in which its gradient is 0. No optimizer moves one whose gradient has
     * been 0 from the beginning.
     */
    boolean hasNoMomentum();

    /** @param size of the array */
    static Optimizer of(OptimizerSpec spec, Kernels kernels, int size) {
        if (spec instanceof OptimizerSpec.Adam adam) {
            return new AdamOptimizer(adam, kernels, size);
        }
        return new SgdOptimizer((float) spec.learningRate(), kernels);
    }

    /** {@code w ← w - η g}: no state at all. */
    final class SgdOptimizer implements Optimizer {
        private final float learningRate;
        private final Kernels kernels;

        SgdOptimizer(float learningRate, Kernels kernels) {
            this.learningRate = learningRate;
            this.kernels = kernels;
        }

        @Override
        public void beginStep() {}

        @Override
        public void step(float[] parameters, int offset, float[] gradient, int length) {
            kernels.sgd(parameters, offset, gradient, length, learningRate);
        }

        @Override
        public boolean hasNoMomentum() {
            return true;
        }
    }

    /** Adam, with its two moments of each parameter. */
    final class AdamOptimizer implements Optimizer {
        private final OptimizerSpec.Adam spec;
        private final Kernels kernels;
        private final float[] first;
        private final float[] second;
        private int steps;
        private float step;
        private float rootScale;

        AdamOptimizer(OptimizerSpec.Adam spec, Kernels kernels, int size) {
            this.spec = spec;
            this.kernels = kernels;
            this.first = new float[size];
            this.second = new float[size];
        }

        @Override
        public void beginStep() {
            steps++;
            // StrictMath, so that every JVM takes the same step.
            step = (float) (spec.learningRate() / (1 - StrictMath.pow(spec.beta1(), steps)));
            rootScale = (float) (1 / Math.sqrt(1 - StrictMath.pow(spec.beta2(), steps)));
        }

        @Override
        public void step(float[] parameters, int offset, float[] gradient, int length) {
            kernels.adam(
                    parameters,
                    first,
                    second,
                    offset,
                    gradient,
                    length,
                    (float) spec.beta1(),
                    (float) spec.beta2(),
                    (float) spec.epsilon(),
                    step,
                    rootScale);
        }

        @Override
        public boolean hasNoMomentum() {
            return false;
        }
    }
}
