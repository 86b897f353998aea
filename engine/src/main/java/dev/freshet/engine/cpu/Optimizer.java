package dev.freshet.engine.cpu;

import dev.freshet.core.training.OptimizerSpec;
import java.util.Arrays;

/**
 * Turns the gradients of one array of parameters into steps, block by block, with whatever state that takes.
 *
 * <p>Those that most models are trained with have kernels of their own. The others are loops that the JIT compiler turns
 * into vector instructions by itself, for both kinds of kernels. Belongs to the training thread.
 */
abstract class Optimizer {
    private final Regularisation regularisation;
    private double learningRate;

    Optimizer(OptimizerSpec spec, Regularisation regularisation) {
        this.regularisation = regularisation;
        this.learningRate = spec.learningRate();
    }

    /** Of the steps that follow. */
    final void setLearningRate(double learningRate) {
        this.learningRate = learningRate;
    }

    final double learningRate() {
        return learningRate;
    }

    final Regularisation regularisation() {
        return regularisation;
    }

    /** To be called once before the blocks of a step. */
    void beginStep() {}

    /**
     * Moves a block of parameters, by a gradient that is clipped and decayed before; λ₁ has had its part in it.
     *
     * @param offset of the block in the parameters
     * @param gradient {@code gradient[from]} belongs to {@code parameters[offset]}; written to
     * @param length a multiple of the kernels' lanes
     */
    final void step(float[] parameters, int offset, float[] gradient, int from, int length) {
        if (regularisation.clipValue() != Float.POSITIVE_INFINITY) {
            clip(gradient, from, length, regularisation.clipValue());
        }
        if (regularisation.weightDecay() != 0) {
            decay(parameters, offset, gradient, from, length, regularisation.weightDecay());
        }
        move(parameters, offset, gradient, from, length);
    }

    private static void clip(float[] gradient, int from, int length, float largest) {
        for (int i = 0; i < length; i++) {
            float g = gradient[from + i];
            gradient[from + i] = g > largest ? largest : g < -largest ? -largest : g;
        }
    }

    /** Adds the slope of {@code λ/2 w²} to the gradient, unless an optimizer has something else. */
    void decay(float[] parameters, int offset, float[] gradient, int from, int length, float weightDecay) {
        for (int i = 0; i < length; i++) {
            gradient[from + i] = Math.fma(weightDecay, parameters[offset + i], gradient[from + i]);
        }
    }

    /**
     * Shows what the steps that follow depend on, besides the learning rate.
     *
     * @param panels how the parameters lie in memory
     */
    void show(State state, String name, Panels panels) {}

    abstract void move(float[] parameters, int offset, float[] gradient, int from, int length);

    /** Whether {@link #move} leaves a parameter where it is whenever its gradient is 0, and its state, too. */
    boolean hasNoMomentum() {
        return false;
    }

    /** Whether a parameter stays where it is in a step in which the loss has no slope there. */
    final boolean leavesAlone() {
        return hasNoMomentum() && leavesUntouchedAlone();
    }

    /** Whether a parameter stays where it is as long as the loss has had no slope there from the beginning. */
    final boolean leavesUntouchedAlone() {
        return !regularisation.pullsAtParameters();
    }

    /** @param size of the array of parameters */
    static Optimizer of(OptimizerSpec spec, Regularisation regularisation, Kernels kernels, int size) {
        if (spec instanceof OptimizerSpec.Sgd sgd) {
            return new Sgd(sgd, regularisation, kernels);
        } else if (spec instanceof OptimizerSpec.Momentum momentum) {
            return new Momentum(momentum, regularisation, kernels, size);
        } else if (spec instanceof OptimizerSpec.Adam adam) {
            return new Adam(adam, false, regularisation, kernels, size);
        } else if (spec instanceof OptimizerSpec.AdamW adamW) {
            OptimizerSpec.Adam adam = new OptimizerSpec.Adam(
                    adamW.learningRate(),
                    adamW.beta1(),
                    adamW.beta2(),
                    adamW.epsilon(),
                    adamW.weightDecay(),
                    adamW.amsgrad());
            return new Adam(adam, true, regularisation, kernels, size);
        } else if (spec instanceof OptimizerSpec.RmsProp rmsProp) {
            return new RmsProp(rmsProp, regularisation, size);
        } else if (spec instanceof OptimizerSpec.Adagrad adagrad) {
            return new Adagrad(adagrad, regularisation, size);
        } else {
            return new Adadelta((OptimizerSpec.Adadelta) spec, regularisation, size);
        }
    }

    /** {@code w ← w - η g}: no state at all. */
    private static final class Sgd extends Optimizer {
        private final Kernels kernels;

        Sgd(OptimizerSpec.Sgd spec, Regularisation regularisation, Kernels kernels) {
            super(spec, regularisation);
            this.kernels = kernels;
        }

