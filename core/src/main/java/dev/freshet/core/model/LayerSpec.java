package dev.freshet.core.model;

import static java.util.Objects.requireNonNull;

/**
 * One hidden layer, fully connected.
 *
 * @param units outputs, 1 to 65 536
 * @param activation applied to each output
 */
public record LayerSpec(int units, Activation activation) {
    public LayerSpec {
        requireNonNull(activation, "activation");
        if (units < 1 || units > 65_536) {
            throw new IllegalArgumentException("units must be in [1, 65536], was " + units);
        }
    }
}
