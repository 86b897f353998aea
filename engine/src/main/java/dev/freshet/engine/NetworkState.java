package dev.freshet.engine;

import dev.freshet.core.model.Weights;
import java.util.Map;

/**
 * All that the next steps of a network depend on, besides its specs: a network that goes on from it does the same to the last
 * bit. Immutable, as far as its arrays are left alone.
 *
 * @param weights the parameters
 * @param arrays what an optimizer remembers of each parameter, and gradients that wait for a step, in the layout of the
 *     weights; names are the engine's own
 * @param counters steps and the like, likewise
 */
public record NetworkState(Weights weights, Map<String, float[]> arrays, Map<String, Long> counters) {
    public NetworkState {
        arrays = Map.copyOf(arrays);
        counters = Map.copyOf(counters);
    }
}