        @Override
        void move(float[] parameters, int offset, float[] gradient, int from, int length) {
            kernels.sgd(parameters, offset, gradient, from, length, (float) learningRate());
        }

        @Override
        boolean hasNoMomentum() {
            return true;
        }
    }

    private static final class Momentum extends Optimizer {
        private final OptimizerSpec.Momentum spec;
        private final Kernels kernels;
        private final float[] velocity;
        private long steps;

        Momentum(OptimizerSpec.Momentum spec, Regularisation regularisation, Kernels kernels, int size) {
            super(spec, regularisation);
            this.spec = spec;
            this.kernels = kernels;
            this.velocity = new float[size];
        }

        @Override
        void show(State state, String name, Panels panels) {
            state.array(name + ".velocity", panels, velocity);
            steps = state.counter(name + ".steps", steps);
        }

        @Override
        void beginStep() {
            steps++;
        }

        @Override
        void move(float[] parameters, int offset, float[] gradient, int from, int length) {
            kernels.momentum(
                    parameters,
                    velocity,
                    offset,
                    gradient,
                    from,
                    length,
                    (float) spec.momentum(),
                    steps == 1 ? 1 : (float) (1 - spec.dampening()),
                    spec.nesterov(),
                    (float) learningRate());
        }
    }

    private static final class Adam extends Optimizer {
        private final OptimizerSpec.Adam spec;
        private final boolean decoupled;
        private final Kernels kernels;
        private final float[] first;
        private final float[] second;
        /** The largest second moments so far; empty without amsgrad. */
        private final float[] largest;

        private final long firstUnbiased;
        private final long secondUnbiased;
        private int steps;
        private float step;
        private float rootScale;

        /** @param decoupled whether weight decay shrinks the weights themselves: AdamW */
        Adam(OptimizerSpec.Adam spec, boolean decoupled, Regularisation regularisation, Kernels kernels, int size) {
            super(spec, regularisation);
            this.spec = spec;
            this.decoupled = decoupled;
            this.firstUnbiased = unbiasedFrom(spec.beta1());
            this.secondUnbiased = unbiasedFrom(spec.beta2());
            this.kernels = kernels;
            this.first = new float[size];
            this.second = new float[size];
            this.largest = new float[spec.amsgrad() ? size : 0];
        }

        @Override
        void show(State state, String name, Panels panels) {
            state.array(name + ".first", panels, first);
            state.array(name + ".second", panels, second);
            state.array(name + ".largest", panels, largest);
            steps = (int) state.counter(name + ".steps", steps);
        }

        @Override
        void beginStep() {
            steps++;
            step = (float) (learningRate() / biasCorrection(spec.beta1(), firstUnbiased));
            rootScale = (float) (1 / Math.sqrt(biasCorrection(spec.beta2(), secondUnbiased)));
        }

        private double biasCorrection(double beta, long unbiased) {
            // StrictMath, so that every JVM takes the same step.
            return steps >= unbiased ? 1 : 1 - StrictMath.pow(beta, steps);
        }

        /** The step from which on {@code βᵗ < 2⁻⁵⁴}: then {@code 1 - βᵗ} is 1. */
        private static long unbiasedFrom(double beta) {
            return (long) Math.ceil(-55 * Math.log(2) / Math.log(beta));
        }

        @Override
        void decay(float[] parameters, int offset, float[] gradient, int from, int length, float weightDecay) {
            if (!decoupled) {
                super.decay(parameters, offset, gradient, from, length, weightDecay);
                return;
            }
            float share = (float) (1 - learningRate() * weightDecay);
            for (int i = 0; i < length; i++) {
                parameters[offset + i] *= share;
            }
        }

        @Override
        void move(float[] parameters, int offset, float[] gradient, int from, int length) {
            if (spec.amsgrad()) {
                moveByLargest(parameters, offset, gradient, from, length);
                return;
            }
            kernels.adam(
                    parameters,
                    first,
                    second,
                    offset,
                    gradient,
                    from,
                    length,
                    (float) spec.beta1(),
                    (float) spec.beta2(),
                    (float) spec.epsilon(),
                    step,
                    rootScale);
        }

        /** {@link Kernels#adam} with the largest v so far in the place of v. */
        private void moveByLargest(float[] parameters, int offset, float[] gradient, int from, int length) {
            float beta1 = (float) spec.beta1();
            float beta2 = (float) spec.beta2();
            float epsilon = (float) spec.epsilon();
            for (int i = 0; i < length; i++) {
                float g = gradient[from + i];
                float m = Math.fma(beta1, first[offset + i], (1 - beta1) * g);
                float magnitude = Math.max(Math.abs(g), Kernels.SMALLEST_SQUARED);
                float v = Math.fma(beta2, second[offset + i], (1 - beta2) * magnitude * magnitude);
                m = Math.abs(m) < Kernels.SMALLEST_MOMENT ? 0 : m;
                first[offset + i] = m;
                second[offset + i] = v;
                float most = v > largest[offset + i] ? v : largest[offset + i];
                largest[offset + i] = most;
                float root = Math.fma((float) Math.sqrt(most), rootScale, epsilon);
                parameters[offset + i] = Math.fma(-step, m / root, parameters[offset + i]);
            }
        }
    }

