package dev.freshet.engine.cpu;

import dev.freshet.core.training.TrainingSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * Moves all parameters of a network together: a step for each mini-batch or for several, clipped by the norm of all gradients
 * where that is asked for.
 */
final class Descent {
    /** Added to the norm, as PyTorch does. */
    private static final double NORM_EPSILON = 1e-6;

    private final int accumulation;
    private final double largestNorm;
    private final List<DenseLayer> layers;
    private final List<LayerUpdate> weights;
    private final List<UnitUpdate> biases;
    private final List<ParameterUpdate> all = new ArrayList<>();
    /** Mini-batches whose gradients wait for a step. */
    private int waiting;

    /** @param others parameters besides weights and biases, which take mini-batches in by themselves */
    Descent(TrainingSpec training, Kernels kernels, List<DenseLayer> layers, List<UnitUpdate> others, int workers) {
        this.accumulation = training.accumulation();
        this.largestNorm = training.clipping().norm();
        this.layers = layers;
        this.weights = layers.stream()
                .map(layer -> LayerUpdate.of(layer, training, kernels, workers))
                .toList();
        this.biases = layers.stream()
                .map(layer -> UnitUpdate.of(layer.biases(), layer.panels().outputs(), training, kernels))
                .toList();
        all.addAll(weights);
        all.addAll(biases);
        all.addAll(others);
    }

    /** To be called for each layer before the parts of a mini-batch. */
    void begin(int layer, Inputs x, float[] deltas) {
        weights.get(layer).begin(x.rows(), deltas);
    }

    /**
     * Takes a mini-batch in for one part of one layer. Threads may call this at the same time, each for parts of its own.
     *
     * @param x inputs of the layer
     * @param deltas {@code [rows][paddedOutputs]}, already divided by the number of examples
     * @param worker of the {@link Crew} that does this
     */
    void learn(int layer, Inputs x, float[] deltas, int part, int worker) {
        weights.get(layer).learn(x, deltas, part, worker);
        Panels panels = layers.get(layer).panels();
        for (int panel = part;
                panel < panels.count();
                panel += layers.get(layer).parts()) {
            biases.get(layer).add(x.rows(), deltas, panels.column(panel), panels.column(panel + 1));
        }
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

    /** Shows what the steps that follow depend on. */
    void show(State state) {
        waiting = (int) state.counter("waiting", waiting);
        for (int i = 0; i < all.size(); i++) {
            all.get(i).show(state, "parameters." + i);
        }
    }
}
