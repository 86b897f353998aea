package dev.freshet.bench.libtorch;

import dev.freshet.bench.peer.Workload;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/** A net's weights and biases, with the workload's values to begin with. */
final class Parameters {
    private final List<Tensor> weights = new ArrayList<>();
    private final List<Tensor> biases = new ArrayList<>();

    Parameters(Workload workload) {
        int[] sizes = workload.sizes();
        for (int layer = 0; layer < workload.layers(); layer++) {
            weights.add(Tensor.create(workload.weights(layer), sizes[layer + 1], sizes[layer]));
            biases.add(Tensor.create(workload.biases(layer), sizes[layer + 1]));
        }
    }

    int layers() {
        return weights.size();
    }

    /** {@code [out][in]}. */
    Tensor weight(int layer) {
        return weights.get(layer);
    }

    Tensor bias(int layer) {
        return biases.get(layer);
    }

    /** The biases, as operators take them that may go without. */
    TensorOptional[] optionalBiases() {
        return biases.stream().map(TensorOptional::new).toArray(TensorOptional[]::new);
    }

    /** Weight, bias, weight, bias, … */
    Tensor[] all() {
        Tensor[] all = new Tensor[2 * layers()];
        for (int layer = 0; layer < layers(); layer++) {
            all[2 * layer] = weight(layer);
            all[2 * layer + 1] = bias(layer);
        }
        return all;
    }
}