    private static final class RmsProp extends Optimizer {
        private final OptimizerSpec.RmsProp spec;
        private final float[] second;
        private final float[] mean;
        private final float[] velocity;

        RmsProp(OptimizerSpec.RmsProp spec, Regularisation regularisation, int size) {
            super(spec, regularisation);
            this.spec = spec;
            this.second = new float[size];
            this.mean = new float[spec.centered() ? size : 0];
            this.velocity = new float[spec.momentum() == 0 ? 0 : size];
        }

        @Override
        void show(State state, String name, Panels panels) {
            state.array(name + ".second", panels, second);
            state.array(name + ".mean", panels, mean);
            state.array(name + ".velocity", panels, velocity);
        }

        @Override
        void move(float[] parameters, int offset, float[] gradient, int from, int length) {
            float decay = (float) spec.decay();
            float epsilon = (float) spec.epsilon();
            float momentum = (float) spec.momentum();
            float minusRate = (float) -learningRate();
            for (int i = 0; i < length; i++) {
                float g = gradient[from + i];
                float v = Math.fma(decay, second[offset + i], (1 - decay) * g * g);
                v = v < Kernels.SMALLEST_MOMENT ? 0 : v;
                second[offset + i] = v;
                float step = g / ((float) Math.sqrt(spec.centered() ? variance(offset + i, v, g) : v) + epsilon);
                if (momentum != 0) {
                    step = Math.fma(momentum, velocity[offset + i], step);
                    step = Math.abs(step) < Kernels.SMALLEST_MOMENT ? 0 : step;
                    velocity[offset + i] = step;
                }
                parameters[offset + i] = Math.fma(minusRate, step, parameters[offset + i]);
            }
        }

        /** At least 0, where PyTorch may take the root of less after rounding. */
        private float variance(int i, float secondMoment, float g) {
            float decay = (float) spec.decay();
            float a = Math.fma(decay, mean[i], (1 - decay) * g);
            a = Math.abs(a) < Kernels.SMALLEST_MOMENT ? 0 : a;
            mean[i] = a;
            return Math.max(0, Math.fma(-a, a, secondMoment));
        }
    }

    private static final class Adagrad extends Optimizer {
        private final OptimizerSpec.Adagrad spec;
        private final float[] sum;
        private long steps;

        Adagrad(OptimizerSpec.Adagrad spec, Regularisation regularisation, int size) {
            super(spec, regularisation);
            this.spec = spec;
            this.sum = new float[size];
            Arrays.fill(sum, (float) spec.initialAccumulator());
        }

        @Override
        void show(State state, String name, Panels panels) {
            state.array(name + ".sum", panels, sum);
            steps = state.counter(name + ".steps", steps);
        }

        @Override
        void beginStep() {
            steps++;
        }

        @Override
        void move(float[] parameters, int offset, float[] gradient, int from, int length) {
            float epsilon = (float) spec.epsilon();
            float minusRate = (float) (-learningRate() / (1 + (steps - 1) * spec.learningRateDecay()));
            for (int i = 0; i < length; i++) {
                float g = gradient[from + i];
                float v = Math.fma(g, g, sum[offset + i]);
                sum[offset + i] = v;
                parameters[offset + i] =
                        Math.fma(minusRate, g / ((float) Math.sqrt(v) + epsilon), parameters[offset + i]);
            }
        }

        @Override
        boolean hasNoMomentum() {
            return true;
        }
    }

    private static final class Adadelta extends Optimizer {
        private final OptimizerSpec.Adadelta spec;
        private final float[] second;
        private final float[] moved;

        Adadelta(OptimizerSpec.Adadelta spec, Regularisation regularisation, int size) {
            super(spec, regularisation);
            this.spec = spec;
            this.second = new float[size];
            this.moved = new float[size];
        }

        @Override
        void show(State state, String name, Panels panels) {
            state.array(name + ".second", panels, second);
            state.array(name + ".moved", panels, moved);
        }

        @Override
        void move(float[] parameters, int offset, float[] gradient, int from, int length) {
            float decay = (float) spec.decay();
            float epsilon = (float) spec.epsilon();
            float minusRate = (float) -learningRate();
            for (int i = 0; i < length; i++) {
                float g = gradient[from + i];
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
