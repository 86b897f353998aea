package dev.freshet.engine.cpu;

import dev.freshet.core.model.LayerSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.Weights;
import dev.freshet.engine.Scorer;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
        final float[] features;
        final float[][] outputs;
        final List<Inputs> inputs;

        Scratch(List<DenseLayer> layers, int inputs) {
            this.features = new float[SLICE * inputs];
            this.inputs = layers.stream().map(DenseLayer::inputs).toList();
            this.outputs = new float[layers.size()][];
            for (int layer = 0; layer < layers.size(); layer++) {
                outputs[layer] = new float[SLICE * layers.get(layer).panels().paddedOutputs()];
            }
        }
    }

    @Override
    public void score(float[] features, int size, float[] probabilities, float @Nullable [] logits) {
        Scratch own = scratch.get();
        int inputs = spec.input().size();
        int classes = spec.classes().size();
        for (int begin = 0; begin < size; begin += SLICE) {
            int rows = Math.min(SLICE, size - begin);
            System.arraycopy(features, begin * inputs, own.features, 0, rows * inputs);
            forward(own, rows);
            int last = layers.size() - 1;
            int row = layers.get(last).panels().paddedOutputs();
            if (logits != null) {
                int units = spec.outputs();
                for (int i = 0; i < rows; i++) {
                    System.arraycopy(own.outputs[last], i * row, logits, (begin + i) * units, units);
                }
            }
            for (int i = 0; i < rows; i++) {
                Elementwise.probabilities(
                        spec.output(), own.outputs[last], i * row, classes, probabilities, (begin + i) * classes);
            }
        }
    }

    private void forward(Scratch own, int rows) {
        Inputs first = own.inputs.get(0);
        if (layers.get(0).isLargeEnoughForZeros()) {
            first.read(own.features, rows);
        } else {
            first.set(own.features, /* row= */ spec.input().size(), rows);
        }
        layers.get(0).forward(first, own.outputs[0]);
        for (int layer = 1; layer < layers.size(); layer++) {
            LayerSpec below = spec.hidden().get(layer - 1);
            float[] values = own.outputs[layer - 1];
            int row = layers.get(layer - 1).panels().paddedOutputs();
            NormLayer norm = model.norm(layer - 1);
            if (norm != null) {
                norm.forward(values, values, rows, 0, below.units());
            }
            Elementwise.activate(below, values, values, rows, row, 0, below.units());
            own.inputs.get(layer).set(values, row, rows);
            layers.get(layer).forward(own.inputs.get(layer), own.outputs[layer]);
        }
    }

    /** There is nothing outside the heap. */
    @Override
    public void close() {}
}
