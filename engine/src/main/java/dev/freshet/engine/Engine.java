package dev.freshet.engine;

import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.OptimizerSpec;
import dev.freshet.core.model.Weights;

/**
 * Makes networks and scorers for any model spec; each library that can has one.
 *
 * <p>The trainer and the server are given one by whoever starts them. Safe to share.
 */
public interface Engine {
    /** As settings, manifests and metrics call it, such as {@code cpu}. */
    String name();

    /** As logs call it, with what it found on this machine. */
    default String description() {
        return name();
    }

    /**
     * A network with {@link FreshWeights}.
     *
     * @param seed decides the weights; equal seeds give equal ones in every engine
     */
    default Network create(ModelSpec spec, OptimizerSpec optimizer, long seed) {
        return restore(spec, optimizer, seed, FreshWeights.of(spec, seed));
    }

    /**
     * A network that goes on from given weights, with a fresh optimizer.
     *
     * @param seed decides which outputs are dropped
     * @throws IllegalArgumentException if the weights do not fit the spec, or the engine lacks something that it asks for
     */
    Network restore(ModelSpec spec, OptimizerSpec optimizer, long seed, Weights weights);

    /**
     * A scorer for one version, loaded and ready; takes as long as loading takes, so never call it where requests wait.
     *
     * @throws IllegalArgumentException if the weights do not fit the spec
     */
    Scorer scorer(ModelSpec spec, Weights weights);
}
