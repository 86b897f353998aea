package dev.freshet.engine.cpu;

import dev.freshet.core.training.OptimizerSpec;

/**
 * Turns the gradients of one array of parameters into steps, block by block, with whatever state that takes.
 *
 * <p>Adam, which most models are trained with, has a kernel of its own. The others are loops that the JIT compiler turns
 * into vector instructions by itself, for both kinds of kernels. Belongs to the training thread.
 */
abstract class Optimizer {
    private final float weightDecay;
    private double learningRate;

    Optimizer(OptimizerSpec spec) {
        this.weightDecay = (float) spec.weightDecay();
        this.learningRate = spec.learningRate();
    }

    /** Of the steps that follow. */
    final void setLearningRate(double learningRate) {
        this.learningRate = learningRate;
    }

    final double learningRate() {
        return learningRate;
    }

    /** To be called once before the blocks of a step. */
    void beginStep() {}

    /**
     * Moves a block of parameters.
     *
     * @param offset of the block in the parameters
     * @param gradient {@code gradient[0]} belongs to {@code parameters[offset]}; written to
     * @param length a multiple of the kernels' lanes
     */
    final void step(float[] parameters, int offset, float[] gradient, int length) {
        if (weightDecay != 0) {
            decay(parameters, offset, gradient, length, weightDecay);
        }
        move(parameters, offset, gradient, length);
    }

    /** Adds the slope of {@code λ/2 w²} to the gradient; {@link AdamW} shrinks the weights instead. */
    void decay(float[] parameters, int offset, float[] gradient, int length, float weightDecay) {
        for (int i = 0; i < length; i++) {
            gradient[i] = Math.fma(weightDecay, parameters[offset + i], gradient[i]);
        }
    }

    abstract void move(float[] parameters, int offset, float[] gradient, int length);

    /** Whether a parameter that is not 0 stays where it is in a step in which its gradient is 0. */
    boolean leavesAlone() {
        return false;
    }

    /** Whether a parameter whose gradient has been 0 from the beginning stays where it is. */
    final boolean leavesUntouchedAlone() {
        return weightDecay == 0;
    }

    /** @param size of the array of parameters */
    static Optimizer of(OptimizerSpec spec, Kernels kernels, int size) {
        if (spec instanceof OptimizerSpec.Sgd sgd) {
            return new Sgd(sgd, kernels);
        } else if (spec instanceof OptimizerSpec.Momentum momentum) {
            return new Momentum(momentum, size);
        } else if (spec instanceof OptimizerSpec.Adam adam) {
            return new Adam(adam, kernels, size);
        } else if (spec instanceof OptimizerSpec.AdamW adamW) {
            return new AdamW(adamW, kernels, size);
        } else if (spec instanceof OptimizerSpec.RmsProp rmsProp) {
            return new RmsProp(rmsProp, size);
        } else if (spec instanceof OptimizerSpec.Adagrad adagrad) {
            return new Adagrad(adagrad, size);
        } else {
            return new Adadelta((OptimizerSpec.Adadelta) spec, size);
        }
    }

    /** {@code w ← w - η g}: no state at all. */
    private static final class Sgd extends Optimizer {
        private final OptimizerSpec.Sgd spec;
        private final Kernels kernels;

        Sgd(OptimizerSpec.Sgd spec, Kernels kernels) {
            super(spec);
            this.spec = spec;
            this.kernels = kernels;
        }

        @Override
        void move(float[] parameters, int offset, float[] gradient, int length) {
            kernels.sgd(parameters, offset, gradient, length, (float) learningRate());
        }

        @Override
        boolean leavesAlone() {
            return spec.weightDecay() == 0;
        }
    }

    private static final class Momentum extends Optimizer {
        private final OptimizerSpec.Momentum spec;
        private final float[] velocity;

        Momentum(OptimizerSpec.Momentum spec, int size) {
            super(spec);
            this.spec = spec;
            this.velocity = new float[size];
        }

        @Override
        void move(float[] parameters, int offset, float[] gradient, int length) {
            float momentum = (float) spec.momentum();
            float minusRate = (float) -learningRate();
            for (int i = 0; i < length; i++) {
                float v = Math.fma(momentum, velocity[offset + i], gradient[i]);
                // Denormal numbers would slow every later step.
                v = Math.abs(v) < Kernels.SMALLEST_MOMENT ? 0 : v;
                velocity[offset + i] = v;
                float step = spec.nesterov() ? Math.fma(momentum, v, gradient[i]) : v;
                parameters[offset + i] = Math.fma(minusRate, step, parameters[offset + i]);
            }
        }
    }

    private static class Adam extends Optimizer {
        private final OptimizerSpec.Adam spec;
        private final Kernels kernels;
        private final float[] first;
        private final float[] second;
        private int steps;
        private float step;
        private float rootScale;

