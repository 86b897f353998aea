package dev.freshet.engine.cpu;

import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.Weights;
import dev.freshet.core.training.TrainingSpec;
import dev.freshet.engine.Engine;
import dev.freshet.engine.Network;
import dev.freshet.engine.NetworkState;
import dev.freshet.engine.Scorer;

/** Networks and scorers in Java alone. */
public final class CpuEngine implements Engine {
    private final Kernels kernels;
    private final int threads;
    private final boolean isFixed;

    /** With the fastest inner loops that this JVM has, and one thread. */
    public CpuEngine() {
        this(Kernels.best(), 1, true);
    }

    private CpuEngine(Kernels kernels, int threads, boolean isFixed) {
        this.kernels = kernels;
        this.threads = threads;
        this.isFixed = isFixed;
    }

    CpuEngine(Kernels kernels, int threads) {
        this(kernels, threads, true);
    }

    /**
     * With as many threads for each network. What a network learns does not depend on it.
     *
     * @param threads at least 1
     */
    public static CpuEngine withThreads(int threads) {
        return new CpuEngine(Kernels.best(), threads, true);
    }

    /** With up to a thread for each processor, as many as turn out to be fastest while a network learns. */
    public static CpuEngine withFastestThreads() {
        return new CpuEngine(Kernels.best(), Runtime.getRuntime().availableProcessors(), false);
    }

    @Override
    public String name() {
        return "cpu";
    }

    @Override
    public String description() {
        String share = isFixed ? "" : "up to ";
        return "cpu (" + kernels.description() + ", " + share + threads + (threads == 1 ? " thread)" : " threads)");
    }

    @Override
    public Network resume(ModelSpec spec, TrainingSpec training, NetworkState state) {
        CpuNetwork network = network(spec, training, state.weights());
        network.goOnFrom(state);
        return network;
    }

    @Override
    public Network restore(ModelSpec spec, TrainingSpec training, Weights weights) {
        return network(spec, training, weights);
    }

    private CpuNetwork network(ModelSpec spec, TrainingSpec training, Weights weights) {
        return new CpuNetwork(
                spec,
                training,
                kernels,
                new Crew(threads),
                isFixed ? ThreadChoice.of(threads) : ThreadChoice.upTo(threads),
                weights);
    }

    @Override
    public Scorer scorer(ModelSpec spec, Weights weights) {
        return new CpuScorer(spec, kernels, weights);
    }
}
