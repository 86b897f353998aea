package dev.freshet.core.training;

import static java.util.Objects.requireNonNull;

import dev.freshet.core.config.Config;
import dev.freshet.core.config.Interval;

/**
 * The weights and biases that a network begins with.
 *
 * @param scheme of the weights
 * @param bias of every unit, finite; without a say in {@link Scheme#TORCH_LINEAR}, which has a scheme for biases, too
 */
public record Initialisation(Scheme scheme, double bias) {
    /** Where nobody says. */
    public static final Initialisation DEFAULT = new Initialisation(Scheme.AUTO, 0);

    /** How the weights of a layer with n inputs and m outputs are drawn. */
    public enum Scheme {
        /** {@link #KAIMING_NORMAL} before ReLU, {@link #XAVIER_NORMAL} before everything else. */
        AUTO,
        /** Uniform in ±√(6 / (n + m)) (Glorot and Bengio, 2010). */
        XAVIER_UNIFORM,
        /** Normal with variance 2 / (n + m) (Glorot and Bengio, 2010). */
        XAVIER_NORMAL,
        /** Uniform in ±√(6 / n) (He et al., 2015). */
        KAIMING_UNIFORM,
        /** Normal with variance 2 / n (He et al., 2015). */
        KAIMING_NORMAL,
        /** Uniform in ±1/√n, biases as well: what PyTorch's {@code Linear} begins with. */
        TORCH_LINEAR,
        /** All 0: for a net without hidden layers. */
        ZEROS
    }

    public Initialisation {
        requireNonNull(scheme, "scheme");
        if (!Double.isFinite(bias)) {
            throw new IllegalArgumentException("bias must be finite, was " + bias);
        }
    }

    /** Reads the section {@code trainer.init}. */
    static Initialisation from(Config section) {
        Scheme scheme = section.oneOf("weights", Scheme.AUTO);
        if (scheme == Scheme.TORCH_LINEAR && section.has("bias")) {
            section.problem("bias", "given", "must be left out with weights torch-linear, which draws biases, too");
        }
        return new Initialisation(scheme, section.number("bias", 0, Interval.closed(-10, 10)));
    }
}
