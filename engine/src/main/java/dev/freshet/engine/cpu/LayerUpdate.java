package dev.freshet.engine.cpu;

import dev.freshet.core.training.OptimizerSpec;
import dev.freshet.core.training.TrainingSpec;

/** Learns for the weights of one layer: {@code dW = Xᵀ Δ}, in the {@link DenseLayer#parts} of W. */
interface LayerUpdate extends ParameterUpdate {
    /**
     * To be called before the parts of a mini-batch.
     *
     * @param deltas {@code [rows][paddedOutputs]}, already divided by the number of examples
     */
    void begin(int rows, float[] deltas);

    /**
     * Takes a mini-batch in for one part, beginning with the inputs that the forward pass came to last: they are in the cache
     * yet. Threads may call this at the same time, each for parts of its own.
     *
     * @param x inputs of the layer
     * @param deltas as before
     * @param worker of the {@link Crew} that does this
     */
    void learn(Inputs x, float[] deltas, int part, int worker);

    /**
     * The fastest that can do what is asked for.
     *
     * @param workers of the {@link Crew}
     */
    static LayerUpdate of(DenseLayer layer, TrainingSpec training, Kernels kernels, int workers) {
        boolean whole = training.accumulation() > 1 || training.clipping().norm() < Double.POSITIVE_INFINITY;
        Regularisation regularisation = Regularisation.ofWeights(training);
        if (training.optimizer() instanceof OptimizerSpec.Sgd sgd && !whole && regularisation.isNone()) {
            return new DirectUpdate(layer, sgd.learningRate());
        }
        Optimizer optimizer = Optimizer.of(
                training.optimizer(), regularisation, kernels, layer.panels().size());
        return whole
                ? new GradientUpdate(kernels, layer, optimizer)
                : new FusedUpdate(kernels, layer, optimizer, workers);
    }
}
