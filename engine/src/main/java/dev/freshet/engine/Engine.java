package dev.freshet.engine;

import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.Weights;
import dev.freshet.core.training.TrainingSpec;

/**
 * Makes networks and scorers for any model spec; each library that can has one.
 *
 * <p>The trainer and the server are given one by whoever starts them. Safe to share.
 */
public interface Engine {
    /** As settings, manifests and metrics call it, such as {@code cpu}. */
    String name();

    /** What its networks and scorers compute on. */
    default Device device() {
        return Device.CPU;
    }

    /** As logs call it, with what it found on this machine. */
    default String description() {
        return name();
    }

    /**
     * A network with {@link FreshWeights}.
     *
     * @throws IllegalArgumentException if the engine lacks something that the specs ask for
     */
    default Network create(ModelSpec spec, TrainingSpec training) {
        return restore(spec, training, FreshWeights.of(spec, training));
    }

    /**
     * A network that goes on from given weights, with a fresh optimizer.
     *
     * @throws IllegalArgumentException if the weights do not fit the spec, or the engine lacks something that the specs ask
     *     for
     */
    Network restore(ModelSpec spec, TrainingSpec training, Weights weights);

    /**
     * A network that goes on from a {@link Network#state} and does what the other would have done, to the last bit.
     *
     * @throws IllegalArgumentException if the state does not fit the specs
     * @throws UnsupportedOperationException if the engine cannot
     */
    default Network resume(ModelSpec spec, TrainingSpec training, NetworkState state) {
        throw new UnsupportedOperationException("engine " + name() + " cannot go on from a state");
    }

    /**
     * A scorer for one version, loaded and ready; takes as long as loading takes, so never call it where requests wait.
     *
     * @throws IllegalArgumentException if the weights do not fit the spec
     */
    Scorer scorer(ModelSpec spec, Weights weights);
}
