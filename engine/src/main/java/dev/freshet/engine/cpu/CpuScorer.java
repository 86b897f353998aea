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
    private final ModelSpec spec;
    private final Kernels kernels;
    private final Layers model;
    private final List<DenseLayer> layers;

    CpuScorer(ModelSpec spec, Kernels kernels, Weights weights) {
        this.spec = spec;
        this.kernels = kernels;
        this.model = new Layers(spec, kernels, weights);
        this.layers = model.dense();
    }

    @Override
    public void score(float[] features, int size, float[] probabilities, float @Nullable [] logits) {
        Scratch own = Scratch.ofThisThread(spec, kernels, layers);
        int inputs = spec.input().size();
        for (int begin = 0; begin < size; begin += Scratch.SLICE) {
            int rows = Math.min(Scratch.SLICE, size - begin);
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
            first.copyColumns(0, spec.input().size());
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
            own.inputs.get(layer).copyColumns(0, below.units());
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
