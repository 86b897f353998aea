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
    private final int threads;

    /**
     * With the fastest inner loops that this JVM has, and one thread.
     */
    public CpuEngine() {
        this(1);
    }

    /** Likewise.
     *
     * @param threads that train one network together, at least 1
     */
    public CpuEngine(int threads) {
        this(Kernels.best(), threads);
    }

    CpuEngine(Kernels kernels, int threads) {
        this.kernels = kernels;
        this.threads = threads;
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
        return new CpuNetwork(spec, training, kernels, new Crew(threads), weights);
    }

    @Override
    public Scorer scorer(ModelSpec spec, Weights weights) {
        return new CpuScorer(spec, kernels, weights);
    }
}
