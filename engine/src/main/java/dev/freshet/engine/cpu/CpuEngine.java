package dev.freshet.engine.cpu;

import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.Weights;
import dev.freshet.core.training.TrainingSpec;
import dev.freshet.engine.Engine;
import dev.freshet.engine.Network;
import dev.freshet.engine.Scorer;

/** Networks and scorers in Java alone. */
public final class CpuEngine implements Engine {
    private final Kernels kernels;

    /** With the fastest inner loops that this JVM has. */
    public CpuEngine() {
        this(Kernels.best());
    }

    CpuEngine(Kernels kernels) {
        this.kernels = kernels;
    }

    @Override
    public String name() {
        return "cpu";
    }

    @Override
    public String description() {
        return "cpu (" + kernels.description() + ")";
    }

    @Override
    public Network restore(ModelSpec spec, TrainingSpec training, Weights weights) {
        return new CpuNetwork(spec, training, kernels, weights);
    }

    @Override
    public Scorer scorer(ModelSpec spec, Weights weights) {
        return new CpuScorer(spec, kernels, weights);
    }
}
