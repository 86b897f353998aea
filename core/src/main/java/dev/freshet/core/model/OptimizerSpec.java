package dev.freshet.core.model;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.freshet.core.config.Config;
import dev.freshet.core.config.Interval;

/** How gradients become steps. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = OptimizerSpec.Sgd.class, name = "sgd"),
    @JsonSubTypes.Type(value = OptimizerSpec.Adam.class, name = "adam")
})
public sealed interface OptimizerSpec {
    /** Step size, in (0, 10]. */
    double learningRate();

    /** Stochastic gradient descent: {@code w ← w - η g}. */
    record Sgd(double learningRate) implements OptimizerSpec {}

    /**
     * Adam (Kingma and Ba, 2015, algorithm 1), with bias correction.
     *
     * @param beta1 decay of the first moment, in [0, 1)
     * @param beta2 decay of the second moment, in [0, 1)
     * @param epsilon added to the root of the second moment, in (0, 1]
     */
    record Adam(double learningRate, double beta1, double beta2, double epsilon) implements OptimizerSpec {}

    /** Adam with the paper's defaults. */
    static Adam adam(double learningRate) {
        return new Adam(learningRate, 0.9, 0.999, 1e-8);
    }

    /** Reads the section {@code optimizer}; Adam where it says nothing, with a learning rate for one pass. */
    static OptimizerSpec from(Config config) {
        enum Type {
            ADAM,
            SGD
        }
        Type type = config.oneOf("type", Type.ADAM);
        Interval step = Interval.openClosed(0, 10);
        Interval decay = Interval.closedOpen(0, 1);
        return switch (type) {
            case SGD -> new Sgd(config.number("learning-rate", 0.01, step));
            case ADAM ->
                new Adam(
                        config.number("learning-rate", 0.002, step),
                        config.number("beta1", 0.9, decay),
                        config.number("beta2", 0.999, decay),
                        config.number("epsilon", 1e-8, Interval.openClosed(0, 1)));
        };
    }
}