        Adam(OptimizerSpec.Adam spec, Kernels kernels, int size) {
            super(spec);
            this.spec = spec;
            this.kernels = kernels;
            this.first = new float[size];
            this.second = new float[size];
        }

        @Override
        void beginStep() {
            steps++;
            // StrictMath, so that every JVM takes the same step.
            step = (float) (learningRate() / (1 - StrictMath.pow(spec.beta1(), steps)));
            rootScale = (float) (1 / Math.sqrt(1 - StrictMath.pow(spec.beta2(), steps)));
        }

        @Override
        final void move(float[] parameters, int offset, float[] gradient, int length) {
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
    }

    private static final class AdamW extends Adam {
        AdamW(OptimizerSpec.AdamW spec, Kernels kernels, int size) {
            super(
                    new OptimizerSpec.Adam(
                            spec.learningRate(),
                            spec.beta1(),
                            spec.beta2(),
                            spec.epsilon(),
                            spec.weightDecay(),
                            spec.amsgrad()),
                    kernels,
                    size);
        }

        @Override
        void decay(float[] parameters, int offset, float[] gradient, int length, float weightDecay) {
            float share = (float) (1 - learningRate() * weightDecay);
            for (int i = 0; i < length; i++) {
                parameters[offset + i] *= share;
            }
        }
    }

    private static final class RmsProp extends Optimizer {
        private final OptimizerSpec.RmsProp spec;
        private final float[] second;
        private final float[] velocity;

        RmsProp(OptimizerSpec.RmsProp spec, int size) {
            super(spec);
            this.spec = spec;
            this.second = new float[size];
            this.velocity = new float[spec.momentum() == 0 ? 0 : size];
        }

        @Override
        void move(float[] parameters, int offset, float[] gradient, int length) {
            float decay = (float) spec.decay();
            float epsilon = (float) spec.epsilon();
            float momentum = (float) spec.momentum();
            float minusRate = (float) -learningRate();
            for (int i = 0; i < length; i++) {
                float g = gradient[i];
                float v = Math.fma(decay, second[offset + i], (1 - decay) * g * g);
                v = v < Kernels.SMALLEST_MOMENT ? 0 : v;
                second[offset + i] = v;
                float step = g / ((float) Math.sqrt(v) + epsilon);
                if (momentum != 0) {
                    step = Math.fma(momentum, velocity[offset + i], step);
                    step = Math.abs(step) < Kernels.SMALLEST_MOMENT ? 0 : step;
                    velocity[offset + i] = step;
                }
                parameters[offset + i] = Math.fma(minusRate, step, parameters[offset + i]);
            }
        }
    }

    private static final class Adagrad extends Optimizer {
        private final OptimizerSpec.Adagrad spec;
        private final float[] sum;

        Adagrad(OptimizerSpec.Adagrad spec, int size) {
            super(spec);
            this.spec = spec;
            this.sum = new float[size];
        }

        @Override
        void move(float[] parameters, int offset, float[] gradient, int length) {
            float epsilon = (float) spec.epsilon();
            float minusRate = (float) -learningRate();
            for (int i = 0; i < length; i++) {
                float g = gradient[i];
                float v = Math.fma(g, g, sum[offset + i]);
                sum[offset + i] = v;
                parameters[offset + i] =
                        Math.fma(minusRate, g / ((float) Math.sqrt(v) + epsilon), parameters[offset + i]);
            }
        }

        @Override
        boolean leavesAlone() {
            return spec.weightDecay() == 0;
        }
    }

    private static final class Adadelta extends Optimizer {
        private final OptimizerSpec.Adadelta spec;
        private final float[] second;
        private final float[] moved;

        Adadelta(OptimizerSpec.Adadelta spec, int size) {
            super(spec);
            this.spec = spec;
            this.second = new float[size];
            this.moved = new float[size];
        }

        @Override
        void move(float[] parameters, int offset, float[] gradient, int length) {
            float decay = (float) spec.decay();
            float epsilon = (float) spec.epsilon();
            float minusRate = (float) -learningRate();
            for (int i = 0; i < length; i++) {
                float g = gradient[i];
                float v = Math.fma(decay, second[offset + i], (1 - decay) * g * g);
                v = v < Kernels.SMALLEST_MOMENT ? 0 : v;
                second[offset + i] = v;
                float step = g * ((float) Math.sqrt(moved[offset + i] + epsilon) / (float) Math.sqrt(v + epsilon));
                float u = Math.fma(decay, moved[offset + i], (1 - decay) * step * step);
                moved[offset + i] = u < Kernels.SMALLEST_MOMENT ? 0 : u;
                parameters[offset + i] = Math.fma(minusRate, step, parameters[offset + i]);
            }
        }
    }
}
