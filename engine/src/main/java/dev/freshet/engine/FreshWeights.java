package dev.freshet.engine;

import dev.freshet.core.model.Activation;
import dev.freshet.core.model.LayerSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.NamedTensor;
import dev.freshet.core.model.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The weights a network begins with, the same for every engine: before ReLU normal with variance 2 / inputs (He et al.,
 * "Delving deep into rectifiers", 2015), before the others normal with variance 2 / (inputs + outputs) (Glorot and Bengio,
 * "Understanding the difficulty of training deep feedforward neural networks", 2010). Biases are 0.
 */
public final class FreshWeights {
    private FreshWeights() {}

    /** Equal seeds give equal weights, on every JDK: {@link Random#nextGaussian} is specified to the last bit. */
    public static Weights of(ModelSpec spec, long seed) {
        Random random = new Random(seed);
        int[] sizes = spec.sizes();
        List<LayerSpec> hidden = spec.hidden();
        List<NamedTensor> tensors = new ArrayList<>();
        for (int layer = 0; layer + 1 < sizes.length; layer++) {
            int inputs = sizes[layer];
            int outputs = sizes[layer + 1];
            boolean rectified = layer < hidden.size() && hidden.get(layer).activation() == Activation.RELU;
            double deviation = Math.sqrt(rectified ? 2.0 / inputs : 2.0 / (inputs + outputs));
            float[] weights = new float[outputs * inputs];
            for (int i = 0; i < weights.length; i++) {
                weights[i] = (float) (deviation * random.nextGaussian());
            }
            tensors.add(new NamedTensor("layers." + layer + ".weight", List.of(outputs, inputs), weights));
            tensors.add(new NamedTensor("layers." + layer + ".bias", List.of(outputs), new float[outputs]));
        }
        return new Weights(tensors);
    }
}
