package dev.freshet.core.training;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.freshet.core.config.Config;
import dev.freshet.core.config.Interval;

/**
 * How gradients become steps, each as PyTorch computes it, with all the parameters that PyTorch has. g is the gradient
 * with weight decay, {@code g + λ w}, except in {@link AdamW}.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = OptimizerSpec.Sgd.class, name = "sgd"),
    @JsonSubTypes.Type(value = OptimizerSpec.Momentum.class, name = "momentum"),
    @JsonSubTypes.Type(value = OptimizerSpec.Adam.class, name = "adam"),
    @JsonSubTypes.Type(value = OptimizerSpec.AdamW.class, name = "adamw"),
    @JsonSubTypes.Type(value = OptimizerSpec.RmsProp.class, name = "rmsprop"),
    @JsonSubTypes.Type(value = OptimizerSpec.Adagrad.class, name = "adagrad"),
    @JsonSubTypes.Type(value = OptimizerSpec.Adadelta.class, name = "adadelta")
})
public sealed interface OptimizerSpec {
    /** η, in (0, 10]. */
    double learningRate();

    /** λ, in [0, 1). */
    double weightDecay();

    /** Stochastic gradient descent: {@code w ← w - η g}. */
    record Sgd(double learningRate, double weightDecay) implements OptimizerSpec {
        /** Without weight decay. */
        public Sgd(double learningRate) {
            this(learningRate, 0);
        }
    }

    /**
     * SGD with momentum (Sutskever et al., 2013): {@code v ← μ v + (1-τ) g; w ← w - η v}, or with Nesterov's look ahead
     * {@code w ← w - η (g + μ v)}. The first v is g.
     *
     * @param momentum μ, in (0, 1)
     * @param dampening τ, in [0, 1); 0 with {@code nesterov}
     */
    record Momentum(double learningRate, double momentum, double dampening, boolean nesterov, double weightDecay)
            implements OptimizerSpec {
        public Momentum {
            if (nesterov && dampening != 0) {
                throw new IllegalArgumentException("dampening must be 0 with nesterov, was " + dampening);
            }
        }

        /** Without dampening. */
        public Momentum(double learningRate, double momentum, boolean nesterov, double weightDecay) {
            this(learningRate, momentum, 0, nesterov, weightDecay);
        }
    }

    /**
     * Adam (Kingma and Ba, 2015, algorithm 1), with bias correction.
     *
     * @param beta1 decay of the first moment, in [0, 1)
     * @param beta2 decay of the second moment, in [0, 1)
     * @param epsilon added to the root of the second moment, in (0, 1]
     * @param amsgrad divides by the largest second moment so far (Reddi, Kale and Kumar, 2018)
     */
    record Adam(double learningRate, double beta1, double beta2, double epsilon, double weightDecay, boolean amsgrad)
            implements OptimizerSpec {
        /** Without weight decay. */
        public Adam(double learningRate, double beta1, double beta2, double epsilon) {
            this(learningRate, beta1, beta2, epsilon, 0, false);
        }
    }

    /** Adam with decoupled weight decay (Loshchilov and Hutter, 2019): {@code w ← (1 - η λ) w} before Adam's step. */
    record AdamW(double learningRate, double beta1, double beta2, double epsilon, double weightDecay, boolean amsgrad)
            implements OptimizerSpec {}

    /**
     * RMSProp (Tieleman and Hinton, lecture 6.5, 2012): {@code v ← ρ v + (1-ρ) g²; u ← μ u + g / (√v + ε); w ← w - η u}.
     *
     * @param decay ρ, in [0, 1)
     * @param momentum μ, in [0, 1)
     * @param centered divides by the root of the gradient's variance, {@code v - a²} with {@code a ← ρ a + (1-ρ) g}, instead
     *     (Graves, 2013)
     */
    record RmsProp(
            double learningRate, double decay, double epsilon, double momentum, boolean centered, double weightDecay)
            implements OptimizerSpec {}

    /**
     * Adagrad (Duchi, Hazan and Singer, 2011): {@code v ← v + g²; w ← w - η / (1 + (t-1) δ) g / (√v + ε)}.
     *
     * @param learningRateDecay δ, at least 0
     * @param initialAccumulator the first v, at least 0
     */
    record Adagrad(
            double learningRate,
            double epsilon,
            double learningRateDecay,
            double initialAccumulator,
            double weightDecay)
            implements OptimizerSpec {}

    /**
     * Adadelta (Zeiler, 2012): {@code v ← ρ v + (1-ρ) g²; d ← g √(u + ε) / √(v + ε); u ← ρ u + (1-ρ) d²; w ← w - η d}.
     *
     * @param decay ρ, in [0, 1)
     */
    record Adadelta(double learningRate, double decay, double epsilon, double weightDecay) implements OptimizerSpec {}

    /** Adam with the paper's defaults. */
    static Adam adam(double learningRate) {
        return new Adam(learningRate, 0.9, 0.999, 1e-8);
    }

    /** Reads the section {@code optimizer}; Adam where it says nothing, with a learning rate for one pass. */
    static OptimizerSpec from(Config config) {
        enum Type {
            ADAM,
            ADAMW,
            SGD,
            MOMENTUM,
            NESTEROV,
            RMSPROP,
            ADAGRAD,
            ADADELTA
        }
        Type type = config.oneOf("type", Type.ADAM);
        Interval share = Interval.closedOpen(0, 1);
        double weightDecay = config.number("weight-decay", type == Type.ADAMW ? 0.01 : 0, share);
        double learningRate = config.number(
                "learning-rate",
                switch (type) {
                    case ADAM, ADAMW -> 0.002;
                    case ADADELTA -> 1;
                    default -> 0.01;
                },
                Interval.openClosed(0, 10));
        return switch (type) {
            case SGD -> new Sgd(learningRate, weightDecay);
            case MOMENTUM, NESTEROV ->
                new Momentum(
                        learningRate,
                        config.number("momentum", 0.9, Interval.open(0, 1)),
                        type == Type.NESTEROV ? 0 : config.number("dampening", 0, share),
                        type == Type.NESTEROV,
                        weightDecay);
            case ADAM ->
                new Adam(
                        learningRate,
                        config.number("beta1", 0.9, share),
                        config.number("beta2", 0.999, share),
                        epsilon(config, 1e-8),
                        weightDecay,
                        config.flag("amsgrad", false));
            case ADAMW ->
                new AdamW(
                        learningRate,
                        config.number("beta1", 0.9, share),
                        config.number("beta2", 0.999, share),
                        epsilon(config, 1e-8),
                        weightDecay,
                        config.flag("amsgrad", false));
            case RMSPROP ->
                new RmsProp(
                        learningRate,
                        config.number("decay", 0.99, share),
                        epsilon(config, 1e-8),
                        config.number("momentum", 0, share),
                        config.flag("centered", false),
                        weightDecay);
            case ADAGRAD ->
                new Adagrad(
                        learningRate,
                        epsilon(config, 1e-10),
                        config.number("learning-rate-decay", 0, Interval.closed(0, 1)),
                        config.number("initial-accumulator", 0, Interval.closed(0, 1e6)),
                        weightDecay);
            case ADADELTA ->
                new Adadelta(learningRate, config.number("decay", 0.9, share), epsilon(config, 1e-6), weightDecay);
        };
    }

    private static double epsilon(Config config, double otherwise) {
        return config.number("epsilon", otherwise, Interval.openClosed(0, 1));
    }
}
