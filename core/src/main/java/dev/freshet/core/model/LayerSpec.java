package dev.freshet.core.model;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.freshet.core.config.Config;
import dev.freshet.core.config.Interval;
import org.jspecify.annotations.Nullable;

/**
 * One hidden layer, fully connected: weighted sums, batch normalisation where it is asked for, activation, dropout.
 *
 * @param units outputs, 1 to 65 536
 * @param activation applied to each output
 * @param alpha of the activation, in (0, 10]; 0 where it has none
 * @param dropout share of the activated outputs that a training step sets to 0, the others growing by as much, in [0, 1)
 *     (Srivastava et al., 2014)
 * @param batchNorm of the weighted sums; null for none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LayerSpec(
        int units,
        Activation activation,
        double alpha,
        double dropout,
        @Nullable BatchNorm batchNorm) {
    @JsonCreator
    public LayerSpec {
        requireNonNull(activation, "activation");
        require(units >= 1 && units <= 65_536, "units must be in [1, 65536], was " + units);
        require(
                activation.hasAlpha() ? alpha > 0 && alpha <= 10 : alpha == 0,
                "alpha of " + Config.nameOf(activation) + " must be "
                        + (activation.hasAlpha() ? "in (0, 10]" : "left out") + ", was " + alpha);
        require(dropout >= 0 && dropout < 1, "dropout must be in [0, 1), was " + dropout);
    }

    /** Without batch normalisation. */
    public LayerSpec(int units, Activation activation, double alpha, double dropout) {
        this(units, activation, alpha, dropout, null);
    }

    /** Without dropout and batch normalisation, with the activation's usual α. */
    public LayerSpec(int units, Activation activation) {
        this(units, activation, activation.defaultAlpha(), 0);
    }

    /** Reads one element of {@code model.hidden}. */
    static LayerSpec from(Config layer) {
        if (!layer.has("units")) {
            layer.problem("units", "missing", "must be a whole number in [1, 65536]");
        }
        int units = layer.integer("units", 1, 1, 65_536);
        Activation activation = layer.oneOf("activation", Activation.RELU);
        double alpha = activation.defaultAlpha();
        if (activation.hasAlpha()) {
            alpha = layer.number("alpha", alpha, Interval.openClosed(0, 10));
        } else if (layer.has("alpha")) {
            layer.problem("alpha", "given", "must be left out for " + Config.nameOf(activation));
        }
        layer.ignore("alpha");
        return new LayerSpec(
                units, activation, alpha, layer.number("dropout", 0, Interval.closedOpen(0, 1)), BatchNorm.from(layer));
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
