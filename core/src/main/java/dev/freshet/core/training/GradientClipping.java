package dev.freshet.core.training;

import dev.freshet.core.config.Config;
import dev.freshet.core.config.Interval;

/**
 * Bounds of a gradient, applied before weight decay and the optimizer, by norm first.
 *
 * @param norm of all gradients together, above which they shrink to it: {@code g · min(1, norm / (‖g‖ + 1e-6))} (Pascanu,
 *     Mikolov and Bengio, 2013); greater than 0, infinite for no bound
 * @param value that no entry leaves on either side; greater than 0, infinite for no bound
 */
public record GradientClipping(double norm, double value) {
    /** No bound. */
    public static final GradientClipping NONE =
            new GradientClipping(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

    public GradientClipping {
        if (!(norm > 0 && value > 0)) {
            throw new IllegalArgumentException(
                    "clip.norm and clip.value must be greater than 0, were " + norm + " and " + value);
        }
    }

    /** Reads the section {@code trainer.clip}. */
    static GradientClipping from(Config section) {
        Interval positive = Interval.openClosed(0, 1e9);
        return new GradientClipping(
                section.number("norm", Double.POSITIVE_INFINITY, positive),
                section.number("value", Double.POSITIVE_INFINITY, positive));
    }
}
