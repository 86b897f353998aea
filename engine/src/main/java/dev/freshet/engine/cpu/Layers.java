package dev.freshet.engine.cpu;

import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.NamedTensor;
import dev.freshet.core.model.Weights;
import java.util.ArrayList;
import java.util.List;

/** Between a model's weights as they travel and its layers as they are multiplied. */
final class Layers {
    private Layers() {}

    /** @throws IllegalArgumentException if the weights do not fit the spec */
    static List<DenseLayer> of(ModelSpec spec, Kernels kernels, Weights weights) {
        if (spec.hidden().stream().anyMatch(layer -> layer.batchNorm() != null)) {
            throw new IllegalArgumentException("model.hidden must do without batch-norm, was " + spec.hidden());
        }
        List<NamedTensor> tensors = weights.fitTo(spec).tensors();
        List<DenseLayer> layers = new ArrayList<>();
        for (int i = 0; i < tensors.size(); i += 2) {
            layers.add(new DenseLayer(kernels, tensors.get(i), tensors.get(i + 1)));
        }
        return List.copyOf(layers);
    }

    static Weights weights(List<DenseLayer> layers) {
        List<NamedTensor> tensors = new ArrayList<>();
        for (int layer = 0; layer < layers.size(); layer++) {
            tensors.add(layers.get(layer).weight(layer));
            tensors.add(layers.get(layer).bias(layer));
        }
        return new Weights(tensors);
    }
}
