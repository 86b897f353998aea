package dev.freshet.server.model;

import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.Weights;
import dev.freshet.core.training.TrainingSpec;
import dev.freshet.engine.Engine;
import dev.freshet.engine.Network;
import dev.freshet.engine.Scorer;

/** An engine whose scorers all fail with the same exception, as with a native library that does not load. */
record BrokenEngine(Engine behind, RuntimeException failure) implements Engine {
    @Override
    public String name() {
        return "broken";
    }

    @Override
    public Network restore(ModelSpec spec, TrainingSpec training, Weights weights) {
        return behind.restore(spec, training, weights);
    }

    @Override
    public Scorer scorer(ModelSpec spec, Weights weights) {
        throw failure;
    }
}
