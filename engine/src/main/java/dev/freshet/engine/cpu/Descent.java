package dev.freshet.engine.cpu;

import dev.freshet.core.training.TrainingSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * Moves all parameters of a network together: a step for each mini-batch or for several, clipped by the norm of all gradients
 * where that is asked for. Belongs to the training thread.
 */
final class Descent {
    /** Added to the norm, as PyTorch does. */
    private static final double NORM_EPSILON = 1e-6;

    private final int accumulation;
    private final double largestNorm;
    private final List<LayerUpdate> weights;
    private final List<UnitUpdate> biases;
    private final List<ParameterUpdate> all = new ArrayList<>();
    /** Mini-batches whose gradients wait for a step. */
    private int waiting;

    /** @param others parameters besides weights and biases, which take mini-batches in by themselves */
    Descent(TrainingSpec training, Kernels kernels, List<DenseLayer> layers, List<UnitUpdate> others) {
        this.accumulation = training.accumulation();
        this.largestNorm = training.clipping().norm();
        this.weights = layers.stream()
                .map(layer -> LayerUpdate.of(layer, training, kernels))
                .toList();
        this.biases = layers.stream()
                .map(layer -> UnitUpdate.of(layer.biases(), training, kernels))
                .toList();
        all.addAll(weights);
        all.addAll(biases);
        all.addAll(others);
    }

    /**
     * Takes a mini-batch in, for one layer.
     *
     * @param x {@code [rows]} rows of inputs, each {@code xRow} behind the one before
     * @param deltas {@code [rows][paddedOutputs]}, already divided by the number of examples
     */
    void learn(int layer, float[] x, int xRow, int rows, float[] deltas) {
        weights.get(layer).learn(x, xRow, rows, deltas);
        biases.get(layer).add(rows, deltas);
    }

    /** The same, from the non-zeros of the inputs. */
    void learn(int layer, NonZeros x, int rows, float[] deltas) {
        weights.get(layer).learn(x, rows, deltas);
        biases.get(layer).add(rows, deltas);
    }

    /**
     * To be called when all parameters have taken a mini-batch in.
     *
     * @return whether it completed a step
     */
    boolean stepIfDue() {
        waiting++;
        if (waiting < accumulation) {
            return false;
        }
        waiting = 0;
        double squares = 0;
        for (int i = 0; i < all.size(); i++) {
            squares += all.get(i).complete(1f / accumulation);
        }
        float factor = (float) Math.min(1, largestNorm / (Math.sqrt(squares) + NORM_EPSILON));
        for (int i = 0; i < all.size(); i++) {
            all.get(i).step(factor);
        }
        return true;
    }

    /** Of the steps that follow. */
    void setLearningRate(double learningRate) {
        for (int i = 0; i < all.size(); i++) {
            all.get(i).setLearningRate(learningRate);
        }
    }
}
