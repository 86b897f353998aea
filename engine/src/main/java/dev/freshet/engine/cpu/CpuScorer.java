package dev.freshet.engine.cpu;

import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.Weights;
import dev.freshet.engine.Scorer;
import java.util.List;

/**
 * One version, ready to answer. The layers are never written to, so all threads share them without a lock; what a thread
 * needs beside them it keeps for itself, so a call allocates nothing once the thread has made its first.
 */
final class CpuScorer implements Scorer {
    /** Examples scored at once: their activations stay in the cache, and scratch stays small for a batch of any size. */
    private static final int SLICE = 64;

    private final ModelSpec spec;
    private final Layers model;
    private final List<DenseLayer> layers;
    private final ThreadLocal<Scratch> scratch;

    CpuScorer(ModelSpec spec, Kernels kernels, Weights weights) {
        this.spec = spec;
        this.model = new Layers(spec, kernels, weights);
        this.layers = model.dense();
        this.scratch =
                ThreadLocal.withInitial(() -> new Scratch(layers, spec.input().size()));
    }

    /** One thread's buffers. */
    private static final class Scratch {
        final float[] inputs;
        final float[][] outputs;
        final NonZeros nonZeros = new NonZeros();

        Scratch(List<DenseLayer> layers, int inputs) {
            this.inputs = new float[SLICE * inputs];
            this.outputs = new float[layers.size()][];
            for (int layer = 0; layer < layers.size(); layer++) {
                outputs[layer] = new float[SLICE * layers.get(layer).panels().paddedOutputs()];
            }
        }
    }

    @Override
    public void score(float[] features, int size, float[] probabilities) {
        Scratch own = scratch.get();
        int inputs = spec.input().size();
        int classes = spec.classes().size();
        for (int begin = 0; begin < size; begin += SLICE) {
            int rows = Math.min(SLICE, size - begin);
            System.arraycopy(features, begin * inputs, own.inputs, 0, rows * inputs);
            forward(own, rows);
            int last = layers.size() - 1;
            int row = layers.get(last).panels().paddedOutputs();
            for (int i = 0; i < rows; i++) {
                Elementwise.probabilities(
                        spec.output(), own.outputs[last], i * row, classes, probabilities, (begin + i) * classes);
            }
        }
    }

    private void forward(Scratch own, int rows) {
        int inputs = spec.input().size();
        DenseLayer first = layers.get(0);
        if (first.isWideEnoughForZeros() && own.nonZeros.readRows(own.inputs, rows, inputs)) {
            first.forward(own.nonZeros, rows, own.outputs[0]);
        } else {
            first.forward(own.inputs, inputs, rows, own.outputs[0]);
        }
        for (int layer = 1; layer < layers.size(); layer++) {
            Panels below = layers.get(layer - 1).panels();
            float[] values = own.outputs[layer - 1];
            NormLayer norm = model.norm(layer - 1);
            if (norm != null) {
                norm.forward(values, values, rows);
            }
            Elementwise.activate(spec.hidden().get(layer - 1), values, values, rows, below.paddedOutputs());
            layers.get(layer).forward(own.outputs[layer - 1], below.paddedOutputs(), rows, own.outputs[layer]);
        }
    }

    /** There is nothing outside the heap. */
    @Override
    public void close() {}
}
