package dev.freshet.engine.cpu;

import dev.freshet.core.model.Activation;
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
    private final Kernels kernels;
    private final Layers model;
    private final List<DenseLayer> layers;
    private final ThreadLocal<Scratch> scratch;

    CpuScorer(ModelSpec spec, Kernels kernels, Weights weights) {
        this.spec = spec;
        this.kernels = kernels;
        this.model = new Layers(spec, kernels, weights);
        this.layers = model.dense();
        this.scratch = ThreadLocal.withInitial(() -> new Scratch(spec, kernels, layers));
    }

    /** One thread's buffers. */
    private static final class Scratch {
        final float[][] outputs;
        final List<Inputs> inputs;
        /** One a layer: {@link DenseLayer#partialSums}. */
        final List<List<float[]>> partialSums;

        final Probabilities probabilities;

        Scratch(ModelSpec spec, Kernels kernels, List<DenseLayer> layers) {
            this.inputs = layers.stream().map(DenseLayer::inputs).toList();
            this.partialSums =
                    layers.stream().map(layer -> layer.partialSums(SLICE)).toList();
            this.outputs = new float[layers.size()][];
            for (int layer = 0; layer < layers.size(); layer++) {
                outputs[layer] = new float[SLICE * layers.get(layer).panels().paddedOutputs()];
            }
            this.probabilities = new Probabilities(
                    spec, kernels, layers.get(layers.size() - 1).panels().paddedOutputs());
            probabilities.reserve(SLICE);
        }
    }

    @Override
    public void score(float[] features, int size, float[] probabilities, float @Nullable [] logits) {
        Scratch own = scratch.get();
        int inputs = spec.input().size();
        for (int begin = 0; begin < size; begin += SLICE) {
            int rows = Math.min(SLICE, size - begin);
            forward(own, features, begin * inputs, rows);
            float[] last = own.outputs[layers.size() - 1];
            if (logits != null) {
                copyLogits(last, rows, logits, begin * spec.outputs());
            }
            own.probabilities.of(
                    last, rows, probabilities, begin * spec.classes().size());
        }
    }

    /** Without the padding of rows. */
    private void copyLogits(float[] padded, int rows, float[] logits, int offset) {
        int units = spec.outputs();
        int row = layers.get(layers.size() - 1).panels().paddedOutputs();
        for (int i = 0; i < rows; i++) {
            System.arraycopy(padded, i * row, logits, offset + i * units, units);
        }
    }

    private void forward(Scratch own, float[] features, int offset, int rows) {
        Inputs first = own.inputs.get(0);
        if (layers.get(0).isLargeEnoughForZeros()) {
            first.read(features, offset, rows);
        } else {
            first.set(features, offset, /* row= */ spec.input().size(), rows);
        }
        layers.get(0).forward(first, own.outputs[0], own.partialSums.get(0));
        for (int layer = 1; layer < layers.size(); layer++) {
            LayerSpec below = spec.hidden().get(layer - 1);
            float[] values = own.outputs[layer - 1];
            int row = layers.get(layer - 1).panels().paddedOutputs();
            NormLayer norm = model.norm(layer - 1);
            if (norm != null) {
                norm.forward(values, values, rows, 0, below.units());
            }
            activate(below, values, rows, row);
            own.inputs.get(layer).set(values, 0, row, rows);
            layers.get(layer).forward(own.inputs.get(layer), own.outputs[layer], own.partialSums.get(layer));
        }
    }

    private void activate(LayerSpec layer, float[] values, int rows, int row) {
        if (layer.activation() == Activation.RELU) {
            kernels.rectify(values, values, 0, row, 1, rows * row);
        } else {
            Elementwise.activate(layer, values, values, rows, row, 0, layer.units());
        }
    }

    /** There is nothing outside the heap. */
    @Override
    public void close() {}
}
