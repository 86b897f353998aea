package dev.freshet.engine.cpu;

import dev.freshet.core.training.OptimizerSpec;
import dev.freshet.core.training.TrainingSpec;

/** Learns for the weights of one layer: {@code dW = Xᵀ Δ}. Belongs to the training thread. */
interface LayerUpdate extends ParameterUpdate {
    /**
     * Takes a mini-batch in.
     *
     * @param x {@code [rows]} rows of inputs, each {@code xRow} behind the one before
     * @param deltas {@code [rows][paddedOutputs]}, already divided by the number of examples
     */
    void learn(float[] x, int xRow, int rows, float[] deltas);

    /** The same, from the non-zeros of the inputs. */
    void learn(NonZeros x, int rows, float[] deltas);

    /** The fastest that can do what is asked for. */
    static LayerUpdate of(DenseLayer layer, TrainingSpec training, Kernels kernels) {
        boolean whole = training.accumulation() > 1 || training.clipping().norm() < Double.POSITIVE_INFINITY;
        Regularisation regularisation = Regularisation.ofWeights(training);
        if (training.optimizer() instanceof OptimizerSpec.Sgd sgd && !whole && regularisation.isNone()) {
            return new DirectUpdate(kernels, layer, sgd.learningRate());
        }
        Optimizer optimizer = Optimizer.of(
                training.optimizer(), regularisation, kernels, layer.panels().size());
        return whole ? new GradientUpdate(kernels, layer, optimizer) : new FusedUpdate(kernels, layer, optimizer);
    }
}
