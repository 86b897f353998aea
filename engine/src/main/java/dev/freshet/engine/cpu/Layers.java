package dev.freshet.engine.cpu;

import dev.freshet.core.model.BatchNorm;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.NamedTensor;
import dev.freshet.core.model.Weights;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Between a model's weights as they travel and its layers as they are computed. */
final class Layers {
    private final List<DenseLayer> dense;
    /** Of the hidden layers. */
    private final List<@Nullable NormLayer> norms = new ArrayList<>();

    /** @throws IllegalArgumentException if the weights do not fit the spec */
    Layers(ModelSpec spec, Kernels kernels, Weights weights) {
        List<NamedTensor> tensors = weights.fitTo(spec).tensors();
        List<DenseLayer> denseLayers = new ArrayList<>();
        int next = 0;
        for (int layer = 0; layer <= spec.hidden().size(); layer++) {
            DenseLayer added = new DenseLayer(kernels, tensors.get(next), tensors.get(next + 1));
            next += 2;
            denseLayers.add(added);
            BatchNorm batchNorm =
                    layer < spec.hidden().size() ? spec.hidden().get(layer).batchNorm() : null;
            if (batchNorm == null) {
                norms.add(null);
            } else {
                norms.add(new NormLayer(
                        batchNorm,
                        tensors.subList(next, next + 4),
                        added.panels().paddedOutputs()));
                next += 4;
            }
        }
        this.dense = List.copyOf(denseLayers);
    }

    /** From the first hidden layer to the output. */
    List<DenseLayer> dense() {
        return dense;
    }

    /** Of a layer; null where there is none. */
    @Nullable
    NormLayer norm(int layer) {
        return norms.get(layer);
    }

    Weights weights() {
        List<NamedTensor> tensors = new ArrayList<>();
        for (int layer = 0; layer < dense.size(); layer++) {
            tensors.add(dense.get(layer).weight(layer));
            tensors.add(dense.get(layer).bias(layer));
            NormLayer norm = norms.get(layer);
            if (norm != null) {
                tensors.addAll(norm.tensors(layer));
            }
        }
        return new Weights(tensors);
    }
}
