package dev.freshet.engine;

import dev.freshet.core.model.Activation;
import dev.freshet.core.model.LayerSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.NamedTensor;
import dev.freshet.core.model.Weights;
import dev.freshet.core.training.Initialisation;
import dev.freshet.core.training.Initialisation.Scheme;
import dev.freshet.core.training.TrainingSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** The weights a network begins with, the same for every engine: {@link Initialisation} says how they are drawn. */
public final class FreshWeights {
    private FreshWeights() {}

    /** Equal seeds give equal weights, on every JDK: {@link Random#nextGaussian} is specified to the last bit. */
    public static Weights of(ModelSpec spec, TrainingSpec training) {
        Random random = new Random(training.seed());
        Initialisation initialisation = training.initialisation();
        int[] sizes = spec.sizes();
        List<LayerSpec> hidden = spec.hidden();
        List<NamedTensor> tensors = new ArrayList<>();
        for (int layer = 0; layer + 1 < sizes.length; layer++) {
            int inputs = sizes[layer];
            int outputs = sizes[layer + 1];
            boolean rectified = layer < hidden.size() && hidden.get(layer).activation() == Activation.RELU;
            tensors.add(new NamedTensor(
                    "layers." + layer + ".weight",
                    List.of(outputs, inputs),
                    weights(initialisation.scheme(), rectified, inputs, outputs, random)));
            tensors.add(new NamedTensor(
                    "layers." + layer + ".bias", List.of(outputs), biases(initialisation, inputs, outputs, random)));
            if (layer < hidden.size() && hidden.get(layer).batchNorm() != null) {
                // A normalisation that scales and shifts nothing yet, and has seen a mean of 0 and a variance of 1.
                tensors.add(constant("norms." + layer + ".weight", outputs, 1));
                tensors.add(constant("norms." + layer + ".bias", outputs, 0));
                tensors.add(constant("norms." + layer + ".running_mean", outputs, 0));
                tensors.add(constant("norms." + layer + ".running_var", outputs, 1));
            }
        }
        return new Weights(tensors);
    }

    private static float[] weights(Scheme scheme, boolean rectified, int inputs, int outputs, Random random) {
        float[] weights = new float[outputs * inputs];
        return switch (scheme) {
            case AUTO ->
                weights(rectified ? Scheme.KAIMING_NORMAL : Scheme.XAVIER_NORMAL, rectified, inputs, outputs, random);
            case XAVIER_UNIFORM -> uniform(weights, Math.sqrt(6.0 / (inputs + outputs)), random);
            case XAVIER_NORMAL -> normal(weights, Math.sqrt(2.0 / (inputs + outputs)), random);
            case KAIMING_UNIFORM -> uniform(weights, Math.sqrt(6.0 / inputs), random);
            case KAIMING_NORMAL -> normal(weights, Math.sqrt(2.0 / inputs), random);
            case TORCH_LINEAR -> uniform(weights, 1 / Math.sqrt(inputs), random);
            case ZEROS -> weights;
        };
    }

    private static float[] biases(Initialisation initialisation, int inputs, int outputs, Random random) {
        float[] biases = new float[outputs];
        if (initialisation.scheme() == Scheme.TORCH_LINEAR) {
            return uniform(biases, 1 / Math.sqrt(inputs), random);
        }
        Arrays.fill(biases, (float) initialisation.bias());
        return biases;
    }

    private static float[] normal(float[] values, double deviation, Random random) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        return values;
    }

    private static float[] uniform(float[] values, double bound, Random random) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (bound * (2 * random.nextDouble() - 1));
        }
        return values;
    }

    private static NamedTensor constant(String name, int units, float value) {
        float[] values = new float[units];
        Arrays.fill(values, value);
        return new NamedTensor(name, List.of(units), values);
    }
}
