package dev.freshet.bench.libtorch;

import dev.freshet.bench.peer.Contender.Scoring;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** A forward pass in inference mode. */
final class LibtorchScoring extends LibtorchWork implements Scoring {
    private final Parameters parameters;
    private final boolean preallocated;
    private final TensorOptional[] biases;
    private final Tensor[] transposedWeights;
    private final Tensor[] outputs;
    private final Tensor probabilities;

    /**
     * @param preallocated whether every operator writes into a tensor that is already there, instead of a new one
     */
    LibtorchScoring(Batches batches, PointerScope everything, Parameters parameters, boolean preallocated) {
        super(batches, everything);
        this.parameters = parameters;
        this.preallocated = preallocated;
        this.biases = parameters.optionalBiases();
        this.transposedWeights = new Tensor[parameters.layers()];
        this.outputs = new Tensor[parameters.layers()];
        for (int layer = 0; layer < outputs.length; layer++) {
            transposedWeights[layer] = parameters.weight(layer).t();
            outputs[layer] = torch.zeros(batches.size(), parameters.bias(layer).size(0));
        }
        this.probabilities =
                torch.zeros(batches.size(), parameters.bias(outputs.length - 1).size(0));
    }

    @Override
    void work() {
        try (InferenceMode mode = new InferenceMode(true)) {
            Tensor values = batches().features();
            for (int layer = 0; layer < outputs.length; layer++) {
                values = preallocated
                        ? torch.addmm_out(outputs[layer], parameters.bias(layer), values, transposedWeights[layer])
                        : torch.linear(values, parameters.weight(layer), biases[layer]);
                if (layer + 1 < outputs.length) {
                    values.relu_();
                }
            }
            if (preallocated) {
                torch.softmax_out(probabilities, values, 1);
            } else {
                probabilities.copy_(torch.softmax(values, 1));
            }
        }
    }

    @Override
    public float[] probabilities() {
        float[] values = new float[Math.toIntExact(probabilities.numel())];
        new FloatPointer(probabilities.data_ptr_float()).get(values);
        return values;
    }
}
