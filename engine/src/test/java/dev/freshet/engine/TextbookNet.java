package dev.freshet.engine;

import dev.freshet.core.model.BatchNorm;
import dev.freshet.core.model.LayerSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.NamedTensor;
import dev.freshet.core.model.Output;
import dev.freshet.core.model.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The forward pass as a textbook has it, in double precision: what files for other runtimes are compared with. */
public final class TextbookNet {
    private final ModelSpec spec;
    private final Map<String, NamedTensor> tensors;

    public TextbookNet(ModelSpec spec, Weights weights) {
        this.spec = spec;
        this.tensors = weights.fitTo(spec).tensors().stream()
                .collect(Collectors.toMap(NamedTensor::name, Function.identity()));
    }

    /** Weights with which sums are of both signs and large enough to bend every activation; variances are positive. */
    public static Weights weights(ModelSpec spec, long seed) {
        Random random = new Random(seed);
        List<NamedTensor> tensors = new ArrayList<>();
        spec.parameterShapes().forEach((name, shape) -> {
            float[] values = new float[shape.stream().reduce(1, (a, b) -> a * b)];
            double scale = shape.size() == 2 ? 2 / Math.sqrt(shape.get(1)) : 0.5;
            for (int i = 0; i < values.length; i++) {
                double value = scale * random.nextGaussian();
                values[i] = (float) (name.endsWith("running_var") ? 0.1 + Math.abs(value) : value);
            }
            tensors.add(new NamedTensor(name, shape, values));
        });
        return new Weights(tensors);
    }

    /**
     * The probability of each class.
     *
     * @param features {@code [inputs]}, scaled and normalised
     */
    public double[] probabilities(float[] features) {
        double[] values = new double[features.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = features[i];
        }
        for (int layer = 0; layer < spec.hidden().size(); layer++) {
            values = hidden(layer, spec.hidden().get(layer), dense(layer, values));
        }
        double[] logits = dense(spec.hidden().size(), values);
        return spec.output() == Output.SIGMOID
                ? new double[] {sigmoid(-logits[0]), sigmoid(logits[0])}
                : softmax(logits);
    }

    private double[] dense(int layer, double[] inputs) {
        float[] weight = tensor("layers." + layer + ".weight");
        float[] bias = tensor("layers." + layer + ".bias");
        double[] outputs = new double[bias.length];
        for (int out = 0; out < outputs.length; out++) {
            outputs[out] = bias[out];
            for (int in = 0; in < inputs.length; in++) {
                outputs[out] += weight[out * inputs.length + in] * inputs[in];
            }
        }
        return outputs;
    }

    private double[] hidden(int layer, LayerSpec hidden, double[] sums) {
        double[] outputs = new double[sums.length];
        BatchNorm norm = hidden.batchNorm();
        for (int i = 0; i < sums.length; i++) {
            double sum = norm == null ? sums[i] : normalised(layer, i, norm.epsilon(), sums[i]);
            outputs[i] = activated(hidden, sum);
        }
        return outputs;
    }

    private double normalised(int layer, int unit, double epsilon, double sum) {
        String norm = "norms." + layer;
        double centred = sum - tensor(norm + ".running_mean")[unit];
        return centred / Math.sqrt(tensor(norm + ".running_var")[unit] + epsilon) * tensor(norm + ".weight")[unit]
                + tensor(norm + ".bias")[unit];
    }

    private static double activated(LayerSpec layer, double x) {
        return switch (layer.activation()) {
            case RELU -> Math.max(0, x);
            case SIGMOID -> sigmoid(x);
            case TANH -> Math.tanh(x);
            case ELU -> x > 0 ? x : layer.alpha() * Math.expm1(x);
            case LEAKY_RELU -> x > 0 ? x : layer.alpha() * x;
            case GELU -> 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
            case SWISH -> x * sigmoid(x);
            case MISH -> x * Math.tanh(Math.log1p(Math.exp(x)));
        };
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static double[] softmax(double[] logits) {
        double sum = 0;
        for (double logit : logits) {
            sum += Math.exp(logit);
        }
        double[] probabilities = new double[logits.length];
        for (int i = 0; i < logits.length; i++) {
            probabilities[i] = Math.exp(logits[i]) / sum;
        }
        return probabilities;
    }

    private float[] tensor(String name) {
        NamedTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("no tensor " + name);
        }
        return tensor.values();
    }
}
